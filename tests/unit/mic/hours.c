/*
 * The echo canceller for a long time: two clocks 200 ppm apart, stamps that
 * scatter and step, a loudspeaker that is stopped and started, a microphone
 * that loses sound, a pipe without news.  An argument is how many seconds it
 * is to last, 900 by default; `make bench` has ten hours.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../../tap.h"

#include "mic/aec.h"

enum {
	RATE = 16000,
	FRAME = 320,
	RING = 1 << 16,
	EVENT_S = 60,		/* something happens so often */
	TAPS = 5
};

#define PPM 200e-6
#define BULK 0.025		/* s from the stamps to the microphone */

struct world {
	uint64_t seed;
	struct aec *a;
	int16_t ring[RING];	/* what the loudspeaker was given */
	int64_t given;		/* frames */
	int64_t first;		/* of them that this start plays */
	double place;		/* s, of frame 0, on the device's clock now */
	double wrong;		/* s, of the stamps beside that */
	bool begun;
	double speak_until, quiet_until, level, last[2];
};

static double
uniform(struct world *w)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return (double)(w->seed >> 11) / 9007199254740992.0 - 0.5;
}

/* Something like speech: noise of a voice's colour, in syllables. */
static int16_t
sample(struct world *w, double t)
{
	double x;

	if (t > w->quiet_until) {
		w->speak_until = t + 0.25 + 0.2 * uniform(w);
		w->quiet_until = w->speak_until + 0.08 + 0.06 * uniform(w);
		w->level = 2500 + 3000 * (uniform(w) + 0.5);
	}
	x = uniform(w) * (t < w->speak_until ? w->level : 3);
	w->last[0] += 0.25 * (x - w->last[0]);
	w->last[1] += 0.25 * (w->last[0] - w->last[1]);
	return (int16_t)lrint(w->last[1] * 3);
}

static void
give(struct world *w, double until)
{
	int16_t p[FRAME];
	double at;
	int i;

	while ((at = w->place + (double)w->given / RATE) < until) {
		for (i = 0; i < FRAME; i++) {
			p[i] = sample(w, at + (double)i / RATE);
			w->ring[(w->given + i) & (RING - 1)] = p[i];
		}
		(void)aec_played(w->a, w->given, RATE, !w->begun,
		    (int64_t)(1e9 * (100 + at + w->wrong +
		    400e-6 * uniform(w))), p, FRAME);
		w->begun = true;
		w->given += FRAME;
	}
}

/* The echo at a time: a few reflections, between samples by a cubic. */
static double
echo(const struct world *w, double t)
{
	static const double late[TAPS] = { 0, 0.0031, 0.0079, 0.0163, 0.041 };
	static const double gain[TAPS] = { 0.4, -0.2, 0.15, -0.1, 0.05 };
	double sum = 0, at, f, y[4];
	int64_t k;
	int i, j;

	for (i = 0; i < TAPS; i++) {
		at = (t - w->place - BULK - late[i]) * RATE;
		k = (int64_t)floor(at);
		f = at - (double)k;
		if (k < w->first + 1 || k + 2 >= w->given)
			continue;
		for (j = 0; j < 4; j++)
			y[j] = w->ring[(k - 1 + j) & (RING - 1)];
		sum += gain[i] * (y[1] + 0.5 * f * (y[2] - y[0] + f *
		    (2 * y[0] - 5 * y[1] + 4 * y[2] - y[3] + f *
		    (3 * (y[1] - y[2]) + y[3] - y[0]))));
	}
	return sum;
}

/* The device stops, and what it had before it never sounds. */
static void
take_back(struct world *w)
{
	w->given -= 5 * FRAME;
	w->first = w->given;
	aec_stopped(w->a, w->given);
}

/* One thing after the other happens to the devices; s that it lasts. */
static double
happen(struct world *w, int n, double t)
{
	switch (n % 4) {
	case 0:		/* stopped, and started anew a little later */
		take_back(w);
		w->place = t + 0.7 + uniform(w) * 0.3 - (double)w->given /
		    RATE;
		w->begun = false;
		return 0;
	case 1:		/* the microphone loses sound */
		aec_gap(w->a);
		return 0.3 + uniform(w) * 0.2;
	case 2:		/* the server's stamps step */
		w->wrong = uniform(w) * 0.003;
		return 0;
	default:	/* a device that was lost, for longer */
		take_back(w);
		w->place = t + 6 + uniform(w) - (double)w->given / RATE;
		w->begun = false;
		return 0;
	}
}

static long
memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* What has been seen so far. */
struct seen {
	double heard, open;	/* s of the loudspeaker, and not shut */
	double bad, worst, when;
};

/* A frame, with the power of its echo and of what came out. */
static void
look(struct seen *s, double t, bool open, double echoed, double left)
{
	if (echoed < 1e4 * FRAME)
		return;
	s->heard += 0.02;
	s->open += open ? 0.02 : 0;
	/* shut, or not explained */
	s->bad = open && left < echoed / 30 ? 0 : s->bad + 0.02;
	if (s->bad > s->worst && t > 5) {
		s->worst = s->bad;
		s->when = t;
	}
}

/* A frame of the microphone at t. */
static void
frame(struct world *w, double t, struct seen *s, struct aec_news *news)
{
	int16_t mic[FRAME], out[FRAME];
	double e, echoed = 0, left = 0;
	int i;

	give(w, t + 0.1);
	for (i = 0; i < FRAME; i++) {
		e = echo(w, t + i * (1 + PPM) / RATE);
		echoed += e * e;
		mic[i] = (int16_t)lrint(e + 8 * uniform(w));
	}
	(void)aec_frame(w->a, (int64_t)(1e9 * (100 + t + 300e-6 *
	    uniform(w))), mic, out);
	aec_news(w->a, news);
	for (i = 0; i < FRAME; i++)
		left += (double)out[i] * out[i];
	look(s, t, news->state == GUARD_OPEN, echoed, left);
}

int
main(int argc, char *argv[])
{
	struct aec_config c = { .rate = RATE, .samples = FRAME,
	    .tail_ms = 200, .guard = true };
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 900, t = 0;
	static struct world w = { .seed = 88172645463325252ULL };
	struct seen s = { 0 };
	struct aec_news news;
	int events = 0;
	long before = 0;
	char what[200];

	w.a = aec_new(&c);
	while (t < seconds) {
		frame(&w, t, &s, &news);
		t += FRAME * (1 + PPM) / RATE;
		if (t > (events + 1) * EVENT_S)
			t += happen(&w, events++, t);
		if (before == 0 && t > seconds / 4)
			before = memory();
	}
	snprintf(what, sizeof(what), "%.0f s, %d faults: the echo is never "
	    "left for 2 s (%.2f s at %.0f s)", seconds, events, s.worst,
	    s.when);
	ok(s.worst < 2, what);
	snprintf(what, sizeof(what), "both may speak in %.1f %% of the "
	    "loudspeaker's time", 100 * s.open / s.heard);
	ok(s.open > 0.95 * s.heard, what);
	snprintf(what, sizeof(what), "the speed is known: %.1f ppm",
	    news.drift_ppm);
	ok(fabs(fabs(news.drift_ppm) - 200) < 20, what);
	snprintf(what, sizeof(what), "memory is flat: %ld and %ld kB", before,
	    memory());
	/* the kernel counts it in steps of 256 kB */
	ok(memory() - before < 1024, what);
	aec_free(w.a);
	return tap_done();
}
