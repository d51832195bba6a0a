/* mic/track and mic/reference: the time of a device's frames, and what was
 * played at a time. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "mic/reference.h"
#include "mic/track.h"
#include "sound/fft.h"
#include "../../tap.h"

#define ZERO INT64_C(7000000000)

static uint64_t seed = 88172645463325252;

static double
uniform(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double)(seed >> 11) / 9007199254740992.0;
}

/* A stamp each 20 ms at 16 kHz from a clock that is so slow. */
static void
follow(struct track *k, double ppm, double jitter, int from, int to)
{
	int i;

	for (i = from; i < to; i++)
		(void)track_stamp(k, (int64_t)i * 320, ZERO + (int64_t)(1e9 *
		    (i * 0.02 * (1 + ppm * 1e-6) + jitter * uniform())));
}

static void
lines(void)
{
	static const struct {
		double jitter, ppm, slope, place;
	} t[] = {
		{ 50e-6, 80, 4, 20e-6 }, { 250e-6, -120, 10, 60e-6 },
		{ 1000e-6, 200, 20, 250e-6 }
	};
	struct track k;
	char what[100];
	double err;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		track_init(&k, 16000);
		follow(&k, t[i].ppm, t[i].jitter, 0, 600);
		snprintf(what, sizeof(what), "%.0f us of jitter: %.1f ppm "
		    "found of %.0f", t[i].jitter * 1e6, k.skew * 1e6,
		    t[i].ppm);
		ok(fabs(k.skew * 1e6 - t[i].ppm) < t[i].slope, what);
		err = track_when(&k, 600 * 320, ZERO) - 12 * (1 + t[i].ppm *
		    1e-6) - t[i].jitter / 2;
		snprintf(what, sizeof(what), "the place is right to %.0f us",
		    err * 1e6);
		ok(fabs(err) < t[i].place, what);
		ok(fabs(track_frame(&k, ZERO, track_when(&k, 7777, ZERO)) -
		    7777) < 1e-3, "and back");
	}
}

/* Stamps of this many ticks that lie beside the line; how often it moved. */
static int
beside(struct track *k, double seconds, int from, int to)
{
	int i, jumped = 0;

	for (i = from; i < to; i++)
		jumped += track_stamp(k, (int64_t)i * 320, ZERO +
		    (int64_t)(1e9 * (seconds + i * 0.02 * 1.0001))) ==
		    TRACK_JUMPED;
	return jumped;
}

/* PipeWire's stamps run away by 6 ms in a stream's first second, and later step
 * by 2 ms; a quartz is believed as soon as its stamps tell its speed. */
static void
speeds(void)
{
	struct track k;
	double off, most = 0, at = 0;
	int i;

	track_init(&k, 16000);
	for (i = 0; i < 150; i++) {
		off = i < 50 ? i * -0.006 / 50 : -0.006 + 0.002 * (i / 40 % 2);
		(void)track_stamp(&k, (int64_t)i * 320, ZERO + (int64_t)(1e9 *
		    (i * 0.02 + off + 1e-4 * uniform())));
		if (fabs(track_skew(&k)) > fabs(most)) {
			most = track_skew(&k);
			at = i * 0.02;
		}
	}
	printf("# %.0f ppm at most, after %.2f s\n", most * 1e6, at);
	ok(fabs(most) < 150e-6, "stamps that run away tell no speed in three seconds");
	track_init(&k, 16000);
	follow(&k, 200, 100e-6, 0, 100);
	printf("# %.0f ppm of 200 after 2 s\n", track_skew(&k) * 1e6);
	ok(track_skew(&k) > 150e-6, "a quartz's speed is known after 2 s");
}

static void
jumps(void)
{
	struct track k;
	double ppm;

	track_init(&k, 16000);
	follow(&k, 100, 100e-6, 0, 500);
	is_int(track_stamp(&k, 500 * 320, ZERO + INT64_C(10500000000)),
	    TRACK_STRAY, "a stamp that is 500 ms off is left out");
	follow(&k, 100, 100e-6, 501, 600);
	ok(fabs(k.skew * 1e6 - 100) < 5, "and has moved nothing");
	ppm = k.skew * 1e6;
	is_int(beside(&k, 0.0203, 600, 650), 0,
	    "a server that is off by a block for a second moves no line");
	follow(&k, 100, 100e-6, 650, 700);
	(void)beside(&k, 0.0005, 700, 750);
	ok(fabs(k.skew * 1e6 - ppm) < 15 && fabs(track_when(&k, 750 * 320,
	    ZERO) - 15 * 1.0001) < 600e-6,
	    "nor does a step of half a millisecond change its speed by much");
	follow(&k, 100, 100e-6, 750, 1500);
	ppm = k.skew * 1e6;
	is_int(beside(&k, 0.08, 1500, 1580), 1,
	    "a line that moves by 80 ms has jumped, once, after 1.6 s");
	ok(fabs(k.skew * 1e6 - ppm) < 3, "the speed stays");
	ok(fabs(track_when(&k, 1580 * 320, ZERO) - 0.08 - 31.6 * 1.0001) <
	    300e-6, "the place is the new one");
	track_restart(&k);
	(void)track_stamp(&k, 1800 * 320, ZERO + INT64_C(40000000000));
	ok(fabs(track_when(&k, 1800 * 320, ZERO) - 40) < 1e-6,
	    "a restart is believed at once");
}

/* Ten hours with all that happens to devices: the line never leaves the truth
 * by more than 2 ms for 2 s. */
static void
ten_hours(void)
{
	struct track k;
	double truth = 0, lost = 0, worst = 0, run = 0;
	int i;

	track_init(&k, 24000);
	for (i = 1; i < 1800000; i++) {
		truth += 0.02 * (1 + (200 + 3 * sin(i / 50000.0)) * 1e-6);
		if (i % 90000 == 0) {	/* half an hour */
			truth += uniform();
			track_restart(&k);
		}
		if (i % 130000 == 0)	/* and nobody tells */
			truth += 0.03 + uniform();
		(void)track_stamp(&k, (int64_t)i * 480, ZERO +
		    (int64_t)(1e9 * (truth + 300e-6 * (uniform() - 0.5))));
		lost = fabs(track_when(&k, (double)i * 480, ZERO) - truth);
		run = lost > 0.002 ? run + 0.02 : 0;
		worst = run > worst ? run : worst;
	}
	ok(worst < 2, "ten hours: never off for 2 s");
	ok(fabs(k.skew * 1e6 - 200) < 10, "ten hours: the speed is known");
}

static int16_t
tone(double t, double hz)
{
	return (int16_t)lrint(10000 * sin(2 * acos(-1) * hz * t));
}

/* A tone of 1 kHz on a loudspeaker of 24 kHz, read at 16 kHz. */
static void
at_its_time(void)
{
	struct reference *r = reference_new(16000, false);
	struct reference_found f;
	int16_t p[480], out[320];
	double err = 0, power = 0, d, t, pi = acos(-1);
	/* what a high-pass of 60 Hz does to it */
	double early = pi - atan2(sqrt(2) * 60 * 1000, 60 * 60 - 1000 * 1000);
	int i, k;

	reference_read(r, ZERO, 0, 320, out, &f);
	ok(f.none, "nothing was played yet");
	for (i = 0; i < 100; i++) {
		for (k = 0; k < 480; k++)
			p[k] = tone((i * 480 + k) / 24000.0, 1000);
		ok(i > 2 || reference_add(r, i * 480, 24000, i == 0,
		    ZERO + (int64_t)i * 20000000, p, 480), "added");
		if (i > 2)
			(void)reference_add(r, i * 480, 24000, false, ZERO +
			    (int64_t)i * 20000000, p, 480);
	}
	for (i = 50; i < 90; i++) {
		reference_read(r, ZERO, i * 0.02 + 0.0031, 320, out, &f);
		for (k = 0; k < 320; k++) {
			t = i * 0.02 + 0.0031 + k / 16000.0;
			d = out[k] - 10000 * sin(2 * pi * 1000 * t + early);
			err += d * d;
			power += out[k] * (double)out[k];
		}
	}
	ok(10 * log10(power / err) > 55, "another rate, right to 55 dB");
	ok(!f.late && !f.begun, "in one piece");
	reference_anew(r);
	reference_read(r, ZERO, 2.5, 320, out, &f);
	ok(f.late, "what is not there yet is late");
	is_int(out[100], 0, "and silence");
	reference_stop(r, 100 * 480 - 4800);
	reference_anew(r);
	reference_read(r, ZERO, 1.85, 320, out, &f);
	ok(!f.late && out[100] == 0, "what was taken back never sounded");
	reference_anew(r);
	reference_read(r, ZERO, 1.70, 320, out, &f);
	ok(out[3] != 0, "what sounded before it did");
	(void)reference_add(r, 100 * 480 - 4800, 24000, true, ZERO +
	    INT64_C(3000000000), p, 480);
	reference_anew(r);
	reference_read(r, ZERO, 2.5, 320, out, &f);
	ok(out[100] == 0, "silence until the device starts again");
	reference_anew(r);
	reference_read(r, ZERO, 3.0, 320, out, &f);
	ok(out[100] != 0, "then it is heard");
	ok(!reference_add(r, 0, 7, true, ZERO, p, 480) &&
	    !reference_add(r, -5, 24000, true, ZERO, p, 480) &&
	    !reference_add(r, INT64_MAX, 24000, true, ZERO, p, 480),
	    "impossible rates and numbers are refused");
	(void)reference_add(r, INT64_C(1) << 50, 24000, false, ZERO, p, 480);
	(void)reference_add(r, 5, 48000, false, INT64_C(1) << 62, p, 480);
	reference_read(r, 0, 3.0, 320, out, &f);
	ok(true, "and the wildest that is possible does no harm");
	reference_free(r);
}

static void
transform(void)
{
	struct fft *f = fft_new(512);
	float re[512], im[512], worst = 0;
	int i;

	for (i = 0; i < 512; i++) {
		re[i] = (float)cos(2 * acos(-1) * 10 * i / 512);
		im[i] = 0;
	}
	fft_forward(f, re, im);
	ok(fabsf(re[10] - 256) < 0.01f && fabsf(re[11]) < 0.01f,
	    "a cosine is one line");
	fft_inverse(f, re, im);
	for (i = 0; i < 512; i++)
		worst = fmaxf(worst, fabsf(re[i] - (float)cos(2 * acos(-1) *
		    10 * i / 512)));
	ok(worst < 1e-5f, "and back");
	fft_free(f);
}

int
main(void)
{
	transform();
	lines();
	speeds();
	jumps();
	ten_hours();
	at_its_time();
	return tap_done();
}
