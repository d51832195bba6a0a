#ifndef MIC_LEVEL_H
#define MIC_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The loudness of the sound: a gain, and a sentence if the user should know
 * that it is too quiet, clipped or silent; each once.  Pure.
 */
struct level;

/* Frames of at most `samples`. */
struct level *level_new(int rate, int samples, double gain_db);
void level_free(struct level *);

/* The frame with the gain applied, valid until the next call. */
const int16_t *level_run(struct level *, const int16_t *p, int n);

/* Takes the device's own sound, before any processing: nothing but zeros means
 * a muted microphone. */
void level_device(struct level *, const int16_t *p, int n);

/* After each frame, and at the end: a sentence, or NULL. silence: also report
 * that there was nothing but silence. */
const char *level_news(struct level *);
const char *level_end(struct level *, bool silence);

#endif
