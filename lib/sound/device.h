#ifndef SOUND_DEVICE_H
#define SOUND_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sound/audio.h"

enum device_level { DEVICE_WARN, DEVICE_INFO, DEVICE_DEBUG };

/*
 * A sound device that goes and comes, as a loudspeaker and a microphone alike
 * have it: lost and opened again, suspended and woken, or standing still
 * without an error; each is said once.  It has no clock and no timer: the
 * owner says what time it is (clock_ms()), and calls again when it is told to.
 */
struct device_opts {
	const char *name;	/* by ALSA; NULL: none, by the clock */
	bool capture;
	int pick;		/* of its channels, see sound/pcm.h */
	int64_t buffer_us, period_us;
	int64_t patience_ms;	/* how long a lost one is waited for */
	/* A sentence for people. */
	void (*say)(void *arg, enum device_level, const char *text);
	void *arg;
};

struct device {
	struct device_opts o;
	char *name;
	struct audio *audio;	/* NULL while it is lost */
	struct audio_params params;
	int asked;		/* the rate it was opened for */
	bool asleep;
	int64_t lost_at;	/* since when it is lost or asleep */
	int64_t moved_at;	/* when it last gave or took sound */
	bool still_said;
	char why[256];		/* a sentence, where a call failed */
};

/* Nothing is opened yet. */
void device_init(struct device *, const struct device_opts *);
void device_done(struct device *);

/* 0, or -1 with why.  One that is open already is closed before. */
int device_open(struct device *, int rate, int64_t now);

/* Something else than a count came of a call: AUDIO_GONE closes it,
 * AUDIO_ASLEEP lets it sleep.  Returns after how many ms device_retry() is
 * due. */
int device_lost(struct device *, int what, int64_t now);

enum device_step {
	DEVICE_WAITS,		/* still lost or asleep; *ms: ask again then */
	DEVICE_BACK,		/* opened again */
	DEVICE_WOKEN,		/* awake, with an empty buffer */
	DEVICE_GOES_ON,		/* awake, with the buffer it had */
	DEVICE_WENT,		/* woken, and lost: *ms as for DEVICE_WAITS */
	DEVICE_OVER		/* patience is at its end: why */
};

/* Tries to open or to wake it; rate: to be opened with. */
enum device_step device_retry(struct device *, int rate, int64_t now,
    int *ms);

/* It took or gave sound. */
void device_moved(struct device *, int64_t now);

/* It should have and did not: said after two seconds.  False where patience is
 * at its end: why. */
bool device_waits(struct device *, int64_t now);

/* Whether there is something to ask for. */
bool device_ready(const struct device *);

#endif
