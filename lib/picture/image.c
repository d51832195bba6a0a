/*
 * Pictures by libyuv and libjpeg-turbo.  Every input first becomes a view,
 * planes of 8 bits with chroma of any size; each plane is then cut and scaled
 * to its place in 4:2:0, so that no layout needs a conversion of its own.
 */
#include "picture/image.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libyuv.h>
#include <turbojpeg.h>

#include "picture/area.h"
#include "base/mem.h"
#include "base/why.h"
#include "picture/pngread.h"
#include "picture/pngscan.h"
#include "picture/view.h"

enum { SOURCE, SCALED, TURNED, MEMS };

struct image {
	struct jpegread *jpeg;
	tjhandle out;
	struct view_room mems[MEMS];
	struct area area;
	unsigned char *made;
	unsigned long made_cap;
	char why[200];
};

struct image *
image_new(void)
{
	struct image *im = mem_alloc(sizeof(*im));

	im->jpeg = jpegread_new();
	return im;
}

void
image_free(struct image *im)
{
	int i;

	if (im == NULL)
		return;
	for (i = 0; i < MEMS; i++)
		free(im->mems[i].p);
	area_done(&im->area);
	jpegread_free(im->jpeg);
	if (im->out != NULL)
		tjDestroy(im->out);
	tjFree(im->made);
	free(im);
}

enum jpegread_state
image_state(const struct image *im)
{
	return jpegread_state(im->jpeg);
}

const char *
image_why(const struct image *im)
{
	return im->why;
}

/* Takes every other line if half of the height is enough: of interlaced video
 * that is one field, without combing. */
static void
one_field(struct view *v, int height)
{
	int i;

	if (height * 2 > v->h || v->h < 4)
		return;
	for (i = 0; i < v->planes; i++) {
		v->stride[i] *= 2;
		v->ph[i] = (v->ph[i] + 1) / 2;
	}
}

static bool
on_side(const struct image_want *want)
{
	return (want->orientation >= 5) != (want->turn % 2 == 1);
}

/* The size to which a picture of w x h pixels with an aspect ratio of num:den
 * is scaled: what the crop leaves of it, fitted into the box. */
static void
fit(const struct image_want *want, int w, int h, int num, int den, int *fw,
    int *fh)
{
	const struct image_rect *r = &want->crop;
	int bw = on_side(want) ? want->height : want->width;
	int bh = on_side(want) ? want->width : want->height;
	double dw = r->w > 0 && r->w < w - r->x ? r->w : w - r->x;
	double dh = r->w > 0 && r->h < h - r->y ? r->h : h - r->y, f = 1;

	/* pixels that are not square are made so by shrinking */
	if (num > 0 && den > 0 && num / den < 8 && den / num < 8) {
		if (num > den)
			dh = dh * den / num;
		else
			dw = dw * num / den;
	}
	if (dw > bw)
		f = bw / dw;
	if (dh * f > bh)
		f = bh / dh;
	*fw = (int)(dw * f + 0.5);
	*fh = (int)(dh * f + 0.5);
	*fw = *fw < 1 ? 1 : *fw > bw ? bw : *fw;
	*fh = *fh < 1 ? 1 : *fh > bh ? bh : *fh;
}

/* Crops a view: even offsets keep chroma aligned with luma.  -1 if nothing is
 * left. */
static int
cut(struct image *im, struct view *v, const struct image_rect *r)
{
	int i, x, y;

	if (r->w == 0)
		return 0;
	if (r->x >= v->w || r->y >= v->h)
		return why_say(-1, im->why, sizeof(im->why), "%dx%d: the crop "
		    "lies outside", v->w, v->h);
	for (i = v->planes - 1; i >= 0; i--) {
		x = (int)((int64_t)r->x * v->pw[i] / v->w);
		y = (int)((int64_t)r->y * v->ph[i] / v->h);
		v->p[i] += (size_t)y * (size_t)v->stride[i] + (size_t)x;
		x = (int)(((int64_t)(r->w < v->w - r->x ? r->w : v->w - r->x) *
		    v->pw[i] + v->w - 1) / v->w);
		y = (int)(((int64_t)(r->h < v->h - r->y ? r->h : v->h - r->y) *
		    v->ph[i] + v->h - 1) / v->h);
		v->pw[i] = x;
		v->ph[i] = y;
	}
	v->w = v->pw[0];
	v->h = v->ph[0];
	return 0;
}

/* Expands 16 to 235 (chroma: to 240) to 0 to 255. */
static void
widen(struct view *v)
{
	unsigned char map[2][256];
	unsigned char *p;
	int i, k;
	size_t n;

	for (i = 0; i < 256; i++) {
		k = ((i - 16) * 255 * 2 + 219) / (2 * 219);
		map[0][i] = (unsigned char)(i <= 16 ? 0 : k > 255 ? 255 : k);
		k = ((i - 128) * 255 * 2 + (i < 128 ? -224 : 224)) /
		    (2 * 224) + 128;
		map[1][i] = (unsigned char)(k < 0 ? 0 : k > 255 ? 255 : k);
	}
	for (i = 0; i < 3; i++) {
		n = (size_t)v->stride[i] * (size_t)v->ph[i];
		for (p = view_at(v, i); n > 0; n--, p++)
			*p = map[i > 0][*p];
	}
}

/* Every EXIF orientation is a turn, after mirroring for 2, 4, 5 and 7. */
static void
turn(struct image *im, struct view *v, int orientation, int quarters)
{
	static const struct { int mirror, quarters; } how[] = {
		{ 0, 0 }, { 0, 0 }, { 1, 0 }, { 0, 2 }, { 1, 2 }, { 1, 3 },
		{ 0, 1 }, { 1, 1 }, { 0, 3 }
	};
	struct view d;
	int i, q = (how[orientation].quarters + quarters) % 4;

	if (how[orientation].mirror) {
		view_lay(&d, &im->mems[TURNED], v->w, v->h, 1, 1);
		for (i = 0; i < 3; i++)
			MirrorPlane(v->p[i], v->stride[i], view_at(&d, i),
			    d.stride[i], v->pw[i], v->ph[i]);
		*v = d;
	}
	if (q == 0)
		return;
	view_lay(&d, &im->mems[how[orientation].mirror ? SCALED : TURNED],
	    q % 2 ? v->h : v->w, q % 2 ? v->w : v->h, 1, 1);
	I420Rotate(v->p[0], v->stride[0], v->p[1], v->stride[1], v->p[2],
	    v->stride[2], view_at(&d, 0), d.stride[0], view_at(&d, 1),
	    d.stride[1], view_at(&d, 2), d.stride[2], v->w, v->h,
	    (enum RotationMode)(q * 90));
	*v = d;
}

/*
 * Scales a plane.  libyuv copies and enlarges (chroma of 4:1:0); it shrinks by
 * whole pixels only, which blurs or loses thin strokes of text at 1280 to 768.
 */
static void
scale(struct image *im, const struct view *v, const struct view *s, int i)
{
	if (s->pw[i] > v->pw[i] || s->ph[i] > v->ph[i] ||
	    (s->pw[i] == v->pw[i] && s->ph[i] == v->ph[i]))
		ScalePlane(v->p[i], v->stride[i], v->pw[i], v->ph[i],
		    view_at(s, i), s->stride[i], s->pw[i], s->ph[i],
		    kFilterBox);
	else
		area_scale(&im->area, v->p[i], v->stride[i], v->pw[i],
		    v->ph[i], view_at(s, i), s->stride[i], s->pw[i], s->ph[i]);
}

/* Makes the result, w x h before it is turned, from a view. */
static int
finish(struct image *im, struct view *v, int w, int h,
    const struct image_want *want, struct picture *out)
{
	struct view s = { .full = true };
	int i;

	if (cut(im, v, &want->crop) == -1)
		return -1;
	if (v->interlaced)
		one_field(v, h);
	view_lay(&s, &im->mems[SCALED], w, h, 1, 1);
	for (i = 0; i < 3; i++)
		if (i < v->planes)
			scale(im, v, &s, i);
		else
			memset(view_at(&s, i), 128, (size_t)s.stride[i] *
			    (size_t)s.ph[i]);
	if (!v->full)
		widen(&s);
	turn(im, &s, want->orientation, want->turn);
	out->width = s.w;
	out->height = s.h;
	for (i = 0; i < 3; i++) {
		out->plane[i] = view_at(&s, i);
		out->stride[i] = s.stride[i];
	}
	return 0;
}

int
image_pixels(struct image *im, const struct pixels *px, const void *p,
    size_t n, const struct image_want *want, struct picture *out)
{
	struct view v;
	int w, h;

	if (pixels_size(px) == -1 || n < (size_t)pixels_size(px))
		return why_say(-1, im->why, sizeof(im->why), "%zu bytes are "
		    "not a picture of %dx%d", n, px->width, px->height);
	view_pixels(&v, &im->mems[SOURCE], &im->mems[TURNED], px, p);
	fit(want, v.w, v.h, px->sar_num, px->sar_den, &w, &h);
	return finish(im, &v, w, h, want, out);
}

/* How far the decoder may scale down so that the crop of w x h stays well above
 * fw x fh: scaling by a little blurs what was sharp. */
static tjscalingfactor
reduced(const struct image_want *want, int w, int h, int fw, int fh)
{
	tjscalingfactor f = { 1, 1 };
	int cw = want->crop.w > 0 && want->crop.w < w ? want->crop.w : w;
	int ch = want->crop.w > 0 && want->crop.h < h ? want->crop.h : h;

	while (f.denom < 8 && cw / (f.denom * 3) >= fw &&
	    ch / (f.denom * 3) >= fh)
		f.denom *= 2;
	return f;
}

int
image_jpeg(struct image *im, const void *p, size_t n,
    const struct image_want *want, struct picture *out)
{
	struct image_want small = *want;
	struct view v = { .full = true };
	tjscalingfactor f;
	int w, h, fw, fh;

	if (jpegread_begin(im->jpeg, p, n, &w, &h) == -1)
		goto failed;
	fit(want, w, h, 0, 0, &fw, &fh);
	f = reduced(want, w, h, fw, fh);
	if (jpegread_decode(im->jpeg, TJSCALED(w, f), TJSCALED(h, f),
	    &im->mems[SOURCE], &im->mems[TURNED], &v) == -1)
		goto failed;
	if (jpegread_state(im->jpeg) != JPEGREAD_CLEAN)
		snprintf(im->why, sizeof(im->why), "JPEG: %s",
		    jpegread_why(im->jpeg));
	small.crop.x /= f.denom;
	small.crop.y /= f.denom;
	small.crop.w = TJSCALED(small.crop.w, f);
	small.crop.h = TJSCALED(small.crop.h, f);
	return finish(im, &v, fw, fh, &small, out);
failed:
	snprintf(im->why, sizeof(im->why), "JPEG: %s", jpegread_why(im->jpeg));
	return -1;
}

int
image_png(struct image *im, const void *p, size_t n,
    const struct image_want *want, struct picture *out)
{
	struct pixels px = { .layout = PIXELS_RGB24, .depth = 8,
	    .full = true };
	char why[80];
	unsigned char *rgb;
	int64_t size;

	if (pngscan_size(p, n, &px.width, &px.height) == -1)
		return why_say(-1, im->why, sizeof(im->why), "PNG: no header");
	size = pixels_size(&px);
	if (size == -1)
		return why_say(-1, im->why, sizeof(im->why), "PNG: %dx%d is "
		    "too large", px.width, px.height);
	rgb = view_room(&im->mems[TURNED], (size_t)size);
	if (pngread_rgb(p, n, rgb, why, sizeof(why)) == -1)
		return why_say(-1, im->why, sizeof(im->why), "PNG: %s", why);
	return image_pixels(im, &px, rgb, (size_t)size, want, out);
}

static int
encode(struct image *im, const struct picture *pic, int quality,
    bool progressive, size_t *n)
{
	const unsigned char *planes[3];
	unsigned long size = tjBufSize(pic->width, pic->height, TJSAMP_420);
	int i;

	if (im->out == NULL)
		im->out = tjInitCompress();
	if (size > im->made_cap) {
		tjFree(im->made);
		im->made = tjAlloc((int)size);
		im->made_cap = size;
	}
	for (i = 0; i < 3; i++)
		planes[i] = pic->plane[i];
	if (im->out == NULL || im->made == NULL || tjCompressFromYUVPlanes(
	    im->out, planes, pic->width, pic->stride, pic->height, TJSAMP_420,
	    &im->made, &size, quality, TJFLAG_NOREALLOC |
	    (progressive ? TJFLAG_PROGRESSIVE : 0)) == -1)
		return why_say(-1, im->why, sizeof(im->why),
		    "cannot encode: %s", tjGetErrorStr2(im->out));
	*n = size;
	return 0;
}

int
image_encode(struct image *im, const struct picture *pic, int quality,
    bool progressive, size_t max, const unsigned char **p, size_t *n)
{
	int low = IMAGE_QUALITY_MIN - 1, high = quality, best = -1, q;

	/* the highest quality that fits, by bisection */
	for (q = quality; low < high; q = (low + high + 1) / 2) {
		if (encode(im, pic, q, progressive, n) == -1)
			return -1;
		if (*n <= max) {
			best = low = q;
		} else {
			high = q - 1;
		}
	}
	if (best == -1)
		return why_say(-1, im->why, sizeof(im->why), "%dx%d: %zu bytes "
		    "at the lowest quality", pic->width, pic->height, *n);
	/* the last try may have been one that did not fit */
	if (*n > max && encode(im, pic, best, progressive, n) == -1)
		return -1;
	*p = im->made;
	return best;
}

static unsigned char
clamp(double v)
{
	return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

void
image_mean(const struct picture *pic, int rgb[3])
{
	double mean[3] = { 0 };
	uint64_t sum;
	int i, x, y, w, h;

	for (i = 0; i < 3; i++) {
		w = i == 0 ? pic->width : (pic->width + 1) / 2;
		h = i == 0 ? pic->height : (pic->height + 1) / 2;
		sum = 0;
		for (y = 0; y < h; y++)
			for (x = 0; x < w; x++)
				sum += pic->plane[i][(size_t)y *
				    (size_t)pic->stride[i] + (size_t)x];
		mean[i] = (double)sum / w / h;
	}
	rgb[0] = clamp(mean[0] + 1.402 * (mean[2] - 128));
	rgb[1] = clamp(mean[0] - 0.344136 * (mean[1] - 128) -
	    0.714136 * (mean[2] - 128));
	rgb[2] = clamp(mean[0] + 1.772 * (mean[1] - 128));
}
