/*
 * What was played, passed through the filter as it was learnt, is compared with
 * the microphone's sound: of each frequency only the phase counts, so that
 * speech gives one sharp peak.  Only a peak far above everything else is the
 * echo.  Both fade in and out: an abrupt edge has all frequencies, and those of
 * what was played come later by the echo's delay.
 */
#include "mic/seek.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sound/fft.h"

enum {
	KEPT_MS = 500,
	LOUD_MS = 300,		/* of it with sound from the loudspeaker */
	SOON_MS = 200,		/* from which it is tried, every so often, */
	EVERY_MS = 60,
	SOON_LOUD_MS = 140,	/* with so much of that sound */
	EDGE_MS = 20,		/* over which what is kept fades */
	REACH_MS = 120		/* how far off an echo is searched for */
};

#define LOW 200.0		/* Hz: the range that is compared */
#define HIGH 5000.0
#define PEAK 9.0		/* a peak over the root mean square */
#define PEAK_SOON 12.0		/* while little is kept, */
#define ALONE 1.5		/* and over every other peak, */
#define APART_MS 1		/* so far away: a vowel has many */
#define LOUD 100		/* samples whose peak counts as sound */

struct seek {
	int rate, kept, size, have;
	int since;		/* samples since it was tried */
	int16_t *mic, *played;
	struct fft *fft;
	float *re, *im, *yr, *yi;
};

struct seek *
seek_new(int rate, int samples)
{
	struct seek *s = mem_alloc(sizeof(*s));

	s->rate = rate;
	s->kept = rate * KEPT_MS / 1000 / samples * samples;
	for (s->size = 2; s->size < 2 * s->kept; s->size *= 2)
		;
	s->fft = fft_new(s->size);
	s->mic = mem_alloc((size_t)s->kept * sizeof(*s->mic));
	s->played = mem_alloc((size_t)s->kept * sizeof(*s->played));
	s->re = mem_alloc((size_t)s->size * sizeof(float));
	s->im = mem_alloc((size_t)s->size * sizeof(float));
	s->yr = mem_alloc((size_t)s->size * sizeof(float));
	s->yi = mem_alloc((size_t)s->size * sizeof(float));
	return s;
}

void
seek_free(struct seek *s)
{
	if (s == NULL)
		return;
	fft_free(s->fft);
	free(s->mic);
	free(s->played);
	free(s->re);
	free(s->im);
	free(s->yr);
	free(s->yi);
	free(s);
}

void
seek_clear(struct seek *s)
{
	s->have = s->since = 0;
}

void
seek_frame(struct seek *s, const int16_t *mic, int n)
{
	int over = s->have + n - s->kept;

	if (over > 0) {
		memmove(s->mic, s->mic + over,
		    (size_t)(s->have - over) * sizeof(*mic));
		s->have -= over;
	}
	memcpy(s->mic + s->have, mic, (size_t)n * sizeof(*mic));
	s->have += n;
	s->since += n;
}

const int16_t *
seek_kept(const struct seek *s, int *n)
{
	*n = s->have;
	return s->mic;
}

int16_t *
seek_played(struct seek *s)
{
	return s->played;
}

/* ms of sound from the loudspeaker in what is kept. */
static int
loud_ms(const struct seek *s)
{
	int block = s->rate / 100, i, k, loud = 0;

	for (i = 0; i + block <= s->have; i += block)
		for (k = 0; k < block; k++)
			if (abs(s->played[i + k]) >= LOUD) {
				loud += 10;
				break;
			}
	return loud;
}

bool
seek_full(const struct seek *s)
{
	return s->have == s->kept && loud_ms(s) >= LOUD_MS;
}

bool
seek_soon(const struct seek *s)
{
	return s->have >= s->rate * SOON_MS / 1000 &&
	    s->since >= s->rate * EVERY_MS / 1000 &&
	    loud_ms(s) >= SOON_LOUD_MS;
}

/* From one transform, the spectra of two real signals: what was played, passed
 * through the response, and the microphone's; then their cross spectrum, phases
 * only. */
static void
compare(struct seek *s, const int32_t *response, int n)
{
	int i, j, size = s->size, edge = s->rate * EDGE_MS / 1000;
	float xr, xi, dr, di, hr, hi, ar, ai, br, bi, a;

	memset(s->re, 0, (size_t)size * sizeof(float));
	memset(s->im, 0, (size_t)size * sizeof(float));
	memset(s->yr, 0, (size_t)size * sizeof(float));
	memset(s->yi, 0, (size_t)size * sizeof(float));
	for (i = 0; i < s->have; i++) {
		j = i < s->have - 1 - i ? i : s->have - 1 - i;
		a = j >= edge ? 1 : (float)(j + 1) / (float)(edge + 1);
		s->re[i] = a * s->played[i];
		s->im[i] = a * s->mic[i];
	}
	for (i = 0; i < n && i < size / 2; i++)
		s->yr[i] = (float)response[i];
	fft_forward(s->fft, s->re, s->im);
	fft_forward(s->fft, s->yr, s->yi);
	for (i = 0; i <= size / 2; i++) {
		j = (size - i) & (size - 1);
		xr = (s->re[i] + s->re[j]) / 2;
		xi = (s->im[i] - s->im[j]) / 2;
		dr = (s->im[i] + s->im[j]) / 2;
		di = (s->re[j] - s->re[i]) / 2;
		hr = s->yr[i];
		hi = s->yi[i];
		/* the expected echo, and the microphone relative to it */
		ar = xr * hr - xi * hi;
		ai = xr * hi + xi * hr;
		br = dr * ar + di * ai;
		bi = di * ar - dr * ai;
		a = sqrtf(br * br + bi * bi);
		if (i * (double)s->rate < LOW * size ||
		    i * (double)s->rate > HIGH * size || a <= 0)
			br = bi = 0;
		else {
			br /= a;
			bi /= a;
		}
		s->re[i] = s->re[j] = br;
		s->im[i] = bi;
		s->im[j] = -bi;
	}
	fft_inverse(s->fft, s->re, s->im);
}

bool
seek_find(struct seek *s, const int32_t *response, int n, double *later)
{
	int reach = s->rate * REACH_MS / 1000, i, at = 0, mask = s->size - 1;
	double most = 0, other = 0, sum = 0, l, r;
	bool full = seek_full(s);

	s->since = 0;
	compare(s, response, n);
	for (i = -reach; i <= reach; i++) {
		if (s->re[i & mask] > most) {
			most = s->re[i & mask];
			at = i;
		}
	}
	for (i = 0; i < s->size; i++)
		sum += s->re[i] * s->re[i];
	for (i = -reach; i <= reach; i++)
		if (abs(i - at) > s->rate * APART_MS / 1000)
			other = fmax(other, s->re[i & mask]);
	/* a muted microphone has no peak at all */
	if (most <= 0 ||
	    most < (full ? PEAK : PEAK_SOON) * sqrt(sum / s->size) ||
	    (!full && most < ALONE * other) || abs(at) == reach)
		return false;
	/* interpolated between samples by a parabola */
	l = s->re[(at - 1) & mask];
	r = s->re[(at + 1) & mask];
	*later = (at + (r - l) / (2 * (2 * most - l - r) + 1e-12)) / s->rate;
	return true;
}
