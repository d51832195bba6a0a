/* Change by blocks, so that a moving cursor counts and noise does not. */
#include "picture/change.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "picture/image.h"
#include "base/mem.h"

enum { MEAN = 3, PEAK = 40 };

static int
plane_width(const struct picture *p, int i)
{
	return i == 0 ? p->width : (p->width + 1) / 2;
}

static int
plane_height(const struct picture *p, int i)
{
	return i == 0 ? p->height : (p->height + 1) / 2;
}

void
change_keep(struct change *c, const struct picture *p)
{
	size_t w, n = 0;
	int i, y;

	for (i = 0; i < 3; i++)
		n += (size_t)plane_width(p, i) * (size_t)plane_height(p, i);
	if (n > c->cap) {
		c->kept = mem_resize(c->kept, n, 1);
		c->cap = n;
	}
	for (n = 0, i = 0; i < 3; i++) {
		w = (size_t)plane_width(p, i);
		for (y = 0; y < plane_height(p, i); y++, n += w)
			memcpy(c->kept + n, p->plane[i] +
			    (size_t)y * (size_t)p->stride[i], w);
	}
	c->width = p->width;
	c->height = p->height;
}

/* Whether w x h samples differ visibly. */
static bool
differs(const unsigned char *a, size_t sa, const unsigned char *b, size_t sb,
    int w, int h)
{
	int x, y, d, sum = 0, peak = 0;

	for (y = 0; y < h; y++, a += sa, b += sb)
		for (x = 0; x < w; x++) {
			d = abs(a[x] - b[x]);
			sum += d;
			peak = d > peak ? d : peak;
		}
	return sum > MEAN * w * h || peak > PEAK;
}

/* Whether a block differs visibly in any plane. */
static bool
block(const struct change *c, const struct picture *p, int bx, int by)
{
	const unsigned char *kept = c->kept;
	int i, side, x, y, w, h;

	for (i = 0; i < 3; i++) {
		side = i == 0 ? 8 : 4;
		w = plane_width(p, i);
		h = plane_height(p, i);
		x = bx * side;
		y = by * side;
		if (x < w && y < h && differs(kept + (size_t)y * (size_t)w +
		    (size_t)x, (size_t)w, p->plane[i] + (size_t)y *
		    (size_t)p->stride[i] + (size_t)x, (size_t)p->stride[i],
		    w - x < side ? w - x : side, h - y < side ? h - y : side))
			return true;
		kept += (size_t)w * (size_t)h;
	}
	return false;
}

double
change_percent(const struct change *c, const struct picture *p)
{
	int w = (p->width + 7) / 8, h = (p->height + 7) / 8, x, y;
	long n = 0;

	if (c->width != p->width || c->height != p->height)
		return 100;
	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++)
			n += block(c, p, x, y);
	return 100.0 * (double)n / ((double)w * h);
}

void
change_done(struct change *c)
{
	free(c->kept);
	memset(c, 0, sizeof(*c));
}
