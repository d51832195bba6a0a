#ifndef EMULATOR_EAR_H
#define EMULATOR_EAR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The emulator's ear: detects speech by its energy, with the API's settings
 * for activity detection.  Pure.  It counts audio time, not clock time, so
 * sound that comes faster than it was spoken is heard the same.
 *
 * A frame of 10 ms is loud from -45 dBFS (RMS), or -38 with low start
 * sensitivity.  Speech begins once prefix_ms were loud, and ends once
 * silence_ms were not; within speech a frame counts as loud down to 3 dB below
 * that level, 10 dB with low end sensitivity.
 */
struct ear;

enum {
	EAR_PREFIX_MS = 60,	/* if the setup says nothing */
	EAR_SILENCE_MS = 800,
	EAR_BEFORE_MS = 300,	/* sound kept from before the speech */
	EAR_AFTER_MS = 100,	/* and from after it */
	EAR_KEEP_MS = 60000	/* per turn; the rest is not kept */
};

struct ear_settings {
	bool manual;		/* the client marks speech */
	bool low_start;
	bool low_end;
	bool all;		/* the turn has all input, not only speech */
	int prefix_ms;
	int silence_ms;
};

enum ear_event { EAR_NOTHING, EAR_STARTED, EAR_ENDED };

struct ear *ear_new(const struct ear_settings *);
void ear_free(struct ear *);

/*
 * Hears up to n samples of s16le at this rate and stops at the first event;
 * *used is how many were heard.  Call again with the rest.
 */
enum ear_event ear_hear(struct ear *, int rate, const void *pcm, size_t n,
    size_t *used);

/* The client says that speech starts or ends (manual), or that the stream
 * ends; returns whether that changed anything. */
bool ear_start(struct ear *);
bool ear_end(struct ear *);

bool ear_speaking(const struct ear *);
/* Whether nobody speaks or seems about to. */
bool ear_quiet(const struct ear *);

/* Milliseconds of audio heard in total, and of sound in the turn so far. */
long long ear_time(const struct ear *);
long long ear_turn(const struct ear *);

/* Takes the sound of the turn that ended, before more is heard; the caller
 * frees it.  NULL if nothing was kept. */
void *ear_take(struct ear *, int *rate, size_t *samples);

#endif
