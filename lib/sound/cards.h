#ifndef SOUND_CARDS_H
#define SOUND_CARDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * ALSA's devices by their names.  ALSA's own messages to standard error are
 * suppressed.
 */
struct _snd_pcm;

/* Opens one, non-blocking; 0, or a negative errno. */
int cards_open(struct _snd_pcm **, const char *name, bool capture);
/* Why that failed, as a sentence naming the device. */
void cards_explain(char *why, size_t size, const char *name, bool capture,
    int err);

/* Prints a line for each device that can be opened so, its name, a tab and a
 * description, and ends the program: with CODE_IO if none is found. */
_Noreturn void cards_list(bool capture);

#endif
