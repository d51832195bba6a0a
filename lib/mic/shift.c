/*
 * The sound and what the filter takes from it are correlated, without their
 * bass, in which voices resemble each other.  The end of the one is compared
 * with the other as it was up to 45 ms ago, both ways: the echo may come later
 * or earlier than the filter takes it.
 */
#include "mic/shift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sound/fft.h"

#define SPAN 0.040		/* s of sound that are shifted, */
#define REACH 0.045		/* s, so far at most, */
#define LEAST 0.0002		/* and at least */
#define BASS 0.9f		/* how much of it is left out */
#define LITTLE 0.1		/* so little is left, if a place fits, or */
#define CLOSE 0.002		/* s further away, where more places are, */
#define LESS 0.02		/* so little, */
#define BETTER 5.0		/* and so many times less than was, */
#define SOME 0.05		/* at least so much */

/* The last samples of a signal, without its bass. */
struct past {
	float *x, last;
};

struct shift {
	int rate, samples;
	int span, reach;	/* samples: what is kept is both together, */
	int have;		/* so many of which belong together */
	struct past mic, taken, left;
	int size;		/* of the transform for them */
	struct fft *fft;
	float *re, *im;
};

struct shift *
shift_new(int rate, int samples)
{
	struct shift *s = mem_alloc(sizeof(*s));
	size_t n;

	s->rate = rate;
	s->samples = samples;
	s->span = (int)(rate * SPAN);
	s->reach = (int)(rate * REACH);
	n = (size_t)(s->span + s->reach);
	s->mic.x = mem_alloc(n * sizeof(float));
	s->taken.x = mem_alloc(n * sizeof(float));
	s->left.x = mem_alloc(n * sizeof(float));
	for (s->size = 4; s->size < (int)n; s->size *= 2)
		;
	s->fft = fft_new(s->size);
	s->re = mem_alloc((size_t)s->size * sizeof(float));
	s->im = mem_alloc((size_t)s->size * sizeof(float));
	return s;
}

void
shift_free(struct shift *s)
{
	if (s == NULL)
		return;
	free(s->mic.x);
	free(s->taken.x);
	free(s->left.x);
	fft_free(s->fft);
	free(s->re);
	free(s->im);
	free(s);
}

void
shift_clear(struct shift *s)
{
	s->have = 0;
}

static void
make_room(struct past *p, int n, int samples)
{
	memmove(p->x, p->x + samples, (size_t)(n - samples) * sizeof(float));
}

static void
keep(struct past *p, int i, float sample)
{
	p->x[i] = sample - BASS * p->last;
	p->last = sample;
}

void
shift_frame(struct shift *s, const int16_t *mic, const int16_t *left)
{
	int n = s->span + s->reach, i, at = n - s->samples;

	make_room(&s->mic, n, s->samples);
	make_room(&s->taken, n, s->samples);
	make_room(&s->left, n, s->samples);
	for (i = 0; i < s->samples; i++) {
		keep(&s->mic, at + i, mic[i]);
		keep(&s->taken, at + i, (float)(mic[i] - left[i]));
		keep(&s->left, at + i, left[i]);
	}
	s->have = s->have < n ? s->have + s->samples : n;
}

/* The products of the end of one signal with another that many samples earlier,
 * into re; valid from 0 to reach. */
static void
correlate(struct shift *s, const float *now, const float *ago)
{
	size_t n = (size_t)(s->span + s->reach), room = (size_t)s->size;
	float *re = s->re, *im = s->im, nr, ni, gr, gi;
	int i, j;

	memset(re, 0, room * sizeof(float));
	memset(im, 0, room * sizeof(float));
	memcpy(re + s->reach, now + s->reach, (size_t)s->span * sizeof(float));
	memcpy(im, ago, n * sizeof(float));
	fft_forward(s->fft, re, im);
	for (i = 0; i <= s->size / 2; i++) {
		j = (s->size - i) & (s->size - 1);
		nr = (re[i] + re[j]) / 2;
		ni = (im[i] - im[j]) / 2;
		gr = (im[i] + im[j]) / 2;
		gi = (re[j] - re[i]) / 2;
		re[i] = re[j] = nr * gr + ni * gi;
		im[i] = ni * gr - nr * gi;
		im[j] = -im[i];
	}
	fft_inverse(s->fft, re, im);
}

static double
square(float x)
{
	return (double)x * x;
}

/*
 * Whether the end of one signal is what the other was some time ago.  Either
 * may be the microphone's, the other what the filter takes away; and where that
 * fits, the filter has left much more.
 */
static bool
fits(struct shift *s, const float *now, const float *ago)
{
	int n = s->span + s->reach, i, least = (int)(s->rate * LEAST);
	double one = 0, other = 0, was = 0, same, before, behind, left,
	    little;
	bool mic_ago = ago == s->mic.x;

	correlate(s, now, ago);
	for (i = s->reach; i < n; i++) {
		one += square(now[i]);
		other += square(ago[i]);
		was += square(s->left.x[i]);
	}
	for (i = 1; i < s->reach; i++) {
		other += square(ago[s->reach - i]) - square(ago[n - i]);
		if (mic_ago)
			was += square(s->left.x[s->reach - i]) -
			    square(s->left.x[n - i]);
		before = s->re[i - 1];
		same = s->re[i];
		behind = s->re[i + 1];
		if (i < least || same <= before || same <= behind)
			continue;
		/* interpolated between samples by a parabola */
		same += (behind - before) * (behind - before) / 8 /
		    (2 * same - before - behind);
		left = one + other - 2 * same;
		little = i < s->rate * CLOSE ? LITTLE : LESS;
		if (was >= SOME * fmin(one, other) && left * BETTER < was &&
		    left < little * fmin(one, other))
			return true;
	}
	return false;
}

bool
shift_seen(struct shift *s)
{
	return s->have >= s->span + s->reach &&
	    (fits(s, s->mic.x, s->taken.x) || fits(s, s->taken.x, s->mic.x));
}
