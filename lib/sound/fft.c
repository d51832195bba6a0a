/*
 * Radix 2, decimation in time; the first two stages, which need no
 * multiplication, are done as one.  The later ones go in steps of four with
 * tables of their own, so that the compiler can vectorise them.  A caller can
 * transform two real signals at once as the real and the imaginary part of one,
 * and separates the results itself.
 */
#include "sound/fft.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { AT_ONCE = 4 };

struct fft {
	int size;
	int swaps;
	int *swap;		/* pairs of bit-reversed indices */
	/* half a turn for the stage of size n, from index n on */
	float *cosine, *sine;
	float *real_cosine, *real_sine;	/* half a turn in `size' steps */
};

static void
make_swaps(struct fft *f)
{
	int i, j, bit;

	for (i = 0, j = 0; i < f->size; i++) {
		if (j > i) {
			f->swap[f->swaps++] = i;
			f->swap[f->swaps++] = j;
		}
		for (bit = f->size / 2; bit > 0 && (j & bit); bit /= 2)
			j -= bit;
		j += bit;
	}
}

struct fft *
fft_new(int size)
{
	struct fft *f = mem_alloc(sizeof(*f));
	double turn;
	int i, half;

	f->size = size;
	f->swap = mem_resize(NULL, (size_t)size, sizeof(*f->swap));
	f->cosine = mem_resize(NULL, (size_t)size, sizeof(float));
	f->sine = mem_resize(NULL, (size_t)size, sizeof(float));
	f->real_cosine = mem_resize(NULL, (size_t)size, sizeof(float));
	f->real_sine = mem_resize(NULL, (size_t)size, sizeof(float));
	for (i = 0; i < size; i++) {
		f->real_cosine[i] = (float)cos(acos(-1) * i / size);
		f->real_sine[i] = (float)-sin(acos(-1) * i / size);
	}
	make_swaps(f);
	for (half = AT_ONCE; half < size; half *= 2) {
		turn = acos(-1) / half;
		for (i = 0; i < half; i++) {
			f->cosine[half + i] = (float)cos(turn * i);
			f->sine[half + i] = (float)-sin(turn * i);
		}
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
	free(f->real_cosine);
	free(f->real_sine);
	free(f);
}

static void
reorder(const struct fft *f, float *re, float *im)
{
	const int *p, *end = f->swap + f->swaps;
	float x;

	for (p = f->swap; p < end; p += 2) {
		x = re[p[0]];
		re[p[0]] = re[p[1]];
		re[p[1]] = x;
		x = im[p[0]];
		im[p[0]] = im[p[1]];
		im[p[1]] = x;
	}
}

static void
begin(const struct fft *f, float *re, float *im)
{
	float a, b, c, d, p, q, r, s, *x, *y;

	for (x = re, y = im; x < re + f->size; x += 4, y += 4) {
		a = x[0] + x[1];
		b = x[0] - x[1];
		c = x[2] + x[3];
		d = x[2] - x[3];
		p = y[0] + y[1];
		q = y[0] - y[1];
		r = y[2] + y[3];
		s = y[2] - y[3];
		x[0] = a + c;
		x[1] = b + s;
		x[2] = a - c;
		x[3] = b - s;
		y[0] = p + r;
		y[1] = q - d;
		y[2] = p - r;
		y[3] = q + d;
	}
}

/* Four butterflies at once. */
static void
turn(float *restrict a, float *restrict b, float *restrict p,
    float *restrict q, const float *restrict c, const float *restrict s)
{
	float x[AT_ONCE], y[AT_ONCE];
	int k;

	for (k = 0; k < AT_ONCE; k++) {
		x[k] = p[k] * c[k] - q[k] * s[k];
		y[k] = p[k] * s[k] + q[k] * c[k];
	}
	for (k = 0; k < AT_ONCE; k++) {
		p[k] = a[k] - x[k];
		q[k] = b[k] - y[k];
		a[k] += x[k];
		b[k] += y[k];
	}
}

static void
stage(const struct fft *f, float *re, float *im, int half)
{
	int i, k;
	float *a, *b;

	for (i = 0; i < f->size; i += 2 * half) {
		a = re + i;
		b = im + i;
		for (k = 0; k < half; k += AT_ONCE)
			turn(a + k, b + k, a + half + k, b + half + k,
			    f->cosine + half + k, f->sine + half + k);
	}
}

void
fft_forward(const struct fft *f, float *re, float *im)
{
	int half;

	reorder(f, re, im);
	begin(f, re, im);
	for (half = AT_ONCE; half < f->size; half *= 2)
		stage(f, re, im, half);
}

void
fft_inverse(const struct fft *f, float *re, float *im)
{
	float scale = 1 / (float)f->size;
	int i;

	/* swapping real and imaginary parts inverts the direction */
	fft_forward(f, im, re);
	for (i = 0; i < f->size; i++) {
		re[i] *= scale;
		im[i] *= scale;
	}
}

/* Even places as the real part, odd ones as the imaginary part of one
 * transform of half the length. */
void
fft_real(const struct fft *f, float *x, float *re, float *im)
{
	int n = f->size, i, j;
	float ar, ai, br, bi, c, s;

	for (i = 0; i < n; i++) {
		re[i] = x[2 * i];
		im[i] = x[2 * i + 1];
	}
	fft_forward(f, re, im);
	re[n] = re[0] - im[0];
	re[0] += im[0];
	im[0] = im[n] = 0;
	for (i = 1, j = n - 1; i <= j; i++, j--) {
		c = f->real_cosine[i];
		s = f->real_sine[i];
		ar = (re[i] + re[j]) / 2;
		ai = (im[i] - im[j]) / 2;
		br = (im[i] + im[j]) / 2;
		bi = (re[j] - re[i]) / 2;
		re[i] = ar + c * br - s * bi;
		im[i] = ai + c * bi + s * br;
		re[j] = ar - c * br + s * bi;
		im[j] = c * bi + s * br - ai;
	}
}

void
fft_real_inverse(const struct fft *f, float *re, float *im, float *x)
{
	int n = f->size, i, j;
	float ar, ai, br, bi, dr, di, c, s;

	ar = (re[0] + re[n]) / 2;
	im[0] = (re[0] - re[n]) / 2;
	re[0] = ar;
	for (i = 1, j = n - 1; i <= j; i++, j--) {
		c = f->real_cosine[i];
		s = f->real_sine[i];
		ar = (re[i] + re[j]) / 2;
		ai = (im[i] - im[j]) / 2;
		dr = (re[i] - re[j]) / 2;
		di = (im[i] + im[j]) / 2;
		br = c * dr + s * di;
		bi = c * di - s * dr;
		re[i] = ar - bi;
		im[i] = ai + br;
		re[j] = ar + bi;
		im[j] = br - ai;
	}
	fft_inverse(f, re, im);
	for (i = 0; i < n; i++) {
		x[2 * i] = re[i];
		x[2 * i + 1] = im[i];
	}
}
