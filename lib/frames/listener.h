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
	/* Whether the stream must wait; asked again soon.  May be NULL. */
	bool (*wait)(void *arg);
	/* The session is away, or back. */
	void (*away)(void *arg, bool);
	/* The user begins or stops speaking. */
	void (*speaking)(void *arg, bool);
	/* Sound that may contain the user's voice. */
	void (*sound)(void *arg, const struct record *);
	/* As in struct remote_ops. */
	void (*lost)(void *arg, const char *why);
	void (*over)(void *arg, int code, const char *why);
};

/* The output must take all that one window of a stream completes (stream.h).
 * NULL with errno if the path ("-": standard input) cannot be opened. */
struct listener *listener_open(struct loop *, const char *path,
    struct output *pass, const struct listener_ops *, void *arg);
void listener_close(struct listener *);

bool listener_ended(const struct listener *);

#endif
