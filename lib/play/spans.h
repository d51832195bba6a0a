#ifndef PLAY_SPANS_H
#define PLAY_SPANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the frames in a device consist of, in order: sound, with how many
 * samples of the queue became how many frames, or silence.  Pure; embedded by
 * its owner.
 */
struct span {
	int frames, samples;
	bool sound;
};

struct spans {
	struct span *ring;
	size_t first, count, room;
	int64_t held, sound;	/* frames held; of sound */
	int64_t quiet;		/* frames of silence since the last sound */
};

void spans_init(struct spans *);
void spans_done(struct spans *);
void spans_clear(struct spans *);

/* Frames go into the device.  A span of sound grows up to `join` frames before
 * another begins: within one, samples are counted in proportion. */
void spans_add(struct spans *, int frames, size_t samples, bool sound,
    int join);

/* n frames have left it; returns their number of samples of sound. */
size_t spans_take(struct spans *, int64_t n);

#endif
