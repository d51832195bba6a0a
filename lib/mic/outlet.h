#ifndef MIC_OUTLET_H
#define MIC_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A live source's way out: a backlog in front of a descriptor.  As little as
 * possible is on its way (2 KiB and one record), since only what waits behind
 * can still be dropped.
 */
struct loop;
struct outlet;

struct outlet_ops {
	/* The reader has taken something. */
	void (*room)(void *arg);
	/* The reader is gone (error 0), or writing failed (errno). */
	void (*broken)(void *arg, int error);
};

/* As backlog_new(); records are at most 2 KiB. */
struct outlet *outlet_new(struct loop *, int fd, int64_t limit_ms, bool bare,
    const struct outlet_ops *, void *arg);
void outlet_free(struct outlet *);

/* As backlog_sound() and so on. */
void outlet_sound(struct outlet *, int64_t t, int64_t us, const void *head,
    size_t hn, const void *body, size_t bn);
int outlet_control(struct outlet *, const void *head, size_t hn);
void outlet_gap(struct outlet *, int64_t t, int64_t us, const char *reason);

/* Something waits, and it is at least half of the limit. */
bool outlet_half(const struct outlet *);
/* Nothing waits and nothing is on its way. */
bool outlet_idle(const struct outlet *);
/* Sound dropped so far, in ms. */
int64_t outlet_dropped(const struct outlet *);

#endif
