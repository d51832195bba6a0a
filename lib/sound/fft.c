/*
 * Radix 2, decimation in time, with tables.  Two real signals are transformed
 * at once as the real and the imaginary part of one; whoever does so takes
 * the halves apart.
 */
#include "sound/fft.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct fft {
	int size;
	int *swap;		/* the place of each with its bits reversed */
	float *cosine, *sine;	/* half a turn */
};

struct fft *
fft_new(int size)
{
	struct fft *f = mem_alloc(sizeof(*f));
	double turn = 2 * acos(-1) / size;
	int i, j, bit;

	f->size = size;
	f->swap = mem_resize(NULL, (size_t)size, sizeof(*f->swap));
	f->cosine = mem_resize(NULL, (size_t)size / 2 + 1, sizeof(float));
	f->sine = mem_resize(NULL, (size_t)size / 2 + 1, sizeof(float));
	for (i = 0, j = 0; i < size; i++) {
		f->swap[i] = j;
		for (bit = size / 2; bit > 0 && (j & bit); bit /= 2)
			j -= bit;
		j += bit;
	}
	for (i = 0; i < size / 2; i++) {
		f->cosine[i] = (float)cos(turn * i);
		f->sine[i] = (float)-sin(turn * i);
	}
	return f;
}

void
fft_free(struct fft *f)
{
	if (f == NULL)
		return;
	free(f->swap);
	free(f->cosine);
	free(f->sine);
	free(f);
}

static void
reorder(const struct fft *f, float *re, float *im)
{
	float x;
	int i, j;

	for (i = 0; i < f->size; i++) {
		j = f->swap[i];
		if (j <= i)
			continue;
		x = re[i];
		re[i] = re[j];
		re[j] = x;
		x = im[i];
		im[i] = im[j];
		im[j] = x;
	}
}

static void
stage(const struct fft *f, float *re, float *im, int half)
{
	int step = f->size / (2 * half), i, k;
	float c, s, x, y, *a, *b, *p, *q;

	for (i = 0; i < f->size; i += 2 * half) {
		a = re + i;
		b = im + i;
		p = a + half;
		q = b + half;
		for (k = 0; k < half; k++) {
			c = f->cosine[k * step];
			s = f->sine[k * step];
			x = p[k] * c - q[k] * s;
			y = p[k] * s + q[k] * c;
			p[k] = a[k] - x;
			q[k] = b[k] - y;
			a[k] += x;
			b[k] += y;
		}
	}
}

void
fft_forward(const struct fft *f, float *re, float *im)
{
	int half;

	reorder(f, re, im);
	for (half = 1; half < f->size; half *= 2)
		stage(f, re, im, half);
}

void
fft_inverse(const struct fft *f, float *re, float *im)
{
	float scale = 1 / (float)f->size;
	int i;

	/* the two parts exchanged turn the other way */
	fft_forward(f, im, re);
	for (i = 0; i < f->size; i++) {
		re[i] *= scale;
		im[i] *= scale;
	}
}
