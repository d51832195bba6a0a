#ifndef MIC_OUTLET_H
#define MIC_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A live source's way out to a reader that may stand still.  Sound that waits
 * beyond the limit is dropped, oldest first, and where it was a record tells
 * how much; control records are never dropped.  As little as possible is in
 * the descriptor's own queue (2 KiB and one record), since only what waits
 * behind it can still be dropped.
 */
struct loop;
struct outlet;

enum { OUTLET_CONTROLS = 4096 };	/* waiting at most; then it is over */

struct outlet_ops {
	/* The reader has taken something. */
	void (*room)(void *arg);
	/* The reader is gone (error 0), or writing failed (errno). */
	void (*broken)(void *arg, int error);
};

/* bare: no records but samples alone, and losses are only counted.  Records
 * are at most 2 KiB. */
struct outlet *outlet_new(struct loop *, int fd, int64_t limit_ms, bool bare,
    const struct outlet_ops *, void *arg);
void outlet_free(struct outlet *);

/* Adds a record of sound that begins at t and lasts us; both are copied. */
void outlet_sound(struct outlet *, int64_t t, int64_t us, const void *head,
    size_t hn, const void *body, size_t bn);
/* Adds another one; -1 where OUTLET_CONTROLS of them wait already. */
int outlet_control(struct outlet *, const void *head, size_t hn);
/* Sound that never came: a `lost` record in its place. */
void outlet_gap(struct outlet *, int64_t t, int64_t us, const char *reason);

/* Something waits, and it is at least half of the limit. */
bool outlet_half(const struct outlet *);
/* Nothing waits and nothing is on its way. */
bool outlet_idle(const struct outlet *);
/* Sound dropped so far, in ms. */
int64_t outlet_dropped(const struct outlet *);

#endif
