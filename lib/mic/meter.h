#ifndef MIC_METER_H
#define MIC_METER_H

#include <stddef.h>
#include <stdint.h>

#include "sound/pcm.h"

/*
 * A level meter in one line of text: a bar for the level, a mark at the peak
 * of the last seconds, and in words what is wrong: clipping, no signal at all.
 * Pure; embedded by its owner.
 */
struct meter {
	int rate;
	struct pcm_level now;	/* since the last line */
	double peak;		/* of the last seconds, in dB */
	int64_t peak_age;	/* samples since it was seen */
	int64_t clip_age, zeros;
	int run;		/* samples at full scale in a row */
	int64_t clips;
};

void meter_init(struct meter *, int rate);
void meter_add(struct meter *, const int16_t *p, int n);
/* Writes the line, without newline, for a row of that many columns: at most
 * size bytes including the NUL; the level starts again. */
void meter_line(struct meter *, int columns, char *text, size_t size);

#endif
