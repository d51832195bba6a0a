#ifndef FRAMES_LISTENER_H
#define FRAMES_LISTENER_H

#include <stdbool.h>

/*
 * A stream read for what it says about the session and the user's speech, and
 * passed on byte for byte if it has an output.
 */
struct listener;
struct loop;
struct output;
struct record;

struct listener_ops {
	/* Whether the stream must wait; asked again soon. */
	bool (*wait)(void *arg);
	/* The session is away, or back. */
	void (*away)(void *arg, bool);
	/* The user begins or stops speaking. */
	void (*speaking)(void *arg, bool);
	/* Sound that may contain the user's voice. */
	void (*sound)(void *arg, const struct record *);
	/* A writer of a FIFO left a half-written record, which is dropped. */
	void (*lost)(void *arg, const char *why);
	/* The stream has ended, with a code of log.h; why tells what was
	 * wrong, or is NULL if nothing was.  Called once. */
	void (*over)(void *arg, int code, const char *why);
};

/* The output must take all that one window of a stream completes (stream.h).
 * NULL with errno if the path ("-": standard input) cannot be opened. */
struct listener *listener_open(struct loop *, const char *path,
    struct output *pass, const struct listener_ops *, void *arg);
void listener_close(struct listener *);

bool listener_ended(const struct listener *);

#endif
