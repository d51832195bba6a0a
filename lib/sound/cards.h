#ifndef SOUND_CARDS_H
#define SOUND_CARDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * ALSA's devices by their names.  ALSA's own messages to standard error are
 * suppressed.
 */
struct _snd_pcm;
struct buf;

/* Opens one, non-blocking; 0, or a negative errno. */
int cards_open(struct _snd_pcm **, const char *name, bool capture);
/* Why that failed, as a sentence naming the device. */
void cards_explain(char *why, size_t size, const char *name, bool capture,
    int err);

/* Appends a line for each device that can be opened so: its name, a tab, a
 * description. 0, or -1 if none is found. */
int cards_list(bool capture, struct buf *);

#endif
