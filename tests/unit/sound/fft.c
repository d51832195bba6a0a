/* fft: against the sum that defines it, for every size that is in use, and
 * back again. */
#include <math.h>
#include <stdlib.h>

#include "../../tap.h"
#include "sound/fft.h"

enum { MOST = 1024 };

static unsigned seed = 1;

static float
noise(void)
{
	seed = seed * 1103515245u + 12345u;
	return (float)(seed >> 16 & 0x7fff) / 16384 - 1;
}

/* How far the worst value is off. */
static double
off(const float *re, const float *im, const float *x, const float *y, int n)
{
	double a, b, t, worst = 0;
	int i, k;

	for (k = 0; k < n; k++) {
		for (i = 0, a = b = 0; i < n; i++) {
			t = -2 * acos(-1) * k * i / n;
			a += x[i] * cos(t) - y[i] * sin(t);
			b += x[i] * sin(t) + y[i] * cos(t);
		}
		worst = fmax(worst, fmax(fabs(a - re[k]), fabs(b - im[k])));
	}
	return worst;
}

static void
size(int n)
{
	struct fft *f = fft_new(n);
	float x[MOST], y[MOST], re[MOST], im[MOST], worst = 0;
	char what[80];
	int i;

	for (i = 0; i < n; i++) {
		x[i] = re[i] = noise();
		y[i] = im[i] = noise();
	}
	fft_forward(f, re, im);
	snprintf(what, sizeof(what), "%d: what the definition says", n);
	ok(off(re, im, x, y, n) < 1e-4, what);
	fft_inverse(f, re, im);
	for (i = 0; i < n; i++)
		worst = fmaxf(worst, fmaxf(fabsf(re[i] - x[i]),
		    fabsf(im[i] - y[i])));
	snprintf(what, sizeof(what), "%d: and back", n);
	ok(worst < 1e-5f, what);
	fft_free(f);
}

/* The same of real numbers, twice as many. */
static void
real_size(int n)
{
	struct fft *f = fft_new(n), *whole = fft_new(2 * n);
	float x[2 * MOST], y[2 * MOST], re[2 * MOST], im[2 * MOST];
	float a[2 * MOST], b[2 * MOST], worst = 0;
	char what[80];
	int i;

	for (i = 0; i < 2 * n; i++) {
		x[i] = y[i] = a[i] = noise();
		b[i] = 0;
	}
	fft_real(f, x, re, im);
	fft_forward(whole, a, b);
	for (i = 0; i <= n; i++)
		worst = fmaxf(worst, fmaxf(fabsf(re[i] - a[i]),
		    fabsf(im[i] - b[i])));
	fft_real_inverse(f, re, im, x);
	for (i = 0; i < 2 * n; i++)
		worst = fmaxf(worst, fabsf(x[i] - y[i]));
	snprintf(what, sizeof(what), "%d real numbers, and back", 2 * n);
	ok(worst < 1e-3f, what);
	fft_free(f);
	fft_free(whole);
}

int
main(void)
{
	int n;

	for (n = 4; n <= MOST; n *= 2)
		size(n);
	for (n = 4; n <= MOST; n *= 2)
		real_size(n);
	return tap_done();
}
