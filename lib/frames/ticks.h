#ifndef FRAMES_TICKS_H
#define FRAMES_TICKS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which pictures of a source with a rate of its own are wanted at another:
 * at each tick the one that would stand on the screen.
 */
struct ticks {
	double rate;		/* the source's; 0: none */
	double fps;		/* the wanted one */
	int64_t next;		/* tick */
};

/* Whether the picture of this number comes before the next one wanted. */
bool ticks_early(const struct ticks *, int64_t number);
/* After this picture was taken: how many are stepped over. */
int64_t ticks_step(struct ticks *, int64_t number);

#endif
