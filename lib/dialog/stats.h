#ifndef DIALOG_STATS_H
#define DIALOG_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/output.h"

/*
 * Live figures of a conversation, a line of JSON at intervals and one at its
 * end, for whoever plots or collects them.  A reader that does not keep up
 * misses lines but holds nothing back.
 */
struct buf;
struct loop;
struct stats;

struct stats_opts {
	int64_t every_ms;	/* 0: none wanted */
	const char *path;	/* or NULL: the descriptor, */
	int fd;			/* or standard error if this is 0 */
};

/* fill() adds members to a line.  NULL with errno, or with errno 0 if none are
 * wanted; the functions below accept NULL. */
struct stats *stats_open(struct loop *, const struct stats_opts *,
    const struct output_ops *, void (*fill)(void *arg, struct buf *),
    void *arg);
void stats_close(struct stats *);

/* Takes samples of the user or the model, for the level. */
void stats_sound(struct stats *, bool user, const void *pcm, size_t samples);

/* The conversation is over: writes the last line. */
void stats_end(struct stats *);
/* What became of the lines: idle also if nobody reads them. */
struct output_fate stats_fate(const struct stats *);

#endif
