/* Without a second stage: see mic/second.h. */
#include "mic/second.h"

#include <stddef.h>

struct second *
second_new(int rate, int samples)
{
	(void)rate;
	(void)samples;
	return NULL;
}

void
second_free(struct second *s)
{
	(void)s;
}

int
second_delay(const struct second *s)
{
	(void)s;
	return 0;
}

void
second_run(struct second *s, const int16_t *played, int16_t *left)
{
	(void)s;
	(void)played;
	(void)left;
}
