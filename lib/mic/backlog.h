#ifndef MIC_BACKLOG_H
#define MIC_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Records of a live source whose reader may stand still: sound beyond the
 * limit goes oldest first, and where it was a record tells how much; control
 * records are never dropped.  Pure.
 */
struct backlog;

enum { BACKLOG_CONTROLS = 4096 };	/* at most; then it is over */

/* bare: no records but samples alone, and losses are only counted. */
struct backlog *backlog_new(int64_t limit_ms, bool bare);
void backlog_free(struct backlog *);

/* Adds a record of sound that begins at t and lasts us. */
void backlog_sound(struct backlog *, int64_t t, int64_t us, const void *head,
    size_t hn, const void *body, size_t bn);
/* Adds another one; -1 at the limit. */
int backlog_control(struct backlog *, const void *head, size_t hn);
/* Sound that never came: told in its place. */
void backlog_gap(struct backlog *, int64_t t, int64_t us, const char *reason);

/* The oldest piece, valid until the next call; NULL where there is none.  Then
 * it is taken away. */
const void *backlog_peek(struct backlog *, size_t *n);
void backlog_take(struct backlog *);

/* Sound waiting, and sound dropped so far, in ms. */
int64_t backlog_waiting(const struct backlog *);
int64_t backlog_dropped(const struct backlog *);

#endif
