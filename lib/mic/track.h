#ifndef MIC_TRACK_H
#define MIC_TRACK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A sound device's clock as a straight line through its stamps, each of which
 * says at what time a frame passed the device.  A Kalman filter with two
 * states (the time of the last frame, and how much slower than its nominal
 * rate the device runs) averages the jitter of the stamps, whose size it
 * learns.  Pure; embedded by its owner, nothing to free.  Times are
 * nanoseconds of one clock.
 */
struct track {
	double rate;		/* nominal, frames a second */
	bool set;		/* there was a stamp */
	bool open;		/* the next stamp begins a new line */
	int64_t frame;		/* of the last stamp */
	int64_t ns;		/* its time, and what the filter adds */
	double off;		/* in seconds */
	double skew;		/* seconds too long, a second of frames */
	double p00, p01, p11;	/* how uncertain both are */
	double jitter;		/* of the stamps: variance, in s^2 */
	double before;		/* the deviation of the last stamp */
	int learnt;		/* stamps that the variance comes from */
	int strays;		/* stamps in a row that do not fit */
	double stray_sum;	/* their deviations */
	int64_t stray_from;	/* the first of them */
	int64_t from;		/* the first frame of this line */
	int64_t since;		/* stamps on this line */
};

enum track_news {
	TRACK_FITS,
	TRACK_STRAY,		/* far from the line: not used */
	TRACK_JUMPED		/* a new line has begun */
};

void track_init(struct track *, double rate);

/* This frame passed the device at this time.  A line of a second or more is
 * left only where stamps have said another one for 1.5 seconds. */
enum track_news track_stamp(struct track *, int64_t frame, int64_t ns);

/* The device stops and starts again before the next stamp: its clock runs on
 * at the same speed, but from another place. */
void track_restart(struct track *);

/* When a frame passes, in seconds behind ns. */
double track_when(const struct track *, double frame, int64_t ns);
/* The frame that passes so many seconds behind ns. */
double track_frame(const struct track *, int64_t ns, double seconds);

#endif
