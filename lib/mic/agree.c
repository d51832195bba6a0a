/*
 * Of each frequency only the phase counts, as in mic/seek: how well does the
 * expected echo agree with the microphone's sound, from -1 to 1?  An echo that
 * has moved agrees by 0 or thereabouts, if the sound is speech; an echo under a
 * voice by as much as its share of the sound, which is known from what the
 * filter left.  So the two are told apart as long as the voice is no more than
 * some 6 dB above the echo; a louder one is believed.
 *
 * The filter adapts to a moved echo within a tenth of a second, so the decision
 * falls on one frame or two.
 */
#include "mic/agree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sound/fft.h"

#define LOW 200.0		/* Hz: the range that is compared */
#define HIGH 5000.0
#define FAINT 1e-5		/* mean square of what is too soft to matter */
#define LEFT 0.5		/* of the echo; a moved one leaves two, */
#define HEARD 0.1		/* and is heard */
#define FLOOR 1e-3		/* of the loudest frequency: what counts */
#define SURE 0.4		/* the agreement expected at least, */
#define PART 0.2		/* and the part of it that must be there, */
#define PART_ONE 0.0		/* or this, if one frame is to decide */
#define CHANCE 3.5		/* standard deviations of mere chance */

struct evidence {
	double agreed, expected, bins;
};

struct agree {
	int rate, samples, size;
	struct fft *fft;
	float *window, *re, *im;
	struct evidence last;
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
	memset(&a->last, 0, sizeof(a->last));
}

/* The spectra of the microphone's sound and of the echo from one transform,
 * and the agreement of their phases. */
static struct evidence
weigh(struct agree *a)
{
	int from = (int)(LOW * a->size / a->rate), i, j;
	int till = (int)(HIGH * a->size / a->rate), pass;
	struct evidence e = { 0 };
	double yr, yi, er, ei, y, p, left, most = 0, heard = 0, echo = 0;

	if (till > a->size / 2 - 1)
		till = a->size / 2 - 1;
	for (pass = 0; pass < 2; pass++)
		for (i = from; i <= till; i++) {
			j = a->size - i;
			er = (a->im[i] + a->im[j]) / 2;
			ei = (a->re[j] - a->re[i]) / 2;
			p = er * er + ei * ei;
			if (pass == 0 && p > most)
				most = p;
			if (pass == 0 || p < FLOOR * most)
				continue;
			yr = (a->re[i] + a->re[j]) / 2;
			yi = (a->im[i] - a->im[j]) / 2;
			y = yr * yr + yi * yi;
			heard += y;
			echo += p;
			left = (yr - er) * (yr - er) + (yi - ei) * (yi - ei);
			e.agreed += (yr * er + yi * ei) /
			    (sqrt(y * p) + 1e-12);
			e.expected += sqrt(p / (p + left));
			e.bins++;
		}
	return heard > HEARD * echo ? e : (struct evidence){ 0 };
}

/* Unrelated phases agree by 0, with a spread of the root of half the number. */
static bool
moved(const struct evidence *e, double part)
{
	return e->expected > SURE * e->bins &&
	    e->agreed < part * e->expected &&
	    e->expected - e->agreed > CHANCE * sqrt(e->bins / 2);
}

bool
agree_frame(struct agree *a, const int16_t *mic, const int16_t *left)
{
	struct evidence e = { 0 }, both;
	double power = 0, rest = 0, echo;
	int i;

	memset(a->re, 0, (size_t)a->size * sizeof(float));
	memset(a->im, 0, (size_t)a->size * sizeof(float));
	for (i = 0; i < a->samples; i++) {
		echo = (mic[i] - left[i]) / 32768.0;
		power += echo * echo;
		rest += left[i] / 32768.0 * left[i] / 32768.0;
		a->re[i] = mic[i] / 32768.0f * a->window[i];
		a->im[i] = (float)echo * a->window[i];
	}
	if (rest > FAINT * a->samples && power > FAINT * a->samples &&
	    rest > LEFT * power) {
		fft_forward(a->fft, a->re, a->im);
		e = weigh(a);
	}
	both.agreed = e.agreed + a->last.agreed;
	both.expected = e.expected + a->last.expected;
	both.bins = e.bins + a->last.bins;
	a->last = e;
	return !moved(&e, PART_ONE) && (both.bins <= e.bins ||
	    !moved(&both, PART));
}
