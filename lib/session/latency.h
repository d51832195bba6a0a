#ifndef SESSION_LATENCY_H
#define SESSION_LATENCY_H

#include <stddef.h>
#include <stdint.h>

/*
 * How long answers took, each from the user's last word to its first sign.
 * Only the last LATENCY_KEEP of a conversation count.  Pure; zeroed by its
 * owner.
 */
enum { LATENCY_KEEP = 4096 };

struct latency {
	int64_t count;		/* of all answers */
	int64_t last;		/* ms of the last one, if any */
	int32_t *ms;		/* a ring with room for `size` */
	size_t size;
};

void latency_done(struct latency *);
void latency_add(struct latency *, int64_t ms);
/* The smallest that a share p (0 to 1) of them does not exceed; -1 if none. */
int64_t latency_rank(const struct latency *, double p);

#endif
