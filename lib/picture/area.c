/*
 * Rows first: the source rows that a row of the result covers are summed with
 * weights that add up to V.  Then columns, whose weights add up to H; V * H *
 * 255 fits into 32 bits.
 */
#include "picture/area.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { V = 1 << 12, H = 1 << 11 };

static void *
room(void *p, size_t *have, size_t n, size_t size)
{
	if (n > *have) {
		p = mem_resize(p, n, size);
		*have = n;
	}
	return p;
}

/*
 * The share, out of total, of the source's pixel i in the result's pixel k.
 * Taken from the running sum, so that the weights of a pixel add up to the
 * total however they are rounded.
 */
static unsigned
weight(int64_t i, int64_t k, int64_t s, int64_t d, int64_t total)
{
	int64_t a = i * d - k * s, b = a + d;

	/* in units of 1/d of a source pixel; a result pixel has s of them */
	a = a < 0 ? 0 : a;
	b = b > s ? s : b;
	return (unsigned)((b * total + s / 2) / s - (a * total + s / 2) / s);
}

/* Computes the weights of all columns: `per` for each pixel of the result. */
static void
columns(struct area *a, int sw, int dw, int per)
{
	int k, i;

	a->weights = room(a->weights, &a->n_weights, (size_t)per * (size_t)dw,
	    sizeof(*a->weights));
	a->from = room(a->from, &a->n_from, (size_t)dw, sizeof(*a->from));
	for (k = 0; k < dw; k++) {
		a->from[k] = (int)((int64_t)k * sw / dw);
		for (i = 0; i < per; i++)
			a->weights[(size_t)k * (size_t)per + (size_t)i] =
			    a->from[k] + i < sw && (int64_t)(a->from[k] + i) *
			    dw < (int64_t)(k + 1) * sw ? weight(a->from[k] +
			    i, k, sw, dw, H) : 0;
	}
}

static void
add_row(unsigned *sums, const unsigned char *p, int n, unsigned w)
{
	int x;

	for (x = 0; x < n; x++)
		sums[x] += p[x] * w;
}

/* Makes one row of the result from the sums. */
static void
across(const struct area *a, unsigned char *dst, int dw, int per)
{
	const unsigned *w = a->weights, *s;
	unsigned v;
	int k, i;

	for (k = 0; k < dw; k++, w += per) {
		s = a->sums + a->from[k];
		v = (unsigned)V * H / 2;
		for (i = 0; i < per; i++)
			v += s[i] * w[i];
		dst[k] = (unsigned char)(v / ((unsigned)V * H));
	}
}

void
area_scale(struct area *a, const unsigned char *src, int sstride, int sw,
    int sh, unsigned char *dst, int dstride, int dw, int dh)
{
	int per = (sw + dw - 1) / dw + 1, k, y;
	unsigned w;

	columns(a, sw, dw, per);
	/* the last pixel's zero weights reach beyond the row */
	a->sums = room(a->sums, &a->n_sums, (size_t)sw + (size_t)per,
	    sizeof(*a->sums));
	for (k = 0; k < dh; k++) {
		memset(a->sums, 0, ((size_t)sw + (size_t)per) *
		    sizeof(*a->sums));
		for (y = (int)((int64_t)k * sh / dh); y < sh &&
		    (int64_t)y * dh < (int64_t)(k + 1) * sh; y++)
			if ((w = weight(y, k, sh, dh, V)) > 0)
				add_row(a->sums, src + (size_t)y *
				    (size_t)sstride, sw, w);
		across(a, dst + (size_t)k * (size_t)dstride, dw, per);
	}
}

void
area_done(struct area *a)
{
	free(a->sums);
	free(a->weights);
	free(a->from);
	memset(a, 0, sizeof(*a));
}
