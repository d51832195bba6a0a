#ifndef FRAMES_CAMERA_H
#define FRAMES_CAMERA_H

#include <stdbool.h>
#include <stddef.h>

#include "picture/pixels.h"

/*
 * A Video4Linux2 capture device with memory-mapped streaming.  Its descriptor
 * is non-blocking; every ready frame is taken, and all but the newest are
 * returned at once.
 */
struct camera;
struct loop;

struct camera_opts {
	const char *device;	/* "/dev/video0" */
	int width, height;	/* requested; 0: near 1280 x 720 */
	double fps;		/* requested; 0: 30 at most */
	char format[5];		/* FourCC, or "": the best known */
};

/* What was negotiated with the device. */
struct camera_mode {
	char format[5];
	bool jpeg;
	struct pixels pixels;	/* width and height also for JPEG */
	double fps;		/* 0: not reported */
};

struct camera_ops {
	/* A frame as captured, valid during the call. */
	void (*frame)(void *arg, const void *p, size_t n);
	/* The device is gone or failed; called once. */
	void (*gone)(void *arg, const char *why);
};

/* On failure NULL, with a sentence in why. */
struct camera *camera_open(struct loop *, const struct camera_opts *,
    const struct camera_ops *, void *arg, char *why, size_t size);
void camera_close(struct camera *);

const struct camera_mode *camera_mode(const struct camera *);
/* Frames that were damaged; that the driver lost or newer ones replaced. */
unsigned long camera_damaged(const struct camera *);
unsigned long camera_lost(const struct camera *);

/* Whether the path is a capture device. */
bool camera_is(const char *path);

#endif
