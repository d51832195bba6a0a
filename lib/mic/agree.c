/*
 * Of each frequency only the phase counts, as in mic/seek, so that a turned
 * volume is no move.  If the echo is where it is expected, what is left beside
 * it, a voice or noise, has any phase: so the angle between the sound and the
 * expected echo is distributed about 0 (von Mises), the closer the less is
 * left.  If the echo has moved, the angle may be any.  The logarithm of the
 * ratio of both probabilities is summed over frequencies and frames, as long as
 * it speaks for a move (the cumulative sum test of Page, Biometrika 41, 1954)
 * and the echo is loud and not explained.
 *
 * speexdsp's filter adapts to a moved echo within a tenth of a second and would
 * agree again; so the expected echo is that of the copy in mic/echo.
 *
 * All that takes a tenth or a fifth of a second, in which the moved echo would
 * be heard, and does not see a small move: mic/shift sees many moves earlier.
 * And what begins beside the echo, and does not show at once that the echo is
 * there too, is in doubt for a while, unless it is louder than any echo was.
 */
#include "mic/agree.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mic/shift.h"
#include "sound/fft.h"

#define LOW 200.0		/* Hz: the range that is compared */
#define HIGH 5000.0
#define FAINT 1e-5f		/* mean square of what is too soft to matter */
#define LEFT 0.5f		/* of the echo; a moved one leaves two, */
#define HEARD 0.1		/* and is heard */
#define FLOOR 1e-3		/* of the loudest frequency: what counts */
#define BAND 200.0		/* Hz, over which what is left is averaged */
#define STEADY 10.0		/* the most concentrated that an angle is */
#define APART 0.5		/* how far neighbours are independent */
#define SURE 5.0		/* a move is e^5 times as likely */
#define THERE 1.0		/* it is e^1 times as likely to be there */
#define DOUBT 0.120		/* s, after which that is no matter */
#define SOME 0.05f		/* of the echo: what is beside it, for */
#define BEFORE 0.030		/* s: no move, which is abrupt */
#define LOUDER 2.0f		/* than the loudest echo of late: no echo */
#define FADING 3.0		/* s, in which that is forgotten */
#define CALM 0.300		/* s without doubt, after which it is again */

struct agree {
	int rate, samples, size;
	struct fft *fft;
	float *window, *re, *im;
	double moved;		/* logarithm of how much likelier that is */
	double there;		/* the same, since nothing was explained, */
	double loudest;		/* power of an expected echo of late */
	double doubted, calm;	/* for s; and for s all was, */
	double begun;		/* but for some, for s */
	struct shift *shift;
};

struct agree *
agree_new(int rate, int samples)
{
	struct agree *a = mem_alloc(sizeof(*a));
	double pi = acos(-1);
	int i;

	a->rate = rate;
	a->samples = samples;
	for (a->size = 2; a->size < samples; a->size *= 2)
		;
	a->fft = fft_new(a->size);
	a->window = mem_alloc((size_t)samples * sizeof(float));
	a->re = mem_alloc((size_t)a->size * sizeof(float));
	a->im = mem_alloc((size_t)a->size * sizeof(float));
	for (i = 0; i < samples; i++)
		a->window[i] = (float)sin(pi * (i + 0.5) / samples);
	a->shift = shift_new(rate, samples);
	return a;
}

void
agree_free(struct agree *a)
{
	if (a == NULL)
		return;
	fft_free(a->fft);
	free(a->window);
	free(a->re);
	free(a->im);
	shift_free(a->shift);
	free(a);
}

void
agree_clear(struct agree *a)
{
	a->moved = 0;
	shift_clear(a->shift);
}

/* The logarithm of the modified Bessel function I0. */
static double
log_bessel(double x)
{
	double term = 1, sum = 1;
	int i;

	for (i = 1; term > 1e-4 * sum; i++) {
		term *= x * x / 4 / i / i;
		sum += term;
	}
	return log(sum);
}

/* A bin of both spectra, from one transform. */
struct bin {
	double yr, yi, er, ei, y, e, left;
};

static struct bin
bin(const struct agree *a, int i)
{
	int j = a->size - i;
	struct bin b;

	b.yr = (a->re[i] + a->re[j]) / 2;
	b.yi = (a->im[i] - a->im[j]) / 2;
	b.er = (a->im[i] + a->im[j]) / 2;
	b.ei = (a->re[j] - a->re[i]) / 2;
	b.y = b.yr * b.yr + b.yi * b.yi;
	b.e = b.er * b.er + b.ei * b.ei;
	b.left = (b.yr - b.er) * (b.yr - b.er) +
	    (b.yi - b.ei) * (b.yi - b.ei);
	return b;
}

/* How much the frame speaks for an echo that is where it is expected. */
static double
weigh(const struct agree *a)
{
	double hz = (double)a->rate / a->size;
	int from = (int)(LOW / hz), till = (int)(HIGH / hz), i, k;
	int wide = (int)(BAND / hz) + 1;
	double most = 0, heard = 0, echo = 0, sum = 0, left, close;
	struct bin b;

	if (till > a->size / 2)
		till = a->size / 2;
	for (i = from; i < till; i++)
		most = fmax(most, bin(a, i).e);
	for (i = from; i + wide <= till; i += wide) {
		for (k = 0, left = 0; k < wide; k++)
			left += bin(a, i + k).left / wide;
		for (k = 0; k < wide; k++) {
			b = bin(a, i + k);
			if (b.e < FLOOR * most)
				continue;
			heard += b.y;
			echo += b.e;
			close = fmin(2 * sqrt(b.y * b.e) / (left + 1e-12),
			    STEADY);
			sum += close * (b.yr * b.er + b.yi * b.ei) /
			    (sqrt(b.y * b.e) + 1e-12) - log_bessel(close);
		}
	}
	return heard > HEARD * echo ? APART * sum : 0;
}

/* Whether what is not explained may pass: it may if the echo was seen to be
 * there as well, or after a while. */
static enum agreed
doubt(struct agree *a, float power, float rest, double weight)
{
	double s = (double)a->samples / a->rate;

	a->loudest = fmax(power, a->loudest * (1 - s / FADING));
	if (fminf(power, rest) < FAINT * (float)a->samples ||
	    rest < LEFT * power) {
		a->begun = rest < FAINT * (float)a->samples ||
		    rest < SOME * power ? 0 : a->begun + s;
		a->calm += s;
		if (a->calm >= CALM)
			a->there = a->doubted = 0;
		return AGREED;
	}
	a->calm = 0;
	a->there = fmax(a->there + weight, 0);
	if (a->there >= THERE || a->begun > BEFORE ||
	    rest > LOUDER * a->loudest)
		a->doubted = DOUBT;
	if (a->doubted >= DOUBT)
		return AGREED;
	a->doubted += s;
	return AGREED_DOUBTED;
}

enum agreed
agree_frame(struct agree *a, const int16_t *mic, const float *expected,
    const int16_t *left)
{
	float power = 0, rest = 0, remains = 0, heard, echo;
	double weight = 0;
	bool loud;
	int i;

	shift_frame(a->shift, mic, left);
	memset(a->re, 0, (size_t)a->size * sizeof(float));
	memset(a->im, 0, (size_t)a->size * sizeof(float));
	for (i = 0; i < a->samples; i++) {
		heard = mic[i] / 32768.0f;
		echo = expected[i] / 32768.0f;
		power += echo * echo;
		rest += (heard - echo) * (heard - echo);
		a->re[i] = heard * a->window[i];
		a->im[i] = echo * a->window[i];
		remains += left[i] / 32768.0f * (left[i] / 32768.0f);
	}
	loud = fminf(rest, power) >= FAINT * (float)a->samples;
	if (loud && shift_seen(a->shift))
		return AGREED_ELSEWHERE;
	if (loud && rest >= LEFT * power) {
		fft_forward(a->fft, a->re, a->im);
		weight = weigh(a);
		a->moved = fmax(a->moved - weight, 0);
	} else {
		a->moved = 0;
	}
	return a->moved >= SURE ? AGREED_HARDLY :
	    doubt(a, power, fminf(rest, remains), weight);
}
