#ifndef FRAMES_FRAMECLOCK_H
#define FRAMES_FRAMECLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When the next picture may be sent, and whether it is worth sending.  Pure;
 * times are in milliseconds.  Embedded by its owner.
 */
struct frameclock {
	double every, idle;	/* ms between pictures, and between ones that
				 * do not differ (0: never) */
	int64_t start, last;	/* of the grid; when one was last sent */
	bool begun, sent;
	int64_t next;
};

/* At most fps pictures per second; idle_fps of those with nothing new. */
void frameclock_init(struct frameclock *, double fps, double idle_fps);

/* When the next may be sent: at once for the first. */
int64_t frameclock_due(const struct frameclock *, int64_t now);

/* One was looked at now, and sent or not.  The next keeps to the grid unless
 * that time is long past: a burst after a stall is one picture. */
void frameclock_looked(struct frameclock *, int64_t now, bool sent);

/* Whether a picture with nothing new is due anyway. */
bool frameclock_idle_due(const struct frameclock *, int64_t now);

#endif
