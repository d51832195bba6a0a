#ifndef SESSION_LATENCY_H
#define SESSION_LATENCY_H

#include <stddef.h>
#include <stdint.h>

/*
 * How long the answers took, each from the user's last word to the first sign
 * of it.  Of a long conversation the last LATENCY_KEEP count.  Pure; zeroed by
 * its owner.
 */
enum { LATENCY_KEEP = 4096 };

struct latency {
	int64_t count;		/* of all answers */
	int64_t last;		/* ms of the last one, if there is any */
	int32_t *ms;		/* a ring of room for `size` */
	size_t size;
};

void latency_done(struct latency *);
void latency_add(struct latency *, int64_t ms);
/* The smallest that a share p (0 to 1) of them is not above; -1 without any. */
int64_t latency_rank(const struct latency *, double p);

#endif
