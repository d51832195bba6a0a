#ifndef MIC_OUTLET_H
#define MIC_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A live source's output to a reader that may stall.  Sound waiting beyond the
 * limit is dropped, oldest first, and a record in its place tells how much;
 * control records are never dropped.  As little as possible is in the
 * descriptor's own queue (2 KiB and one record), since only what waits behind
 * it can still be dropped.
 */
struct loop;
struct outlet;

enum { OUTLET_CONTROLS = 4096 };	/* waiting at most; then it is over */

struct outlet_ops {
	/* The reader has read something. */
	void (*room)(void *arg);
	/* The reader is gone (error 0), or writing failed (errno). */
	void (*broken)(void *arg, int error);
};

/* bare: samples only, no records, and losses are merely counted.  Records are
 * at most 2 KiB. */
struct outlet *outlet_new(struct loop *, int fd, int64_t limit_ms, bool bare,
    const struct outlet_ops *, void *arg);
void outlet_free(struct outlet *);

/* Adds a record of sound that begins at t and lasts us; copies both parts. */
void outlet_sound(struct outlet *, int64_t t, int64_t us, const void *head,
    size_t hn, const void *body, size_t bn);
/* Adds a control record: 0, or -1 if OUTLET_CONTROLS are waiting already. */
int outlet_control(struct outlet *, const void *head, size_t hn);
/* Sound that never came: puts a `lost` record in its place. */
void outlet_gap(struct outlet *, int64_t t, int64_t us, const char *reason);

/* Whether something waits, amounting to at least half the limit. */
bool outlet_half(const struct outlet *);
/* Whether nothing waits or is on its way. */
bool outlet_idle(const struct outlet *);
/* Sound dropped so far, in ms. */
int64_t outlet_dropped(const struct outlet *);

#endif
