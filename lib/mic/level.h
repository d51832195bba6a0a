#ifndef MIC_LEVEL_H
#define MIC_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How loud the sound is: a gain, and a sentence where its user should know that
 * it is too quiet, clipped, or silent; each once.  Pure.
 */
struct level;

/* Frames of at most `samples`. */
struct level *level_new(int rate, int samples, double gain_db);
void level_free(struct level *);

/* The frame with the gain, until the next call. */
const int16_t *level_run(struct level *, const int16_t *p, int n);

/* What the device itself gave, before anything was done to it: zeros alone are
 * a microphone that is muted. */
void level_device(struct level *, const int16_t *p, int n);

/* After each frame, and at the end: a sentence, or NULL.  silence: also that
 * there was nothing else. */
const char *level_news(struct level *);
const char *level_end(struct level *, bool silence);

#endif
