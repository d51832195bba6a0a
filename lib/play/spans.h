#ifndef PLAY_SPANS_H
#define PLAY_SPANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Of what the frames in a device are made, in their order: sound, with how many
 * samples of the queue became so many frames, or silence.  Pure; embedded by
 * its owner.
 */
struct span {
	int frames, samples;
	bool sound;
};

struct spans {
	struct span *ring;
	size_t first, count, room;
	int64_t held, sound;	/* frames in it; of sound */
	int64_t quiet;		/* frames of silence since the last sound */
};

void spans_init(struct spans *);
void spans_done(struct spans *);
void spans_clear(struct spans *);

/* Frames go into the device.  A sound of up to `join` frames grows, instead of
 * another span beginning: within one, samples are counted by proportion. */
void spans_add(struct spans *, int frames, size_t samples, bool sound,
    int join);

/* n frames have left it; returns how many samples of sound they were. */
size_t spans_take(struct spans *, int64_t n);

#endif
