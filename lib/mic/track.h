#ifndef MIC_TRACK_H
#define MIC_TRACK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A sound device's clock as a straight line through its stamps, each of which
 * tells when a frame passed the device.  A Kalman filter with two states (the
 * time of the last frame, and how much slower than nominal the device runs)
 * averages out the jitter of the stamps, whose size it learns.  Pure; embedded
 * by its owner, nothing to free.  Times are nanoseconds of one clock.
 */
struct track {
	double rate;		/* nominal, frames per second */
	bool set;		/* there was a stamp */
	bool open;		/* the next stamp begins a new line */
	int64_t frame;		/* of the last stamp */
	int64_t ns;		/* its time; and the filter's correction */
	double off;		/* in seconds */
	double skew;		/* seconds too long per second of frames */
	double p00, p01, p11;	/* covariance of both */
	double jitter;		/* of the stamps: variance, in s^2 */
	double before;		/* the deviation of the last stamp */
	int learnt;		/* stamps behind the variance */
	int strays;		/* non-fitting stamps in a row that agree, */
	int misfits;		/* and others among them */
	double stray_sum;	/* deviations of the former */
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
 * abandoned only once stamps have indicated another for 1.5 seconds. */
enum track_news track_stamp(struct track *, int64_t frame, int64_t ns);

/* The device stops and restarts before the next stamp: its clock keeps its
 * speed, but from another point. */
void track_restart(struct track *);

/* How much slower than nominal the device runs, as far as that is known: 0
 * while the stamps say little, or say what no quartz does. */
double track_skew(const struct track *);

/* When a frame passes, in seconds after ns. */
double track_when(const struct track *, double frame, int64_t ns);
/* The frame that passes that many seconds after ns. */
double track_frame(const struct track *, int64_t ns, double seconds);

#endif
