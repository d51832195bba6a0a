/* The part of our environment that tools see. */
#include "tool/toolenv.h"

#include <stdlib.h>

#include "base/mem.h"

void
toolenv_add(struct toolenv *e, const char *name, const char *value)
{
	if (value == NULL || e->n == TOOLENV_MAX)
		return;
	e->owned[e->n] = mem_printf("%s=%s", name, value);
	e->v[e->n] = e->owned[e->n];
	e->n++;
}

void
toolenv_done(struct toolenv *e)
{
	while (e->n > 0)
		free(e->owned[--e->n]);
}
