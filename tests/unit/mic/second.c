/*
 * The echo canceller's second stage, where this was built with one (build/
 * tests/two/second is): its delay, and what both stages reach in rooms of
 * tests/room.h.  Without one it says that there is none.
 */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include <unistd.h>

#include "../../room.h"
#include "../../tap.h"

#include "mic/second.h"

/* Noise goes through it alone: it comes out as it is, so many samples later. */
static void
delays(int rate)
{
	enum { FRAMES = 100 };
	int n = rate / 50, all = n * FRAMES, i, late;
	struct second *s = second_new(rate, n);
	int16_t *in = calloc((size_t)all, 2), *out = calloc((size_t)all, 2);
	int16_t *played = calloc((size_t)n, 2);
	uint64_t seed = 5;
	double last = 0, d, sum = 0, off = 0;
	char what[100];

	for (i = 0; i < all; i++) {
		last += 0.2 * (8000 * room_gauss(&seed) / 3 - last);
		in[i] = out[i] = room_clip(last);
	}
	for (i = 0; i < all; i += n)
		second_run(s, played, out + i);
	late = second_delay(s);
	for (i = all / 2; i < all; i++) {
		d = out[i] - in[i - late];
		off += d * d;
		sum += (double)in[i - late] * in[i - late];
	}
	snprintf(what, sizeof(what), "at %d Hz a voice passes, %.1f ms later",
	    rate, late * 1e3 / rate);
	ok(off < sum / 2 && late * 100 <= rate * 2, what);
	second_free(s);
	free(in);
	free(out);
	free(played);
}

static void
visit(const struct room *voices, const char *name, const struct room *want,
    double least, double most)
{
	struct aec_config c = { .rate = ROOM_RATE, .samples = ROOM_FRAME,
	    .tail_ms = 200, .guard = true };
	struct aec *a = aec_new(&c);
	struct room m = *want;
	double erle, cut, seconds;
	int heard, starts;
	char what[160];

	ok(aec_delay(a) * 1000 <= 30 * ROOM_RATE, "both add 30 ms at most");
	aec_free(a);
	room_furnish(&m, voices);
	m.seed = 1;
	room_make(&m);
	room_run(&m, &c);
	erle = room_erle(&m, 12, 30);
	cut = room_cut(&m);
	starts = room_false(&m, &seconds);
	heard = room_heard(&m);
	snprintf(what, sizeof(what), "%s: open after %.2f s, ERLE %.1f dB, the "
	    "near voice cut by %.1f dB", name, m.opened, erle, -cut);
	ok(m.opened > 0 && m.opened <= 2.3 && erle >= least && -cut <= most, what);
	snprintf(what, sizeof(what), "%s: %d false starts, %d of %d barge-ins "
	    "heard", name, starts, heard, m.spans);
	ok(starts <= 1 && heard == m.spans, what);
	room_free(&m);
}

int
main(void)
{
	static const struct room near = { .reverb = 0.15, .near_db = -6 };
	static const struct room worst = { .reverb = 0.3, .near_db = -12,
	    .clip = 9000, .jitter = 250e-6, .ppm = 100 };
	struct second *s = second_new(ROOM_RATE, ROOM_FRAME);
	struct room voices = { .seed = 1 };
	int i;

	ok(second_new(22100, 442) == NULL, "none at a rate that it cannot do");
	if (s == NULL) {
		ok(second_delay(s) == 0, "built without a second stage");
		second_free(s);
		return tap_done();
	}
	second_free(s);
	delays(8000);
	delays(16000);
	delays(32000);
	delays(48000);
	if (!ok(room_voices(&voices), "flite and espeak-ng speak"))
		return tap_done();
	visit(&voices, "150 ms, -6 dB, both stages", &near, 49, 3);
	visit(&voices, "300 ms, -12 dB, distorting, 250 us, 100 ppm, both "
	    "stages", &worst, 43, 7);
	for (i = 0; i < ROOM_VOICES; i++)
		free(voices.voice[i]);
	return tap_done();
}
