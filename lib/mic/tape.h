#ifndef MIC_TAPE_H
#define MIC_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "stream/intake.h"

/*
 * A file, or whatever comes through a pipe, in a microphone's place: frames at
 * the pace at which a microphone would give them.
 *
 * With `fill` the frames never pause: silence stands where nothing came in
 * time.  The input is then read ahead, as gl-play reads it, so that an
 * "interrupted" record drops what of its turn still waits.
 */
struct loop;
struct tape;

struct tape_opts {
	const char *path;	/* "-" is standard input */
	struct intake_opts form;
	int rate, samples;	/* of the frames that are wanted */
	bool once;		/* a FIFO ends with its writers */
	bool fill;		/* needs a pace */
	double pace;		/* 1 as recorded, N times faster; 0: as fast as
				 * it is taken */
	bool stamped;		/* times are the records' own (ns), or without
				 * a pace the file's, which begins at 0 */
};

struct tape_ops {
	/* As of struct microphone_ops. */
	void (*frame)(void *arg, int64_t t, int64_t at, const int16_t *p,
	    int n);
	/* Whether to wait with the frame of this time, without a pace; then
	 * tape_resume(). */
	bool (*full)(void *arg, int64_t at);
	/* What its user may not know of the sound. */
	void (*warn)(void *arg, const char *why);
	/* The end: CODE_OK, or another and a sentence. */
	void (*over)(void *arg, int code, const char *why);
};

/* NULL with errno. */
struct tape *tape_new(struct loop *, const struct tape_opts *,
    const struct tape_ops *, void *arg);
void tape_free(struct tape *);
void tape_resume(struct tape *);
/* Whether all of the frame that is given is silence of `fill`. */
bool tape_silent(const struct tape *);

#endif
