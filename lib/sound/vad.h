#ifndef SOUND_VAD_H
#define SOUND_VAD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether a frame of sound is speech, by speexdsp's preprocessor.  It learns
 * the room's noise from the first 200 ms, and says no until then.  Pure.
 */
struct vad;

/* Frames of so many samples (10 to 30 ms) at a rate of 8000 to 48000. */
struct vad *vad_new(int rate, int samples);
void vad_free(struct vad *);

/* The next frame; it is not changed. */
bool vad_speech(struct vad *, const int16_t *frame);

#endif
