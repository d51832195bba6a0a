#ifndef STREAM_REMOTE_H
#define STREAM_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Records that another program writes to a file, a FIFO or our standard input,
 * to tell this one something.
 */
struct loop;
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

/* "-" is standard input.  NULL with errno. */
struct remote *remote_open(struct loop *, const char *path,
    const struct remote_ops *, void *arg);
void remote_close(struct remote *);

/* The time of a record ("at") on this machine's clock; now if it has none or
 * an impossible one. */
int64_t remote_time(const struct record *, int64_t now);

/* Whether it is a regular file not yet read to its end. */
bool remote_more(const struct remote *);

#endif
