#ifndef MIC_MICROPHONE_H
#define MIC_MICROPHONE_H

#include <stddef.h>
#include <stdint.h>

#include "sound/device.h"

/*
 * A capture device on the loop: read as fast as it delivers, whatever becomes
 * of the sound, and reopened when lost.
 */
struct loop;
struct microphone;

struct microphone_opts {
	const char *device;
	int rate, samples;	/* of the frames wanted */
	int64_t buffer_us, period_us;
	int pick;		/* of its channels, see sound/pcm.h */
	int64_t reopen_ms;	/* how long to wait for a lost device */
};

struct microphone_ops {
	/* A frame; t is ms of the stream, at is clock_us() time. */
	void (*frame)(void *arg, int64_t t, int64_t at, const int16_t *p,
	    int n);
	/* This much was not captured before the next frame. */
	void (*gap)(void *arg, int64_t t, int64_t us, const char *reason);
	void (*say)(void *arg, int level, const char *text);
	/* The device is lost for good; a sentence. */
	void (*over)(void *arg, const char *why);
};

/* Starts capture at once.  NULL if the device cannot be opened; why (of size
 * bytes) is a sentence. */
struct microphone *microphone_new(struct loop *,
    const struct microphone_opts *, const struct microphone_ops *, void *arg,
    char *why, size_t size);
void microphone_free(struct microphone *);

/* Takes in what the device has now, before some other decision. */
void microphone_pull(struct microphone *);
/* Emits what is left of a partial frame. */
void microphone_end(struct microphone *);

#endif
