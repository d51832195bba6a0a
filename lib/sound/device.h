#ifndef SOUND_DEVICE_H
#define SOUND_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sound/audio.h"

/* As of log_said(). */
enum device_level { DEVICE_WARN, DEVICE_INFO, DEVICE_DEBUG };

/*
 * A sound device that may come and go, for loudspeaker and microphone alike:
 * lost and reopened, suspended and woken, or stalled without an error; each is
 * reported once.  It has no clock and no timer: the owner passes the time
 * (clock_ms()) and calls again when asked to.
 */
struct device_opts {
	const char *name;	/* for ALSA; NULL: none, only a clock */
	bool capture;
	int pick;		/* of its channels, see sound/pcm.h */
	int64_t buffer_us, period_us;
	int64_t patience_ms;	/* how long to wait for a lost device */
	/* Reports a sentence to the user. */
	void (*say)(void *arg, int level, const char *text);
	void *arg;
};

struct device {
	struct device_opts o;
	char *name;
	struct audio *audio;	/* NULL while lost */
	struct audio_params params;
	int asked;		/* the rate it was opened for */
	bool asleep;
	int64_t lost_at;	/* when it was lost or fell asleep */
	int64_t moved_at;	/* when it last gave or took sound */
	bool still_said;
	char why[256];		/* a sentence if a call failed */
};

/* Opens nothing yet. */
void device_init(struct device *, const struct device_opts *);
void device_done(struct device *);

/* 0, or -1 with why.  A device already open is closed first. */
int device_open(struct device *, int rate, int64_t now);

/* Handles a call's AUDIO_ value: AUDIO_GONE closes the device, AUDIO_ASLEEP
 * lets it sleep.  Returns the ms until device_retry() is due. */
int device_lost(struct device *, int what, int64_t now);

enum device_step {
	DEVICE_WAITS,		/* still lost or asleep; retry after *ms */
	DEVICE_BACK,		/* opened again */
	DEVICE_WOKEN,		/* awake, with an empty buffer */
	DEVICE_GOES_ON,		/* awake, with the buffer it had */
	DEVICE_WENT,		/* woken but lost: *ms as for DEVICE_WAITS */
	DEVICE_OVER		/* waited long enough: see why */
};

/* Tries to open the device at this rate, or to wake it. */
enum device_step device_retry(struct device *, int rate, int64_t now,
    int *ms);

/* Notes that it took or gave sound. */
void device_moved(struct device *, int64_t now);

/* Notes that it should have but did not: reported after two seconds.  False
 * once it was waited for long enough: see why. */
bool device_waits(struct device *, int64_t now);

/* Whether the device is open and awake. */
bool device_ready(const struct device *);

#endif
