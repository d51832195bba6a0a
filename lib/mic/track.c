/*
 * A Kalman filter.  Its model: the speed of a quartz wanders by some 0.1 ppm in
 * a second, stamps scatter around the line.  A stamp far from the line is left
 * out.
 *
 * A sound server's stamps are right to within microseconds most of the time,
 * and off by the server's block (20 ms, mostly) for up to a second; they also
 * step by half a millisecond although the sound does not.  So a line that has
 * lasted is kept against them, a deviation counts as at most three times the
 * usual one, and only stamps that agree for long mean that the line itself has
 * moved.
 */
#include "mic/track.h"

#include <math.h>
#include <string.h>

enum {
	STRAYS = 6,		/* stamps that agree to move the line */
	MISFITS = 4,		/* one among so many of them may disagree */
	FAR = 6,		/* standard deviations */
	MOST = 3		/* of them that a stamp counts for, at most */
};

#define JITTER_FIRST 0.0005	/* s: how far stamps scatter, until known */
#define JITTER_LEAST 0.0001
#define JITTER_MOST 0.005
#define FAR_LEAST 0.002		/* s: a smaller deviation is never a stray, */
#define FAR_LASTED 0.0005	/* or this, off a line that has lasted */
#define LASTED 1.0		/* s: a line that is kept ... */
#define PERSISTS 1.5		/* s: ... until stamps persist for so long */
#define SKEW_FIRST 150e-6	/* quartzes differ by so much */
#define SKEW_DOUBT 30e-6		/* after a jump */
#define SKEW_MOST 300e-6		/* more is said by wrong stamps */
#define SKEW_WANDERS 0.1e-6	/* in a second */
#define LINE_WANDERS 1e-6	/* s, in a second: servers steer their clocks */
#define LEARN 100		/* stamps over which the jitter is averaged */

void
track_init(struct track *k, double rate)
{
	memset(k, 0, sizeof(*k));
	k->rate = rate;
	k->p11 = SKEW_FIRST * SKEW_FIRST;
	k->jitter = JITTER_FIRST * JITTER_FIRST;
}

void
track_restart(struct track *k)
{
	k->open = true;
}

/* Restarts the line at this stamp; what is known about the speed stays. */
static void
begin(struct track *k, int64_t frame, int64_t ns, double off)
{
	k->frame = frame;
	k->ns = ns;
	k->off = off;
	k->p00 = k->jitter;
	k->p01 = 0;
	k->set = true;
	k->open = false;
	k->strays = 0;
	k->stray_sum = 0;
	k->before = 0;
	k->since = 1;
	k->from = frame;
}

/* Extends the line to a frame. */
static void
advance(struct track *k, int64_t frame)
{
	double dt = (double)(frame - k->frame) / k->rate;
	double s = dt * (1 + k->skew);
	int64_t whole = (int64_t)(s * 1e9);

	k->frame = frame;
	k->ns += whole;
	k->off += s - (double)whole / 1e9;
	k->p00 += 2 * dt * k->p01 + dt * dt * k->p11 +
	    LINE_WANDERS * LINE_WANDERS * dt;
	k->p01 += dt * k->p11;
	k->p11 += SKEW_WANDERS * SKEW_WANDERS * dt;
}

/* Learns how far stamps scatter, from how each differs from its neighbour: that
 * does not depend on where the line is. */
static void
learn(struct track *k, double z)
{
	double d = z - k->before, w;

	k->before = z;
	if (k->since < 2)
		return;
	k->learnt += k->learnt < LEARN;
	w = 1.0 / (k->learnt + 10);	/* the first guess counts as ten */
	k->jitter += w * (d * d / 2 - k->jitter);
	k->jitter = fmin(fmax(k->jitter, JITTER_LEAST * JITTER_LEAST),
	    JITTER_MOST * JITTER_MOST);
}

/* Whether stamps off the line agree, and have for long enough; a few outliers
 * among them do not count. */
static bool
moved(struct track *k, int64_t frame, double z)
{
	bool lasted = (double)(k->stray_from - k->from) > LASTED * k->rate;
	double need = lasted ? PERSISTS : 0;

	if (k->strays > 0 && fabs(k->stray_sum / k->strays - z) > FAR_LEAST) {
		k->misfits++;
		if (!lasted && k->strays + k->misfits >= 4 * STRAYS)
			return true;
		if (k->misfits * MISFITS > k->strays + MISFITS)
			k->strays = 0;
		return false;
	}
	if (k->strays++ == 0) {
		k->stray_from = frame;
		k->stray_sum = 0;
		k->misfits = 0;
	}
	k->stray_sum += z;
	return k->strays >= STRAYS &&
	    (double)(frame - k->stray_from) >= need * k->rate;
}

static enum track_news
stray(struct track *k, int64_t frame, int64_t ns, double z)
{
	if (!moved(k, frame, z))
		return TRACK_STRAY;
	begin(k, frame, ns, 0);
	/* the speed may come from wrong stamps */
	k->p11 = fmax(k->p11, SKEW_DOUBT * SKEW_DOUBT);
	return TRACK_JUMPED;
}

enum track_news
track_stamp(struct track *k, int64_t frame, int64_t ns)
{
	double z, s, g0, g1, least;

	if (!k->set || k->open || frame < k->frame) {
		begin(k, frame, ns, 0);
		return TRACK_JUMPED;
	}
	if (frame == k->frame)
		return TRACK_FITS;
	advance(k, frame);
	z = (double)(ns - k->ns) / 1e9 - k->off;
	s = k->p00 + k->jitter;
	least = (double)(frame - k->from) > LASTED * k->rate ? FAR_LASTED :
	    FAR_LEAST;
	if (fabs(z) > fmax(FAR * sqrt(s), least))
		return stray(k, frame, ns, z);
	k->strays = 0;
	k->stray_sum = 0;
	k->since++;
	learn(k, z);
	s = k->p00 + k->jitter;
	z = fmin(fmax(z, -MOST * sqrt(s)), MOST * sqrt(s));
	g0 = k->p00 / s;
	g1 = k->p01 / s;
	k->off += g0 * z;
	k->skew += g1 * z;
	k->before -= g0 * z;
	k->p11 -= g1 * k->p01;
	k->p01 -= g0 * k->p01;
	k->p00 -= g0 * k->p00;
	if (fabs(k->skew) > SKEW_MOST) {
		k->skew = k->p01 = 0;
		k->p11 = SKEW_FIRST * SKEW_FIRST;
	}
	return TRACK_FITS;
}

double
track_skew(const struct track *k)
{
	return k->skew * (1 - fmin(k->p11 / (SKEW_FIRST * SKEW_FIRST), 1));
}

double
track_when(const struct track *k, double frame, int64_t ns)
{
	return (double)(k->ns - ns) / 1e9 + k->off +
	    (frame - (double)k->frame) / k->rate * (1 + k->skew);
}

double
track_frame(const struct track *k, int64_t ns, double seconds)
{
	double s = (double)(ns - k->ns) / 1e9 - k->off + seconds;

	return (double)k->frame + s * k->rate / (1 + k->skew);
}
