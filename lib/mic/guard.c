/*
 * Explained: the filter removes 15 dB of the microphone's sound, over a fifth
 * of a second of loud echo; or there is no echo worth mentioning, as with
 * headphones.  No longer explained: the residual is coherent with the echo (a
 * voice near by is not) and within 6 dB of the microphone's sound; or it is
 * louder than that.
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
	FORGIVEN_MS = 2000	/* without news, playing is taken to be over */
};

#define GOOD_DB 10.0
#define BAD_DB 6.0
#define LOUD 3e-6		/* -55 dBFS: an echo loud enough to judge */
#define STILL 1e-6		/* -60 dBFS: no echo worth mentioning */

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
	g->good_ms = g->bad_ms = g->still_ms = g->moved_ms = 0;
	if (state == GUARD_LEARNING)
		g->far_ms = 0;
	return true;
}

static void
average(struct guard *g, const struct suppress_heard *h)
{
	double a = 0.15;

	g->mic += a * (h->mic - g->mic);
	g->left += a * (h->left - g->left);
	g->leak += a * (h->leak - g->leak);
	g->erle = ratio(g->mic, g->left);
}

static int
count(const struct guard *g, int ms, bool yes)
{
	if (yes)
		return ms + g->hop_ms;
	return ms > g->hop_ms ? ms - g->hop_ms : 0;
}

bool
guard_frame(struct guard *g, bool far, const struct suppress_heard *h,
    bool none, bool late, const char *jumped)
{
	if (none)
		return false;
	g->late_ms = late ? g->late_ms + g->hop_ms : 0;
	g->quiet_ms = far ? 0 : g->quiet_ms + g->hop_ms;
	if (g->late_ms >= LATE_MS)
		return change(g, GUARD_LOST, "no news of the loudspeaker");
	if (g->state == GUARD_WAITING)
		return change(g, GUARD_LEARNING, "not yet converged");
	if (g->state == GUARD_LOST) {
		if (late)
			return false;
		return change(g, GUARD_LEARNING, "the loudspeaker is back");
	}
	if (jumped != NULL && g->state == GUARD_OPEN)
		return change(g, GUARD_LEARNING, jumped);
	if (!far)
		return false;
	average(g, h);
	g->far_ms += g->hop_ms;
	if (g->state == GUARD_LEARNING) {
		g->good_ms = count(g, g->good_ms, g->mic > LOUD &&
		    g->erle >= GOOD_DB && !h->near);
		g->still_ms = count(g, g->still_ms, g->mic < STILL);
		if (g->good_ms >= GOOD_MS)
			return change(g, GUARD_OPEN, "converged");
		if (g->still_ms >= STILL_MS)
			return change(g, GUARD_OPEN, "no echo");
		return false;
	}
	g->moved_ms = h->moved ? g->moved_ms + g->hop_ms : 0;
	if (g->moved_ms >= MOVED_MS)
		return change(g, GUARD_LEARNING, "the echo has moved");
	g->bad_ms = count(g, g->bad_ms, g->leak > LOUD &&
	    ratio(g->mic, g->leak) < BAD_DB);
	if (g->bad_ms >= BAD_MS)
		return change(g, GUARD_LEARNING, "the echo is not explained");
	return false;
}

bool
guard_shut(const struct guard *g, bool far)
{
	switch (g->state) {
	case GUARD_LEARNING: return far;
	case GUARD_LOST: return g->late_ms < FORGIVEN_MS;
	default: return false;
	}
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
