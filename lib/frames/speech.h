#ifndef FRAMES_SPEECH_H
#define FRAMES_SPEECH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the user speaks, by sound that passes: from 60 ms of speech on until
 * 800 ms without any, in the sound's own time.  Pure.
 */
struct speech;

struct speech *speech_new(void);
void speech_free(struct speech *);

/* s16le of the rate and channels; a rate outside of 8000 to 48000 is not
 * listened to.  Whether speech is going on at its end. */
bool speech_audio(struct speech *, int rate, int channels, const void *p,
    size_t n);

#endif
