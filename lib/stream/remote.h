#ifndef STREAM_REMOTE_H
#define STREAM_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Records that another program writes to a file, a FIFO or our standard input,
 * to tell this one something.  The bytes come from an input of the loop
 * (loop/input.h), whose ops are the four functions below.
 */
struct record;
struct remote;

struct remote_ops {
	void (*take)(void *arg, const struct record *);
	/* All records read so far were passed to take(); may be NULL. */
	void (*taken)(void *arg);
	/* Whether reading must wait; asked again soon.  May be NULL. */
	bool (*wait)(void *arg);
	/* Something a FIFO's writer left incomplete or damaged is dropped; why
	 * is a sentence with the path, as below. */
	void (*lost)(void *arg, const char *why);
	/* The end, with a code of log.h: nothing more comes from it.  why tells
	 * what was wrong, or is NULL if nothing was.  Called once; a FIFO ends
	 * only if something is wrong. */
	void (*over)(void *arg, int code, const char *why);
};

/* path is for the sentences; "-" is standard input. */
struct remote *remote_new(const char *path, const struct remote_ops *,
    void *arg);
void remote_free(struct remote *);

/* Damage is skipped from now on: it is a FIFO that other writers may follow. */
void remote_mend(struct remote *);

/* Passes a sentence about what it says, with the path, to lost(). */
void remote_complain(const struct remote *, const char *what);

/* For struct input_ops, with the struct remote as arg. */
void *remote_window(void *arg, size_t *n);
void remote_filled(void *arg, size_t n);
void remote_end(void *arg, int error);
void remote_gone(void *arg);

/* Whether over() was called. */
bool remote_ended(const struct remote *);

/* The time of a record ("at") on this machine's clock; now if it has none or
 * an impossible one. */
int64_t remote_time(const struct record *, int64_t now);

#endif
