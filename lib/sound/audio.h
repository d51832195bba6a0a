#ifndef SOUND_AUDIO_H
#define SOUND_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One ALSA device, capture or playback, never waiting.  Outside of it sound is
 * s16, one channel: what the device has more is filled or averaged here.
 * Frames and rates are the device's.
 */
struct audio;
struct buf;
struct pollfd;

struct audio_params {
	int rate;		/* wanted; after opening what it is */
	int channels;		/* after opening what the device has */
	int pick;		/* of these for capture, see pcm.h */
	int64_t buffer_us, period_us;	/* the same two ways */
	int buffer, period;	/* after opening, in frames */
};

/* What a call came to, where it is not a count of frames. */
enum {
	AUDIO_XRUN = -1,	/* ran dry, or over; ready to go on */
	AUDIO_ASLEEP = -2,	/* suspended: audio_wake() later */
	AUDIO_GONE = -3		/* lost: close it; audio_why() says how */
};

/*
 * Opens a device by its ALSA name.  NULL, and then why (of size bytes) is a
 * whole sentence that names the device.  What ALSA itself would print on
 * standard error is held back.
 */
struct audio *audio_open(const char *device, bool capture,
    struct audio_params *, char *why, size_t size);

/* A playback that exists only in the clock: paced, and heard by nobody. */
struct audio *audio_none(struct audio_params *);

void audio_close(struct audio *);

/* Descriptors and events to wait for until frames can be moved (a period at
 * least); 0 for a device without any.  audio_ready() tells whether poll's
 * answer means that the device wants to be looked at. */
int audio_want(struct audio *, struct pollfd *, int room);
bool audio_ready(struct audio *, struct pollfd *, int n);
/* For a device without descriptors: the clock_us() time to wait for. */
int64_t audio_when(struct audio *);

/* Frames that can be moved now. */
int audio_avail(struct audio *);

/* Frames still to be heard before one that would be written now; for capture,
 * captured and not yet read. */
int audio_delay(struct audio *);

/*
 * When a frame that would be written now sounds, or when the next one to be
 * read was captured, by CLOCK_MONOTONIC in ns as the device itself tells it.
 * False where it is not running, or does not know yet.
 */
bool audio_stamp(struct audio *, int64_t *ns);

/* At most n frames; fewer, or 0, where the device takes or has no more.
 * Playback starts by itself with the first period. */
int audio_write(struct audio *, const int16_t *p, int n);
int audio_read(struct audio *, int16_t *p, int n);

/* Capture begins. */
int audio_start(struct audio *);

/* Silence at once: what is buffered is dropped and the device made ready.  0 or
 * an AUDIO_ value. */
int audio_drop(struct audio *);

/* After AUDIO_ASLEEP: AUDIO_ASLEEP still, AUDIO_GONE, 1 where it goes on with
 * its buffer, 0 where it goes on with an empty one. */
int audio_wake(struct audio *);

const char *audio_why(const struct audio *);

/* Writes a line for each device that may be opened so: its name, a tab, what
 * it is.  0, or -1 with none found. */
int audio_list(bool capture, struct buf *);

#endif
