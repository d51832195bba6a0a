#ifndef MIC_TAPE_H
#define MIC_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "stream/intake.h"

/*
 * A file, or whatever comes through a pipe, in place of a microphone: frames
 * at the pace at which a microphone would deliver them.
 *
 * With `fill` the frames never pause: silence replaces what did not come in
 * time.  The input is then read ahead, as gl-play does, so that an
 * "interrupted" record drops what is still waiting of its turn.
 */
struct loop;
struct tape;

struct tape_opts {
	const char *path;	/* "-" is standard input */
	struct intake_opts form;
	int rate, samples;	/* of the frames wanted */
	bool once;		/* a FIFO ends when its writers leave */
	bool fill;		/* needs a pace */
	double pace;		/* 1: as recorded, N: N times faster; 0: as
				 * fast as it is taken */
	bool stamped;		/* times are the records' own (ns), if any */
	bool from_0;		/* or else the file's, from 0 */
};

struct tape_ops {
	/* As in struct microphone_ops. */
	void (*frame)(void *arg, int64_t t, int64_t at, const int16_t *p,
	    int n);
	/* Whether to hold the frame of this time until tape_resume(); not
	 * asked with fill. */
	bool (*full)(void *arg, int64_t at);
	/* Something the user may not know about the sound. */
	void (*warn)(void *arg, const char *why);
	/* The end: CODE_OK, or another code and a sentence. */
	void (*over)(void *arg, int code, const char *why);
};

/* NULL with errno. */
struct tape *tape_new(struct loop *, const struct tape_opts *,
    const struct tape_ops *, void *arg);
void tape_free(struct tape *);
void tape_resume(struct tape *);
/* Whether the frame being delivered is entirely silence of `fill`. */
bool tape_silent(const struct tape *);

#endif
