#ifndef FRAMES_LISTENER_H
#define FRAMES_LISTENER_H

#include <stdbool.h>

/*
 * A stream that is read for what it says of the session and of the user's
 * speech, and that is passed on, byte for byte, where there is an output for
 * it.
 */
struct listener;
struct loop;
struct output;
struct record;

struct listener_ops {
	/* Whether the stream is to wait; it is asked again soon. */
	bool (*wait)(void *arg);
	/* The session is away, or back. */
	void (*away)(void *arg, bool);
	/* The user begins to speak, or ends. */
	void (*speaking)(void *arg, bool);
	/* Sound, in which the user may be heard. */
	void (*sound)(void *arg, const struct record *);
	/* A writer of a FIFO left a record half written, which is dropped. */
	void (*lost)(void *arg, const char *why);
	/* The stream is at its end, with a code of log.h; what was wrong is
	 * told by why, which is NULL where nothing was.  Called once. */
	void (*over)(void *arg, int code, const char *why);
};

/* The output takes all that one window of a stream completes (stream.h).  NULL
 * with errno where the path ("-": standard input) cannot be opened. */
struct listener *listener_open(struct loop *, const char *path,
    struct output *pass, const struct listener_ops *, void *arg);
void listener_close(struct listener *);

bool listener_ended(const struct listener *);

#endif
