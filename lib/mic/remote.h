#ifndef MIC_REMOTE_H
#define MIC_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Records that another program writes into a file or FIFO, to tell this one
 * something.
 */
struct loop;
struct record;
struct remote;

struct remote_ops {
	void (*take)(void *arg, const struct record *);
	/* It is not a stream, or cannot be read; nothing more comes from it.  A
	 * sentence, with the path. */
	void (*bad)(void *arg, const char *why);
	/* A regular file has been read to its end; may be NULL. */
	void (*ended)(void *arg);
	/* All records of what was read were taken; may be NULL. */
	void (*taken)(void *arg);
	/* What a writer of a FIFO left half done, or damaged, is dropped: a
	 * sentence. */
	void (*lost)(void *arg, const char *why);
};

/* NULL with errno. */
struct remote *remote_open(struct loop *, const char *path,
    const struct remote_ops *, void *arg);
void remote_close(struct remote *);

/* The time of a record ("at") by the clock of this machine; now where it has
 * none, or one that cannot be. */
int64_t remote_time(const struct record *, int64_t now);

/* Nothing more is read for now, or again. */
void remote_hold(struct remote *, bool hold);
/* Whether it is a regular file that has not been read to its end. */
bool remote_more(const struct remote *);

#endif
