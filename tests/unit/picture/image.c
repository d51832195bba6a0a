/* image, area, change, frameclock: sizes, turns, ceilings, times. */
#include <stdlib.h>

#include "../../tap.h"
#include "picture/area.h"
#include "picture/change.h"
#include "frames/frameclock.h"
#include "picture/image.h"
#include "base/mem.h"

/* The mean of an area, the slow way. */
static double
mean(const unsigned char *p, int sw, int sh, int dw, int dh, int x, int y)
{
	double x0 = (double)x * sw / dw, x1 = (double)(x + 1) * sw / dw;
	double y0 = (double)y * sh / dh, y1 = (double)(y + 1) * sh / dh;
	double sum = 0, w;
	int i, j;

	for (j = (int)y0; j < y1 && j < sh; j++)
		for (i = (int)x0; i < x1 && i < sw; i++) {
			w = ((i + 1 < x1 ? i + 1 : x1) - (i > x0 ? i : x0)) *
			    ((j + 1 < y1 ? j + 1 : y1) - (j > y0 ? j : y0));
			sum += w * p[j * sw + i];
		}
	return sum / ((x1 - x0) * (y1 - y0));
}

static void
areas(void)
{
	static const int sizes[][4] = {
		{ 10, 10, 10, 10 }, { 10, 10, 4, 3 }, { 17, 5, 16, 5 },
		{ 100, 1, 3, 1 }, { 1, 100, 1, 7 }, { 64, 64, 1, 1 },
		{ 99, 98, 97, 96 }, { 5, 5, 5, 2 }, { 7000, 2, 2, 2 }
	};
	struct area a = { 0 };
	unsigned char *src, dst[100 * 100];
	double worst = 0, d;
	int i, x, y, sw, sh, dw, dh;

	for (i = 0; i < (int)(sizeof(sizes) / sizeof(*sizes)); i++) {
		sw = sizes[i][0];
		sh = sizes[i][1];
		dw = sizes[i][2];
		dh = sizes[i][3];
		src = mem_alloc((size_t)sw * (size_t)sh);
		for (x = 0; x < sw * sh; x++)
			src[x] = (unsigned char)((x * 7919) >> 3);
		area_scale(&a, src, sw, sw, sh, dst, dw, dw, dh);
		for (y = 0; y < dh; y++)
			for (x = 0; x < dw; x++) {
				d = dst[y * dw + x] - mean(src, sw, sh, dw,
				    dh, x, y);
				worst = d > worst ? d : -d > worst ? -d :
				    worst;
			}
		memset(src, 255, (size_t)sw * (size_t)sh);
		area_scale(&a, src, sw, sw, sh, dst, dw, dw, dh);
		ok(dst[0] == 255 && dst[dw * dh - 1] == 255, "white is white");
		free(src);
	}
	ok(worst < 0.8, "every pixel the mean of its area");
	area_done(&a);
}

/* A grey picture with a bright square in one corner: which corner it has in
 * the result, 0 to 3 clockwise from the upper left. */
static int
corner(const struct picture *p)
{
	int w = p->width, h = p->height, best = 0, i, v[4];

	v[0] = p->plane[0][1 * p->stride[0] + 1];
	v[1] = p->plane[0][1 * p->stride[0] + w - 2];
	v[2] = p->plane[0][(h - 2) * p->stride[0] + w - 2];
	v[3] = p->plane[0][(h - 2) * p->stride[0] + 1];
	for (i = 1; i < 4; i++)
		if (v[i] > v[best])
			best = i;
	return best;
}

static void
turns(void)
{
	/* where the upper left corner comes to lie by EXIF's 1 to 8 */
	static const int where[] = { 0, 0, 1, 2, 3, 0, 1, 2, 3 };
	struct pixels px = { .layout = PIXELS_PLANAR, .planes = 1, .depth = 8,
	    .full = true, .width = 40, .height = 20 };
	struct image_want want = { .width = 100, .height = 100 };
	struct image *im = image_new();
	unsigned char data[800];
	struct picture p;
	int i, x, y;

	memset(data, 50, sizeof(data));
	for (y = 0; y < 6; y++)
		for (x = 0; x < 6; x++)
			data[y * 40 + x] = 250;
	for (i = 1; i <= 8; i++) {
		want.orientation = i;
		ok(image_pixels(im, &px, data, sizeof(data), &want, &p) == 0 &&
		    p.width == (i < 5 ? 40 : 20) && corner(&p) == where[i],
		    "an orientation of EXIF");
	}
	want.orientation = 1;
	for (i = 0; i < 4; i++) {
		want.turn = i;
		image_pixels(im, &px, data, sizeof(data), &want, &p);
		is_int(corner(&p), i, "turned by hand");
	}
	want.turn = 1;
	want.width = 10;
	image_pixels(im, &px, data, sizeof(data), &want, &p);
	ok(p.width == 10 && p.height == 20, "fitted as it will lie");
	want.crop = (struct image_rect){ 50, 0, 10, 10 };
	is_int(image_pixels(im, &px, data, sizeof(data), &want, &p), -1,
	    "a crop outside");
	is_int(image_pixels(im, &px, data, 799, &want, &p), -1,
	    "too few bytes");
	image_free(im);
}

static void
ceilings(void)
{
	struct pixels px = { .layout = PIXELS_RGB24, .depth = 8, .full = true,
	    .width = 200, .height = 200 };
	struct image_want want = { .width = 768, .height = 768 };
	unsigned char *data = mem_alloc(120000);
	struct image *im = image_new();
	const unsigned char *jpeg;
	struct picture p, back;
	size_t n, i, full;
	char *copy;
	int q, rgb[3];

	for (i = 0; i < 120000; i++)
		data[i] = (unsigned char)((i * i * 31) >> 7);
	image_pixels(im, &px, data, 120000, &want, &p);
	is_int(image_encode(im, &p, 80, false, 1 << 20, &jpeg, &full), 80,
	    "at the quality asked for");
	q = image_encode(im, &p, 80, true, full / 2, &jpeg, &n);
	ok(q > 0 && q < 80 && n <= full / 2, "half of the bytes, less quality");
	is_int(image_encode(im, &p, 80, true, 100, &jpeg, &n), -1, "not in 100");
	for (i = 0; i < 120000; i += 3) {
		data[i] = 200;
		data[i + 1] = 100;
		data[i + 2] = 50;
	}
	image_pixels(im, &px, data, 120000, &want, &p);
	image_mean(&p, rgb);
	ok(abs(rgb[0] - 200) < 3 && abs(rgb[1] - 100) < 3 &&
	    abs(rgb[2] - 50) < 3, "the mean colour");
	image_encode(im, &p, 90, true, 1 << 20, &jpeg, &n);
	copy = mem_copy(jpeg, n);
	is_int(image_jpeg(im, copy, n, &want, &back), 0, "read again");
	/* every beginning of it is either read or refused */
	for (i = 0; i < n; i++) {
		void *cut = mem_copy(copy, i);

		cut = mem_resize(cut, i + !i, 1);
		image_jpeg(im, cut, i, &want, &back);
		free(cut);
	}
	free(copy);
	free(data);
	image_free(im);
}

static void
changes(void)
{
	unsigned char y[64 * 48], u[32 * 24], v[32 * 24];
	struct picture p = { 64, 48, { y, u, v }, { 64, 32, 32 } };
	struct change c = { 0 };
	int i;

	memset(y, 100, sizeof(y));
	memset(u, 128, sizeof(u));
	memset(v, 128, sizeof(v));
	ok(change_percent(&c, &p) == 100, "the first is all new");
	change_keep(&c, &p);
	ok(change_percent(&c, &p) == 0, "the same is not");
	for (i = 0; i < 64 * 48; i++)
		y[i] = (unsigned char)(100 + i % 3);
	ok(change_percent(&c, &p) == 0, "nor is noise");
	y[47 * 64 + 63] = 200;
	ok(change_percent(&c, &p) > 2 && change_percent(&c, &p) < 2.1,
	    "a dot in the last block is: one of 48");
	memset(u, 140, sizeof(u));
	ok(change_percent(&c, &p) == 100, "colour counts");
	p.height = 47;
	ok(change_percent(&c, &p) == 100, "so does another size");
	change_done(&c);
}

static void
clocks(void)
{
	struct frameclock c;
	int64_t t;

	frameclock_init(&c, 3, 0.3);
	is_int(frameclock_due(&c, 5000), 5000, "the first at once");
	for (t = 5000; t < 65000; t = frameclock_due(&c, t))
		frameclock_looked(&c, t, true);
	is_int(t, 65000, "three a second do not drift in a minute");
	frameclock_looked(&c, 70000, true);
	is_int(frameclock_due(&c, 70000), 70333, "after a stall one, not ten");
	ok(!frameclock_idle_due(&c, 73000), "without news not yet");
	ok(frameclock_idle_due(&c, 73333), "now");
	frameclock_init(&c, 20, 20);
	frameclock_looked(&c, 0, true);
	frameclock_looked(&c, 59, true);
	ok(frameclock_due(&c, 59) == 100 && frameclock_idle_due(&c, 100),
	    "as often as with news, also behind a late one");
	frameclock_init(&c, 1, 0);
	frameclock_looked(&c, 0, true);
	ok(!frameclock_idle_due(&c, 1000000), "never");
	frameclock_looked(&c, 1100, true);
	is_int(frameclock_due(&c, 1100), 2000, "a little late keeps the grid");
	frameclock_looked(&c, 2400, true);
	is_int(frameclock_due(&c, 2400), 3400, "late begins another grid");
}

int
main(void)
{
	areas();
	turns();
	ceilings();
	changes();
	clocks();
	return tap_done();
}
