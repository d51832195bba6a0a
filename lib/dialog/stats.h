#ifndef DIALOG_STATS_H
#define DIALOG_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Live figures of a conversation, a line of JSON every so often and one at its
 * end, for whoever draws or collects them.  A reader that does not keep up
 * misses lines; it holds nothing back.
 */
struct buf;
struct loop;
struct stats;

struct stats_opts {
	int64_t every_ms;	/* 0: none are wanted */
	const char *path;	/* NULL: the descriptor, */
	int fd;			/* or standard error where this is 0 */
};

/* fill() adds members to a line.  NULL with errno; also, with errno 0, where
 * none are wanted; the others take NULL. */
struct stats *stats_open(struct loop *, const struct stats_opts *,
    void (*fill)(void *arg, struct buf *), void *arg);
void stats_close(struct stats *);

/* So many samples of the user's, or the model's, for its level. */
void stats_sound(struct stats *, bool user, const void *pcm, size_t samples);

/* The conversation is over: the last line. */
void stats_end(struct stats *);
/* Whether it is written, or nobody reads. */
bool stats_idle(const struct stats *);
/* Why they could not be written, as an errno, or 0. */
int stats_error(const struct stats *);

#endif
