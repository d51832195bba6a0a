#ifndef MIC_MICROPHONE_H
#define MIC_MICROPHONE_H

#include <stddef.h>
#include <stdint.h>

#include "sound/device.h"

/*
 * A capture device on the loop: read as fast as it delivers whatever becomes
 * of the sound, opened again when it has gone.
 */
struct loop;
struct microphone;

struct microphone_opts {
	const char *device;
	int rate, samples;	/* of the frames that are wanted */
	int64_t buffer_us, period_us;
	int pick;		/* of its channels, see sound/pcm.h */
	int64_t reopen_ms;	/* how long a lost device is waited for */
};

struct microphone_ops {
	/* A frame; t is ms of the stream, at is clock_us() time. */
	void (*frame)(void *arg, int64_t t, int64_t at, const int16_t *p,
	    int n);
	/* So much was not captured before the next frame. */
	void (*gap)(void *arg, int64_t t, int64_t us, const char *reason);
	void (*say)(void *arg, enum device_level, const char *text);
	/* The device is lost for good; a sentence. */
	void (*over)(void *arg, const char *why);
};

/* Capture begins at once.  NULL where the device cannot be opened; why (of
 * size bytes) is a sentence. */
struct microphone *microphone_new(struct loop *,
    const struct microphone_opts *, const struct microphone_ops *, void *arg,
    char *why, size_t size);
void microphone_free(struct microphone *);

/* Takes in what the device has now, before something else is decided. */
void microphone_pull(struct microphone *);
/* What is left in part of a frame goes out. */
void microphone_end(struct microphone *);

#endif
