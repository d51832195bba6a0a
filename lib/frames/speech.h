#ifndef FRAMES_SPEECH_H
#define FRAMES_SPEECH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the user speaks, judged by passing sound: from 60 ms of speech until
 * 800 ms without any, in the sound's own time.  Pure.
 */
struct speech;

struct speech *speech_new(void);
void speech_free(struct speech *);

/* Takes s16le at this rate, ignored outside 8000 to 48000, with these
 * channels; returns whether speech is going on at its end. */
bool speech_audio(struct speech *, int rate, int channels, const void *p,
    size_t n);

#endif
