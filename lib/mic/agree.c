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
 */
#include "mic/agree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
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
#define SURE 8.0		/* a move is e^8 times as likely */

struct agree {
	int rate, samples, size;
	struct fft *fft;
	float *window, *re, *im;
	double moved;		/* logarithm of how much likelier that is */
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
	free(a);
}

void
agree_clear(struct agree *a)
{
	a->moved = 0;
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

bool
agree_frame(struct agree *a, const int16_t *mic, const float *expected)
{
	float power = 0, rest = 0, heard, echo;
	int i;

	memset(a->re, 0, (size_t)a->size * sizeof(float));
	memset(a->im, 0, (size_t)a->size * sizeof(float));
	for (i = 0; i < a->samples; i++) {
		heard = mic[i] / 32768.0f;
		echo = expected[i] / 32768.0f;
		power += echo * echo;
		rest += (heard - echo) * (heard - echo);
		a->re[i] = heard * a->window[i];
		a->im[i] = echo * a->window[i];
	}
	if (fminf(rest, power) < FAINT * (float)a->samples ||
	    rest < LEFT * power) {
		a->moved = 0;
		return true;
	}
	fft_forward(a->fft, a->re, a->im);
	a->moved = fmax(a->moved - weigh(a), 0);
	return a->moved < SURE;
}
