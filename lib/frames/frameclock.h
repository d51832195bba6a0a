#ifndef FRAMES_FRAMECLOCK_H
#define FRAMES_FRAMECLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When the next picture may go, and whether it is worth going.  Pure; times
 * are milliseconds.  Embedded by its owner.
 */
struct frameclock {
	double every, idle;	/* ms between pictures, and between those that
				 * do not differ (0: never) */
	int64_t start, last;	/* of the grid; when one was sent */
	bool begun, sent;
	int64_t next;
};

/* Pictures a second, at most that many; idle_fps of those without news. */
void frameclock_init(struct frameclock *, double fps, double idle_fps);

/* When the next may go: at once for the first. */
int64_t frameclock_due(const struct frameclock *, int64_t now);

/* One was looked at, now, and was sent or not.  The next one keeps the grid
 * if that is not long past: a burst after a stall is one picture. */
void frameclock_looked(struct frameclock *, int64_t now, bool sent);

/* Whether a picture without news goes nevertheless. */
bool frameclock_idle_due(const struct frameclock *, int64_t now);

#endif
