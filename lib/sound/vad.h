#ifndef SOUND_VAD_H
#define SOUND_VAD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Detects speech in frames of sound with speexdsp's preprocessor.  It learns
 * the room's noise from the first 200 ms and says no until then.  Pure.
 */
struct vad;

/* Takes frames of this many samples (10 to 30 ms) at a rate of 8000 to
 * 48000. */
struct vad *vad_new(int rate, int samples);
void vad_free(struct vad *);

/* Whether the next frame is speech; it is not modified. */
bool vad_speech(struct vad *, const int16_t *frame);

#endif
