/*
 * Pictures by libyuv and libjpeg-turbo.  Whatever comes is first seen as planes
 * of 8 bits with chroma of any size; each plane is then cut and scaled to where
 * it is to be in 4:2:0, so that no layout needs a conversion of its own.
 */
#include "image.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libyuv.h>
#include <turbojpeg.h>

#include "area.h"
#include "jpegscan.h"
#include "mem.h"
#include "pngread.h"

enum { SOURCE, SCALED, TURNED, MEMS };

struct mem {
	unsigned char *p;
	size_t cap;
};

struct view {			/* a picture as planes of 8 bits */
	int w, h, planes;
	const unsigned char *p[3];
	int stride[3], pw[3], ph[3];
	bool full, interlaced;
};

struct image {
	tjhandle in, out;
	struct mem mems[MEMS];
	struct area area;
	unsigned char *jpeg;
	unsigned long jpeg_cap;
	char why[200];
};

struct image *
image_new(void)
{
	return mem_alloc(sizeof(struct image));
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
	if (im->in != NULL)
		tjDestroy(im->in);
	if (im->out != NULL)
		tjDestroy(im->out);
	tjFree(im->jpeg);
	free(im);
}

const char *
image_why(const struct image *im)
{
	return im->why;
}

static unsigned char *
room(struct image *im, int which, size_t n)
{
	struct mem *m = &im->mems[which];

	if (n > m->cap) {
		free(m->p);
		m->p = mem_resize(NULL, n, 1);
		m->cap = n;
	}
	return m->p;
}

/* Lays out planes of a view in memory of its own: luma w x h, chroma smaller
 * by the shifts. */
static void
lay(struct image *im, int which, struct view *v, int w, int h, int xs, int ys)
{
	unsigned char *p;
	int i;

	v->w = w;
	v->h = h;
	v->planes = 3;
	for (i = 0; i < 3; i++) {
		v->pw[i] = i == 0 ? w : (w + (1 << xs) - 1) >> xs;
		v->ph[i] = i == 0 ? h : (h + (1 << ys) - 1) >> ys;
		v->stride[i] = v->pw[i];
	}
	p = room(im, which, (size_t)v->pw[0] * (size_t)v->ph[0] +
	    2 * (size_t)v->pw[1] * (size_t)v->ph[1]);
	v->p[0] = p;
	v->p[1] = p + (size_t)v->pw[0] * (size_t)v->ph[0];
	v->p[2] = v->p[1] + (size_t)v->pw[1] * (size_t)v->ph[1];
}

/* The planes of a view made by lay() may be written. */
static unsigned char *
at(const struct view *v, int i)
{
	return (unsigned char *)(uintptr_t)v->p[i];
}

/* Samples of two bytes become one. */
static void
narrow(const struct pixels *px, const unsigned char *p, unsigned char *d,
    size_t n)
{
	int top = px->top > 0 ? px->top : (1 << px->depth) - 1;
	int hi = px->big_endian ? 0 : 1;
	unsigned v;
	size_t i;

	/* a range given in bits is shifted, as 16 to 235 is; rounded */
	for (i = 0; i < n; i++) {
		v = (unsigned)(p[2 * i + (size_t)hi] << 8 |
		    p[2 * i + 1 - (size_t)hi]);
		if (px->big_endian)
			v = (v * 255 + (unsigned)top / 2) / (unsigned)top;
		else
			v = (v + (1U << (px->depth - 9))) >> (px->depth - 8);
		d[i] = v > 255 ? 255 : (unsigned char)v;
	}
}

/* 8-bit samples whose greatest value is not 255. */
static void
stretch(const struct pixels *px, const unsigned char *p, unsigned char *d,
    size_t n)
{
	int v;

	for (; n > 0; n--, p++) {
		v = (*p * 255 + px->top / 2) / px->top;
		*d++ = v > 255 ? 255 : (unsigned char)v;
	}
}

static void
view_planar(const struct pixels *px, const unsigned char *p, struct view *v)
{
	int i, k;

	v->planes = px->planes > 1 ? 3 : 1;
	for (i = 0; i < v->planes; i++) {
		k = i > 0 && px->swapped ? 3 - i : i;
		v->p[k] = p;
		v->pw[k] = i == 0 ? px->width : pixels_chroma_width(px);
		v->ph[k] = i == 0 ? px->height : pixels_chroma_height(px);
		v->stride[k] = (int)(i == 0 ? pixels_stride(px) :
		    pixels_chroma_stride(px));
		p += (size_t)v->stride[k] * (size_t)v->ph[k];
	}
}

/* The same picture with samples of one byte and the range of a byte. */
static void
to_bytes(struct image *im, const struct pixels *px, struct view *v)
{
	struct view deep = *v;
	unsigned char *d;
	int i, y;

	if (px->depth <= 8 && px->top == 0)
		return;
	lay(im, SOURCE, v, px->width, px->height, px->xs, px->ys);
	v->planes = deep.planes;
	for (i = 0; i < v->planes; i++)
		for (y = 0; y < v->ph[i]; y++) {
			d = at(v, i) + (size_t)y * (size_t)v->stride[i];
			(px->depth > 8 ? narrow : stretch)(px, deep.p[i] +
			    (size_t)y * (size_t)deep.stride[i], d,
			    (size_t)v->pw[i]);
		}
}

static void
view_semi(struct image *im, const struct pixels *px, const unsigned char *p,
    struct view *v)
{
	int stride = (int)pixels_stride(px), u = px->swapped ? 2 : 1;

	lay(im, SOURCE, v, px->width, px->height, px->xs, px->ys);
	SplitUVPlane(p + (size_t)stride * (size_t)px->height,
	    (int)pixels_chroma_stride(px), at(v, u), v->stride[u],
	    at(v, 3 - u), v->stride[3 - u], v->pw[1], v->ph[1]);
	v->p[0] = p;
	v->stride[0] = stride;
}

/* Packed YUV, two pixels at a time. */
static void
view_pairs(struct image *im, const struct pixels *px, const unsigned char *p,
    struct view *v)
{
	int u = px->swapped ? 2 : 1;

	lay(im, SOURCE, v, px->width, px->height, 1, 0);
	(px->layout == PIXELS_YUYV ? YUY2ToI422 : UYVYToI422)(p,
	    (int)pixels_stride(px), at(v, 0), v->stride[0], at(v, u),
	    v->stride[u], at(v, 3 - u), v->stride[3 - u], v->w, v->h);
}

/* Packed RGB that libyuv does not take as it is, made so in memory of its own:
 * deep samples, and orders that are rare.  Returns the rows, their stride and
 * layout. */
static const unsigned char *
plain_rgb(struct image *im, const struct pixels *px, const unsigned char *p,
    int *stride, enum pixels_layout *layout)
{
	int w = px->width, h = px->height, n, (*fn)(const uint8_t *, int,
	    uint8_t *, int, int, int) = NULL;
	unsigned char *d;

	*stride = (int)pixels_stride(px);
	*layout = px->layout;
	switch (px->layout) {
	case PIXELS_RGB565: fn = RGB565ToARGB; break;
	case PIXELS_XRGB32: fn = BGRAToARGB; break;
	case PIXELS_XBGR32: fn = RGBAToARGB; break;
	default:
		if (px->depth <= 8 && px->top == 0)
			return p;
	}
	n = w * (px->layout == PIXELS_RGB24 ? 3 : 4);
	d = room(im, TURNED, (size_t)n * (size_t)h);
	if (fn != NULL) {
		*layout = PIXELS_BGR32;
		fn(p, *stride, d, n, w, h);
	} else {
		(px->depth > 8 ? narrow : stretch)(px, p, d, (size_t)n *
		    (size_t)h);
	}
	*stride = n;
	return d;
}

static void
view_rgb(struct image *im, const struct pixels *px, const unsigned char *p,
    struct view *v)
{
	enum pixels_layout layout;
	int stride, (*fn)(const uint8_t *, int, uint8_t *, int, uint8_t *,
	    int, uint8_t *, int, int, int);

	p = plain_rgb(im, px, p, &stride, &layout);
	switch (layout) {
	case PIXELS_RGB24: fn = RAWToJ420; break;
	case PIXELS_BGR24: fn = RGB24ToJ420; break;
	case PIXELS_RGB32: fn = ABGRToJ420; break;
	default: fn = ARGBToJ420; break;
	}
	lay(im, SOURCE, v, px->width, px->height, 1, 1);
	fn(p, stride, at(v, 0), v->stride[0], at(v, 1), v->stride[1],
	    at(v, 2), v->stride[2], v->w, v->h);
}

/* Every other line, where half of the height is enough: of interlaced video
 * one field, which has no combs. */
static void
one_field(struct view *v, int height)
{
	int i;

	if (height * 2 > v->h || v->h < 4)
		return;
	for (i = 0; i < v->planes; i++) {
		v->stride[i] *= 2;
		v->ph[i] /= 2;
	}
}

static bool
on_side(const struct image_want *want)
{
	return (want->orientation >= 5) != (want->turn % 2 == 1);
}

/* The size to scale a picture of w x h pixels of a shape to: what is left of it
 * after cutting, fitted into the box. */
static void
fit(const struct image_want *want, int w, int h, int num, int den, int *fw,
    int *fh)
{
	const struct image_rect *r = &want->crop;
	int bw = on_side(want) ? want->height : want->width;
	int bh = on_side(want) ? want->width : want->height;
	double dw = r->w > 0 && r->w < w - r->x ? r->w : w - r->x;
	double dh = r->w > 0 && r->h < h - r->y ? r->h : h - r->y, f = 1;

	/* pixels that are not square are made so by taking away */
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

/* Cuts a view: even sides keep chroma where luma is.  -1 where nothing is
 * left. */
static int
cut(struct image *im, struct view *v, const struct image_rect *r)
{
	int i, x, y;

	if (r->w == 0)
		return 0;
	if (r->x >= v->w || r->y >= v->h) {
		snprintf(im->why, sizeof(im->why), "%dx%d: the crop lies "
		    "outside", v->w, v->h);
		return -1;
	}
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

/* 16 to 235 (chroma to 240) becomes 0 to 255. */
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
		for (p = at(v, i); n > 0; n--, p++)
			*p = map[i > 0][*p];
	}
}

/* Every orientation of EXIF is a mirror, if even of 2 4 5 7, then a turn. */
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
		lay(im, TURNED, &d, v->w, v->h, 1, 1);
		for (i = 0; i < 3; i++)
			MirrorPlane(v->p[i], v->stride[i], at(&d, i),
			    d.stride[i], v->pw[i], v->ph[i]);
		*v = d;
	}
	if (q == 0)
		return;
	lay(im, how[orientation].mirror ? SCALED : TURNED, &d,
	    q % 2 ? v->h : v->w, q % 2 ? v->w : v->h, 1, 1);
	I420Rotate(v->p[0], v->stride[0], v->p[1], v->stride[1], v->p[2],
	    v->stride[2], at(&d, 0), d.stride[0], at(&d, 1), d.stride[1],
	    at(&d, 2), d.stride[2], v->w, v->h, (enum RotationMode)(q * 90));
	*v = d;
}

/*
 * A plane.  libyuv copies and enlarges (chroma of 4:1:0); what it makes smaller
 * it takes from whole pixels only, which blurs or loses thin strokes of text at
 * 1280 to 768.
 */
static void
scale(struct image *im, const struct view *v, const struct view *s, int i)
{
	if (s->pw[i] > v->pw[i] || s->ph[i] > v->ph[i] ||
	    (s->pw[i] == v->pw[i] && s->ph[i] == v->ph[i]))
		ScalePlane(v->p[i], v->stride[i], v->pw[i], v->ph[i],
		    at(s, i), s->stride[i], s->pw[i], s->ph[i], kFilterBox);
	else
		area_scale(&im->area, v->p[i], v->stride[i], v->pw[i],
		    v->ph[i], at(s, i), s->stride[i], s->pw[i], s->ph[i]);
}

/* From a view to the result of w x h, before it is turned. */
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
	lay(im, SCALED, &s, w, h, 1, 1);
	for (i = 0; i < 3; i++)
		if (i < v->planes)
			scale(im, v, &s, i);
		else
			memset(at(&s, i), 128, (size_t)s.stride[i] *
			    (size_t)s.ph[i]);
	if (!v->full)
		widen(&s);
	turn(im, &s, want->orientation, want->turn);
	out->width = s.w;
	out->height = s.h;
	for (i = 0; i < 3; i++) {
		out->plane[i] = at(&s, i);
		out->stride[i] = s.stride[i];
	}
	return 0;
}

int
image_pixels(struct image *im, const struct pixels *px, const void *p,
    size_t n, const struct image_want *want, struct picture *out)
{
	struct view v = { .w = px->width, .h = px->height,
	    .interlaced = px->interlaced };
	int w, h, i;

	if (pixels_size(px) == -1 || n < (size_t)pixels_size(px)) {
		snprintf(im->why, sizeof(im->why), "%zu bytes are no picture "
		    "of %dx%d", n, px->width, px->height);
		return -1;
	}
	switch (px->layout) {
	case PIXELS_PLANAR:
		view_planar(px, p, &v);
		to_bytes(im, px, &v);
		break;
	case PIXELS_SEMI:
		view_semi(im, px, p, &v);
		break;
	case PIXELS_YUYV:
	case PIXELS_UYVY:
		view_pairs(im, px, p, &v);
		break;
	default:
		view_rgb(im, px, p, &v);
	}
	v.full = px->full;
	if (px->apart && v.h > 1) {
		v.h /= 2;
		for (i = 0; i < v.planes; i++)
			v.ph[i] = (v.ph[i] + 1) / 2;
	}
	fit(want, v.w, v.h, px->sar_num, px->sar_den, &w, &h);
	return finish(im, &v, w, h, want, out);
}

/* Says why, and drops the decoder: libjpeg-turbo leaves one that failed inside
 * a header as if it were still in it, and the next picture would fail too. */
static int
jpeg_failed(struct image *im)
{
	snprintf(im->why, sizeof(im->why), "JPEG: %s",
	    tjGetErrorStr2(im->in));
	if (im->in != NULL)
		tjDestroy(im->in);
	im->in = NULL;
	return -1;
}

/* How much smaller it can be decoded so that what is cut out of w x h is well
 * above fw x fh: scaling by a little blurs what was sharp. */
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

/* Into planes, or where the file is not made of Y, U and V, by way of RGB. */
static int
decode(struct image *im, const unsigned char *p, size_t n, int w, int h,
    int subsamp, int space, struct view *v)
{
	unsigned char *planes[3], *rgb;
	int i, strides[3];

	v->full = true;
	if (space == TJCS_YCbCr || space == TJCS_GRAY) {
		/* it writes whole blocks of chroma, and the luma to them */
		lay(im, SOURCE, v, tjPlaneWidth(0, w, subsamp),
		    tjPlaneHeight(0, h, subsamp), 0, 0);
		v->w = w;
		v->h = h;
		v->planes = space == TJCS_GRAY ? 1 : 3;
		for (i = 0; i < 3; i++) {
			planes[i] = at(v, i);
			strides[i] = v->stride[i];
			v->pw[i] = i == 0 ? w : tjPlaneWidth(1, w, subsamp);
			v->ph[i] = i == 0 ? h : tjPlaneHeight(1, h, subsamp);
		}
		return tjDecompressToYUVPlanes(im->in, p, n, planes, w,
		    strides, h, 0) == -1 ? jpeg_failed(im) : 0;
	}
	if (space != TJCS_RGB) {
		snprintf(im->why, sizeof(im->why), "JPEG: for print (CMYK), "
		    "which cannot be used");
		return -1;
	}
	rgb = room(im, TURNED, (size_t)w * (size_t)h * 3);
	if (tjDecompress2(im->in, p, n, rgb, w, w * 3, h, TJPF_RGB, 0) == -1)
		return jpeg_failed(im);
	lay(im, SOURCE, v, w, h, 1, 1);
	RAWToJ420(rgb, w * 3, at(v, 0), v->stride[0], at(v, 1), v->stride[1],
	    at(v, 2), v->stride[2], w, h);
	return 0;
}

/* Before anything is allocated for it. */
static int
too_big(struct image *im, const struct jpegscan_info *i)
{
	int64_t n = (int64_t)i->width * i->height;

	if (n <= (i->progressive ? IMAGE_PROGRESSIVE_MAX : IMAGE_PIXELS_MAX))
		return 0;
	snprintf(im->why, sizeof(im->why), "JPEG: %dx%d%s is too large",
	    i->width, i->height, i->progressive ? " (progressive)" : "");
	return -1;
}

int
image_jpeg(struct image *im, const void *p, size_t n,
    const struct image_want *want, struct picture *out)
{
	struct jpegscan_info info;
	struct image_want small = *want;
	struct view v;
	tjscalingfactor f;
	int w, h, subsamp, space, fw, fh;

	if (im->in == NULL && (im->in = tjInitDecompress()) == NULL)
		return jpeg_failed(im);
	if (jpegscan_info(&info, p, n) == -1) {
		snprintf(im->why, sizeof(im->why), "JPEG: no frame in it");
		return -1;
	}
	if (too_big(im, &info) == -1)
		return -1;
	if (tjDecompressHeader3(im->in, p, n, &w, &h, &subsamp, &space) == -1)
		return jpeg_failed(im);
	fit(want, w, h, 0, 0, &fw, &fh);
	f = reduced(want, w, h, fw, fh);
	memset(&v, 0, sizeof(v));
	if (decode(im, p, n, TJSCALED(w, f), TJSCALED(h, f), subsamp, space,
	    &v) == -1)
		return -1;
	small.crop.x /= f.denom;
	small.crop.y /= f.denom;
	small.crop.w = TJSCALED(small.crop.w, f);
	small.crop.h = TJSCALED(small.crop.h, f);
	return finish(im, &v, fw, fh, &small, out);
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

	if (pngread_size(p, n, &px.width, &px.height) == -1) {
		snprintf(im->why, sizeof(im->why), "PNG: no header");
		return -1;
	}
	size = pixels_size(&px);
	if (size == -1) {
		snprintf(im->why, sizeof(im->why), "PNG: %dx%d is too large",
		    px.width, px.height);
		return -1;
	}
	rgb = room(im, TURNED, (size_t)size);
	if (pngread_rgb(p, n, rgb, why, sizeof(why)) == -1) {
		snprintf(im->why, sizeof(im->why), "PNG: %s", why);
		return -1;
	}
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
	if (size > im->jpeg_cap) {
		tjFree(im->jpeg);
		im->jpeg = tjAlloc((int)size);
		im->jpeg_cap = size;
	}
	for (i = 0; i < 3; i++)
		planes[i] = pic->plane[i];
	if (im->out == NULL || im->jpeg == NULL || tjCompressFromYUVPlanes(
	    im->out, planes, pic->width, pic->stride, pic->height, TJSAMP_420,
	    &im->jpeg, &size, quality, TJFLAG_NOREALLOC |
	    (progressive ? TJFLAG_PROGRESSIVE : 0)) == -1) {
		snprintf(im->why, sizeof(im->why), "cannot encode: %s",
		    tjGetErrorStr2(im->out));
		return -1;
	}
	*n = size;
	return 0;
}

int
image_encode(struct image *im, const struct picture *pic, int quality,
    bool progressive, size_t max, const unsigned char **p, size_t *n)
{
	int low = IMAGE_QUALITY_MIN - 1, high = quality, best = -1, q;

	/* the highest quality that fits, by halving */
	for (q = quality; low < high; q = (low + high + 1) / 2) {
		if (encode(im, pic, q, progressive, n) == -1)
			return -1;
		if (*n <= max) {
			best = low = q;
		} else {
			high = q - 1;
		}
	}
	if (best == -1) {
		snprintf(im->why, sizeof(im->why), "%dx%d: %zu bytes at the "
		    "lowest quality", pic->width, pic->height, *n);
		return -1;
	}
	/* the last try may have been one that did not fit */
	if (*n > max && encode(im, pic, best, progressive, n) == -1)
		return -1;
	*p = im->jpeg;
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
