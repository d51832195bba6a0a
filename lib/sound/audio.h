#ifndef SOUND_AUDIO_H
#define SOUND_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One ALSA device, capture or playback, which never blocks.  Callers see s16
 * mono; a device's further channels are filled or averaged here.  Frames and
 * rates are the device's.
 */
struct audio;
struct pollfd;

struct audio_params {
	int rate;		/* requested; after opening, actual */
	int channels;		/* the device's, after opening */
	int pick;		/* channel to capture, see pcm.h */
	int64_t buffer_us, period_us;	/* likewise requested, then actual */
	int buffer, period;	/* after opening, in frames */
};

/* What a call returns if not a count of frames. */
enum {
	AUDIO_XRUN = -1,	/* underrun or overrun; ready to go on */
	AUDIO_ASLEEP = -2,	/* suspended: audio_wake() later */
	AUDIO_GONE = -3		/* lost: close it; audio_why() says how */
};

/*
 * Opens a device by its ALSA name.  On failure NULL, and why (of size bytes)
 * holds a whole sentence naming the device.  ALSA's own messages to standard
 * error are suppressed.
 */
struct audio *audio_open(const char *device, bool capture,
    struct audio_params *, char *why, size_t size);

/* A silent playback device driven only by the clock. */
struct audio *audio_none(struct audio_params *);

void audio_close(struct audio *);

/* Stores the descriptors and events to wait for until at least a period of
 * frames can be moved; returns how many, 0 for a device without any.
 * audio_ready() tells whether poll's answer means that the device needs
 * attention. */
int audio_want(struct audio *, struct pollfd *, int room);
bool audio_ready(struct audio *, struct pollfd *, int n);
/* For a device without descriptors: the clock_us() time to wait until. */
int64_t audio_when(struct audio *);

/* Frames that can be moved now. */
int audio_avail(struct audio *);

/* Frames still to be played before one written now; for capture, frames
 * captured but not yet read. */
int audio_delay(struct audio *);

/*
 * When a frame written now will sound, or when the next frame to be read was
 * captured: CLOCK_MONOTONIC in ns as reported by the device. False if it is
 * not running or does not know yet.
 */
bool audio_stamp(struct audio *, int64_t *ns);

/* Moves at most n frames; returns how many, fewer or 0 if the device takes or
 * has no more, or an AUDIO_ value. Playback starts by itself with the first
 * period. */
int audio_write(struct audio *, const int16_t *p, int n);
int audio_read(struct audio *, int16_t *p, int n);

/* Starts capture; 0 or an AUDIO_ value. */
int audio_start(struct audio *);

/* Silences at once: drops the buffer and prepares the device again. 0 or an
 * AUDIO_ value. */
int audio_drop(struct audio *);

/* Tries to wake a suspended device: AUDIO_ASLEEP if still suspended,
 * AUDIO_GONE, 1 if it resumes with its buffer, 0 if with an empty one. */
int audio_wake(struct audio *);

const char *audio_why(const struct audio *);

#endif
