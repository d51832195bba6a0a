#ifndef EMULATOR_HOST_PICTURE_H
#define EMULATOR_HOST_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the emulator sees: pictures decoded as the service would, and what a
 * test may want to know about them.
 */
struct emulator_image;
struct emupic;
struct loop;

struct host_picture_ops {
	/* A code that was read, asynchronously; text is zero-terminated. */
	void (*read)(void *arg, unsigned talk, int64_t number,
	    const char *text);
	/* A picture that could not be kept; error is an errno. */
	void (*lost)(void *arg, const char *path, int error);
};

/* dir: where to keep each picture, or NULL. qr: read codes in them with
 * zbarimg(1). */
struct emupic *host_picture_new(struct loop *, const char *dir, bool qr,
    const struct host_picture_ops *, void *arg);
void host_picture_free(struct emupic *);

/* Describes the picture; 0, or -1 with why if the service would not accept
 * it. */
int host_picture_look(struct emupic *, unsigned talk, int64_t number,
    const char *mime, const void *p, size_t n, struct emulator_image *);

/* Whether a code is still being read. */
bool host_picture_busy(const struct emupic *);

#endif
