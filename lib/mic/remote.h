#ifndef MIC_REMOTE_H
#define MIC_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Records that another program writes to a file or FIFO, to tell this one
 * something.
 */
struct loop;
struct record;
struct remote;

struct remote_ops {
	void (*take)(void *arg, const struct record *);
	/* It is not a stream or cannot be read; nothing more comes from it.
	 * why is a sentence with the path. */
	void (*bad)(void *arg, const char *why);
	/* A regular file has been read to its end; may be NULL. */
	void (*ended)(void *arg);
	/* All records read so far were passed to take(); may be NULL. */
	void (*taken)(void *arg);
	/* Something a FIFO's writer left incomplete or damaged is dropped; why
	 * is a sentence. */
	void (*lost)(void *arg, const char *why);
};

/* NULL with errno. */
struct remote *remote_open(struct loop *, const char *path,
    const struct remote_ops *, void *arg);
void remote_close(struct remote *);

/* The time of a record ("at") on this machine's clock; now if it has none or
 * an impossible one. */
int64_t remote_time(const struct record *, int64_t now);

/* Pauses reading, or resumes it. */
void remote_hold(struct remote *, bool hold);
/* Whether it is a regular file not yet read to its end. */
bool remote_more(const struct remote *);

#endif
