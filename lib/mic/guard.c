/*
 * Explained: the filter removes 10 dB of the microphone's sound, over a fifth
 * of a second of loud echo.  No longer explained: the residual is coherent with
 * the echo (a voice near by is not) and within 6 dB of the microphone's sound.
 *
 * Or there is no echo, as with headphones: through a second of loud sound the
 * microphone has what it has anyway.  A filter without an echo learns voices,
 * and its findings mean nothing but this: it removes much only if an echo has
 * come.
 */
#include "mic/guard.h"

#include <math.h>
#include <string.h>

#include "mic/suppress.h"

enum {
	GOOD_MS = 200,
	STILL_MS = 1000,
	BAD_MS = 300,
	MOVED_MS = 60,
	LATE_MS = 200,
	ECHO_MS = 80,
	LOW_MS = 1500,		/* the room's noise is the least in one or two
				 * of these */
	FORGIVEN_MS = 2000	/* without news, playing is taken to be over */
};

#define GOOD_DB 10.0
#define BAD_DB 6.0
#define LOUD 3e-6		/* -55 dBFS: an echo loud enough to judge */
#define ECHO_DB 5.0
#define STILL 1e-6		/* -60 dBFS: no echo worth mentioning, */
#define NOISE 2.0		/* or so much above the room's noise, */
#define NOISE_MOST 3e-5		/* but not -45 dBFS, taken for speech */
#define AVERAGE 0.15		/* the weight of a frame */

void
guard_init(struct guard *g, int frame_ms)
{
	memset(g, 0, sizeof(*g));
	g->hop_ms = frame_ms;
}

static double
ratio(double a, double b)
{
	return 10 * log10((a + 1e-12) / (b + 1e-12));
}

static bool
change(struct guard *g, enum guard_state state, const char *why)
{
	if (g->state == state)
		return false;
	g->state = state;
	g->why = why;
	g->none = false;
	g->good_ms = g->bad_ms = g->still_ms = g->moved_ms = g->echo_ms = 0;
	if (state == GUARD_LEARNING)
		g->far_ms = 0;
	return true;
}

bool
guard_found(struct guard *g)
{
	return g->state == GUARD_LEARNING &&
	    change(g, GUARD_OPEN, "found again");
}

static void
average(struct guard *g, const struct suppress_heard *h)
{
	g->mic += AVERAGE * (h->mic - g->mic);
	g->left += AVERAGE * (h->left - g->left);
	g->leak += AVERAGE * (h->leak - g->leak);
	g->erle = ratio(g->mic, g->left);
}

/* The room's noise is what the microphone's sound falls to again and again. */
static void
follow_noise(struct guard *g, double mic)
{
	if (mic <= 0)
		return;
	g->now += (g->now > 0 ? AVERAGE : 1) * (mic - g->now);
	if (g->low_ms == 0 || g->now < g->low)
		g->low = g->now;
	if (g->lowest <= 0)
		g->lowest = g->low;
	g->low_ms += g->hop_ms;
	if (g->low_ms >= LOW_MS) {
		g->lowest = g->low;
		g->low_ms = 0;
	}
}

/* The least power that is more than the room's noise. */
static double
audible(const struct guard *g)
{
	double noise = fmin(g->low, g->lowest);

	return fmax(STILL, fmin(NOISE * noise, NOISE_MOST));
}

static bool
still(const struct guard *g)
{
	return g->mic < audible(g);
}

static int
count(const struct guard *g, int ms, bool yes)
{
	if (yes)
		return ms + g->hop_ms;
	return ms > g->hop_ms ? ms - g->hop_ms : 0;
}

/* Half duplex: whether it can be left. */
static bool
learns(struct guard *g, enum guard_far far, const struct suppress_heard *h)
{
	double enough = g->left < audible(g) ? ECHO_DB : GOOD_DB;

	g->good_ms = count(g, g->good_ms, g->mic > LOUD && g->erle >= enough &&
	    !h->near);
	if (far == GUARD_LOUD || !still(g))
		g->still_ms = count(g, g->still_ms, still(g));
	if (g->good_ms >= GOOD_MS)
		return change(g, GUARD_OPEN, "converged");
	if (g->still_ms < STILL_MS)
		return false;
	change(g, GUARD_OPEN, "no echo");
	return g->none = true;
}

/* There are news, the first ones or after a time without. */
static bool
waited(struct guard *g, bool late)
{
	if (late)
		return false;
	return change(g, GUARD_LEARNING, g->why == NULL ? "not yet converged" :
	    "the loudspeaker is back");
}

bool
guard_frame(struct guard *g, enum guard_far far, const struct suppress_heard *h,
    bool none, bool late, const char *jumped)
{
	follow_noise(g, h->mic);
	g->untold_ms += g->untold_ms < FORGIVEN_MS ? g->hop_ms : 0;
	if (none)
		return false;
	g->late_ms = late ? g->late_ms + g->hop_ms : 0;
	g->quiet_ms = far ? 0 : g->quiet_ms + g->hop_ms;
	if (g->late_ms >= LATE_MS && g->untold_ms < FORGIVEN_MS)
		return change(g, GUARD_LOST, "no news of the loudspeaker");
	if (g->late_ms >= LATE_MS)
		return change(g, GUARD_WAITING, "still no news, so nothing "
		    "is played");
	if (g->state == GUARD_WAITING)
		return waited(g, late);
	if (g->state == GUARD_LOST) {
		if (late)
			return false;
		return change(g, GUARD_LEARNING, "the loudspeaker is back");
	}
	if (jumped != NULL && g->state == GUARD_OPEN && !g->none)
		return change(g, GUARD_LEARNING, jumped);
	if (far == GUARD_SILENT)
		return false;
	average(g, h);
	g->far_ms += g->hop_ms;
	if (g->state == GUARD_LEARNING)
		return learns(g, far, h);
	if (g->none) {
		g->echo_ms = count(g, g->echo_ms, g->mic > LOUD &&
		    g->erle >= ECHO_DB);
		return g->echo_ms >= ECHO_MS &&
		    change(g, GUARD_LEARNING, "there is an echo");
	}
	g->moved_ms = h->moved ? g->moved_ms + g->hop_ms : 0;
	if (g->moved_ms >= MOVED_MS)
		return change(g, GUARD_LEARNING, "the echo has moved");
	g->bad_ms = count(g, g->bad_ms, g->leak > fmax(LOUD, audible(g)) &&
	    ratio(g->mic, g->leak) < BAD_DB);
	if (g->bad_ms >= BAD_MS)
		return change(g, GUARD_LEARNING, "the echo is not explained");
	return false;
}

void
guard_told(struct guard *g)
{
	g->untold_ms = 0;
}

bool
guard_shut(const struct guard *g, bool far)
{
	if (g->late_ms > 0)
		return g->untold_ms < FORGIVEN_MS;
	return g->state == GUARD_LEARNING && far;
}

const char *
guard_name(enum guard_state state)
{
	switch (state) {
	case GUARD_LEARNING: return "learning";
	case GUARD_OPEN: return "open";
	case GUARD_LOST: return "lost";
	default: return "waiting";
	}
}
