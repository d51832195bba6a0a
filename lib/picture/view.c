/*
 * Layouts that libyuv knows are split into planes by it; deep samples, of which
 * it knows too few kinds, are reduced to bytes here.
 */
#include "picture/view.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libyuv.h>

#include "base/mem.h"
#include "picture/pixels.h"

unsigned char *
view_room(struct view_room *m, size_t n)
{
	if (n > m->cap) {
		free(m->p);
		m->p = mem_resize(NULL, n, 1);
		m->cap = n;
	}
	return m->p;
}

void
view_lay(struct view *v, struct view_room *room, int w, int h, int xs, int ys)
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
	p = view_room(room, (size_t)v->pw[0] * (size_t)v->ph[0] +
	    2 * (size_t)v->pw[1] * (size_t)v->ph[1]);
	v->p[0] = p;
	v->p[1] = p + (size_t)v->pw[0] * (size_t)v->ph[0];
	v->p[2] = v->p[1] + (size_t)v->pw[1] * (size_t)v->ph[1];
}

unsigned char *
view_at(const struct view *v, int i)
{
	return (unsigned char *)(uintptr_t)v->p[i];
}

/* Reduces samples of two bytes to one. */
static void
narrow(const struct pixels *px, const unsigned char *p, unsigned char *d,
    size_t n)
{
	int top = px->top > 0 ? px->top : (1 << px->depth) - 1;
	int hi = px->big_endian ? 0 : 1;
	unsigned v;
	size_t i;

	/* a range given in bits is shifted, like 16 to 235, and rounded */
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

/* Stretches 8-bit samples whose maximum is not 255. */
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
planar(struct view *v, const struct pixels *px, const unsigned char *p)
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

/* Converts to samples of one byte with the range of a byte. */
static void
to_bytes(struct view *v, struct view_room *room, const struct pixels *px)
{
	struct view deep = *v;
	unsigned char *d;
	int i, y;

	if (px->depth <= 8 && px->top == 0)
		return;
	view_lay(v, room, px->width, px->height, px->xs, px->ys);
	v->planes = deep.planes;
	for (i = 0; i < v->planes; i++)
		for (y = 0; y < v->ph[i]; y++) {
			d = view_at(v, i) + (size_t)y * (size_t)v->stride[i];
			(px->depth > 8 ? narrow : stretch)(px, deep.p[i] +
			    (size_t)y * (size_t)deep.stride[i], d,
			    (size_t)v->pw[i]);
		}
}

static void
semi(struct view *v, struct view_room *room, const struct pixels *px,
    const unsigned char *p)
{
	int stride = (int)pixels_stride(px), u = px->swapped ? 2 : 1;

	view_lay(v, room, px->width, px->height, px->xs, px->ys);
	SplitUVPlane(p + (size_t)stride * (size_t)px->height,
	    (int)pixels_chroma_stride(px), view_at(v, u), v->stride[u],
	    view_at(v, 3 - u), v->stride[3 - u], v->pw[1], v->ph[1]);
	v->p[0] = p;
	v->stride[0] = stride;
}

/* Packed YUV, two pixels at a time. */
static void
pairs(struct view *v, struct view_room *room, const struct pixels *px,
    const unsigned char *p)
{
	int u = px->swapped ? 2 : 1;

	view_lay(v, room, px->width, px->height, 1, 0);
	(px->layout == PIXELS_YUYV ? YUY2ToI422 : UYVYToI422)(p,
	    (int)pixels_stride(px), view_at(v, 0), v->stride[0],
	    view_at(v, u), v->stride[u], view_at(v, 3 - u), v->stride[3 - u],
	    v->w, v->h);
}

/* Lays samples with alpha, one or three of them a pixel, on white: RGB24. */
static const unsigned char *
on_white(struct view_room *temp, const struct pixels *px,
    const unsigned char *p, int *stride)
{
	size_t each = px->layout == PIXELS_GREYA ? 2 : 4, i, k;
	size_t n = (size_t)px->width * (size_t)px->height;
	unsigned char *out = view_room(temp, n * (3 + each)), *s = out + 3 * n;

	if (px->depth > 8)
		narrow(px, p, s, n * each);
	else if (px->top != 0)
		stretch(px, p, s, n * each);
	else
		memcpy(s, p, n * each);
	for (i = 0; i < n; i++, s += each)
		for (k = 0; k < 3; k++)
			out[3 * i + k] = (unsigned char)((s[each == 2 ? 0 : k] *
			    s[each - 1] + 255 * (255 - s[each - 1]) + 127) /
			    255);
	*stride = 3 * px->width;
	return out;
}

/* Converts packed RGB that libyuv does not accept (deep samples, rare orders)
 * in memory of its own.  Returns the rows, their stride and layout. */
static const unsigned char *
plain(struct view_room *temp, const struct pixels *px, const unsigned char *p,
    int *stride, enum pixels_layout *layout)
{
	int w = px->width, h = px->height, n, (*fn)(const uint8_t *, int,
	    uint8_t *, int, int, int) = NULL;
	unsigned char *d;

	*stride = (int)pixels_stride(px);
	*layout = px->layout;
	if (px->alpha) {
		*layout = PIXELS_RGB24;
		return on_white(temp, px, p, stride);
	}
	switch (px->layout) {
	case PIXELS_RGB565: fn = RGB565ToARGB; break;
	case PIXELS_XRGB32: fn = BGRAToARGB; break;
	case PIXELS_XBGR32: fn = RGBAToARGB; break;
	default:
		if (px->depth <= 8 && px->top == 0)
			return p;
	}
	n = w * (px->layout == PIXELS_RGB24 ? 3 : 4);
	d = view_room(temp, (size_t)n * (size_t)h);
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
rgb(struct view *v, struct view_room *room, struct view_room *temp,
    const struct pixels *px, const unsigned char *p)
{
	enum pixels_layout layout;
	int stride, (*fn)(const uint8_t *, int, uint8_t *, int, uint8_t *,
	    int, uint8_t *, int, int, int);

	p = plain(temp, px, p, &stride, &layout);
	switch (layout) {
	case PIXELS_RGB24: fn = RAWToJ420; break;
	case PIXELS_BGR24: fn = RGB24ToJ420; break;
	case PIXELS_RGB32: fn = ABGRToJ420; break;
	default: fn = ARGBToJ420; break;
	}
	view_lay(v, room, px->width, px->height, 1, 1);
	fn(p, stride, view_at(v, 0), v->stride[0], view_at(v, 1), v->stride[1],
	    view_at(v, 2), v->stride[2], v->w, v->h);
}

void
view_pixels(struct view *v, struct view_room *room, struct view_room *temp,
    const struct pixels *px, const unsigned char *p)
{
	int i;

	v->w = px->width;
	v->h = px->height;
	v->full = px->full;
	v->interlaced = px->interlaced;
	switch (px->layout) {
	case PIXELS_PLANAR:
		planar(v, px, p);
		to_bytes(v, room, px);
		break;
	case PIXELS_SEMI:
		semi(v, room, px, p);
		break;
	case PIXELS_YUYV:
	case PIXELS_UYVY:
		pairs(v, room, px, p);
		break;
	default:
		rgb(v, room, temp, px, p);
	}
	if (!px->apart || v->h < 2)
		return;
	v->h /= 2;
	for (i = 0; i < v->planes; i++)
		v->ph[i] = (v->ph[i] + 1) / 2;
}
