/*
 * Convolution in parts: a part of the response is as long as some frames, and
 * its transform is three times as long as a frame or more, so that a frame's
 * echo is the end of one inverse transform.  The spectra of what was played are
 * kept for as long as the response lasts.
 */
#include "mic/fixed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sound/fft.h"

struct fixed {
	int samples, size, bins;
	int step;		/* frames that a part lasts */
	int parts;
	int kept, at;		/* spectra of frames; the newest one */
	struct fft *fft;
	float *re, *im;		/* of what was played, in a ring */
	float *part_re, *part_im;	/* of the response */
	float *last;		/* what was played last, size samples */
	float *work, *sum_re, *sum_im;
};

static float *
floats(int n)
{
	return mem_alloc((size_t)n * sizeof(float));
}

struct fixed *
fixed_new(int samples, int length)
{
	struct fixed *f = mem_alloc(sizeof(*f));

	f->samples = samples;
	for (f->size = 16; f->size < 3 * samples; f->size *= 2)
		;
	f->bins = f->size / 2 + 1;
	f->step = (f->size - samples) / samples;
	f->parts = (length + f->step * samples - 1) / (f->step * samples);
	f->kept = (f->parts - 1) * f->step + 1;
	f->fft = fft_new(f->size / 2);
	f->re = floats(f->kept * f->bins);
	f->im = floats(f->kept * f->bins);
	f->part_re = floats(f->parts * f->bins);
	f->part_im = floats(f->parts * f->bins);
	f->last = floats(f->size);
	f->work = floats(f->size);
	f->sum_re = floats(f->bins);
	f->sum_im = floats(f->bins);
	return f;
}

void
fixed_free(struct fixed *f)
{
	if (f == NULL)
		return;
	fft_free(f->fft);
	free(f->re);
	free(f->im);
	free(f->part_re);
	free(f->part_im);
	free(f->last);
	free(f->work);
	free(f->sum_re);
	free(f->sum_im);
	free(f);
}

void
fixed_set(struct fixed *f, const int32_t *response, int n, double scale)
{
	int p, i, long_is = f->step * f->samples, left;

	for (p = 0; p < f->parts; p++, response += left, n -= left) {
		left = n < long_is ? n : long_is;
		memset(f->work, 0, (size_t)f->size * sizeof(*f->work));
		for (i = 0; i < left; i++)
			f->work[i] = (float)(response[i] * scale);
		fft_real(f->fft, f->work, f->part_re + p * f->bins,
		    f->part_im + p * f->bins);
	}
}

void
fixed_played(struct fixed *f, const int16_t *played)
{
	int i, old = f->size - f->samples;

	memmove(f->last, f->last + f->samples, (size_t)old *
	    sizeof(*f->last));
	for (i = 0; i < f->samples; i++)
		f->last[old + i] = played[i];
	f->at = (f->at + 1) % f->kept;
	fft_real(f->fft, f->last, f->re + f->at * f->bins,
	    f->im + f->at * f->bins);
}

static void
accumulate(float *restrict sr, float *restrict si, const float *restrict xr,
    const float *restrict xi, const float *restrict hr,
    const float *restrict hi, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		sr[i] += xr[i] * hr[i] - xi[i] * hi[i];
		si[i] += xr[i] * hi[i] + xi[i] * hr[i];
	}
}

void
fixed_echo(struct fixed *f, float *echo)
{
	size_t bytes = (size_t)f->bins * sizeof(float);
	int p, x;

	memset(f->sum_re, 0, bytes);
	memset(f->sum_im, 0, bytes);
	for (p = 0; p < f->parts; p++) {
		x = (f->at + f->kept - p * f->step) % f->kept * f->bins;
		accumulate(f->sum_re, f->sum_im, f->re + x, f->im + x,
		    f->part_re + p * f->bins, f->part_im + p * f->bins,
		    f->bins);
	}
	fft_real_inverse(f->fft, f->sum_re, f->sum_im, f->work);
	memcpy(echo, f->work + f->size - f->samples, (size_t)f->samples *
	    sizeof(*echo));
}
