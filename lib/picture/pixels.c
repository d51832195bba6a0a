/* Layouts of pictures without compression: names and sizes. */
#include "picture/pixels.h"

#include <strings.h>

#define YUV(n, x, y) { .layout = PIXELS_PLANAR, .planes = (n), .xs = (x), \
    .ys = (y), .depth = 8 }
#define SEMI(y, uv) { .layout = PIXELS_SEMI, .xs = 1, .ys = (y), \
    .depth = 8, .swapped = (uv) }
#define PACKED(kind, uv) { .layout = (kind), .depth = 8, .swapped = (uv) }
#define RGB(kind) { .layout = (kind), .depth = 8, .full = true }

static const struct {
	const char *name;
	struct pixels px;
} layouts[] = {
	{ "yuv420p", YUV(3, 1, 1) }, { "yuvj420p", YUV(3, 1, 1) },
	{ "i420", YUV(3, 1, 1) }, { "yu12", YUV(3, 1, 1) },
	{ "yv12", YUV(3, 1, 1) }, { "yuv422p", YUV(3, 1, 0) },
	{ "yuvj422p", YUV(3, 1, 0) }, { "422p", YUV(3, 1, 0) },
	{ "yuv444p", YUV(3, 0, 0) }, { "yuvj444p", YUV(3, 0, 0) },
	{ "yuv411p", YUV(3, 2, 0) }, { "yuv410p", YUV(3, 2, 2) },
	{ "yuv440p", YUV(3, 0, 1) },
	{ "nv12", SEMI(1, false) }, { "nv21", SEMI(1, true) },
	{ "nv16", SEMI(0, false) }, { "nv61", SEMI(0, true) },
	{ "yuyv", PACKED(PIXELS_YUYV, false) },
	{ "yuyv422", PACKED(PIXELS_YUYV, false) },
	{ "yvyu", PACKED(PIXELS_YUYV, true) },
	{ "yvyu422", PACKED(PIXELS_YUYV, true) },
	{ "uyvy", PACKED(PIXELS_UYVY, false) },
	{ "uyvy422", PACKED(PIXELS_UYVY, false) },
	{ "vyuy", PACKED(PIXELS_UYVY, true) },
	{ "gray", YUV(1, 0, 0) }, { "grey", YUV(1, 0, 0) },
	{ "rgb24", RGB(PIXELS_RGB24) }, { "rgb3", RGB(PIXELS_RGB24) },
	{ "bgr24", RGB(PIXELS_BGR24) }, { "bgr3", RGB(PIXELS_BGR24) },
	{ "rgba", RGB(PIXELS_RGB32) }, { "rgb0", RGB(PIXELS_RGB32) },
	{ "bgra", RGB(PIXELS_BGR32) }, { "bgr0", RGB(PIXELS_BGR32) },
	{ "bgr4", RGB(PIXELS_BGR32) },
	{ "argb", RGB(PIXELS_XRGB32) }, { "0rgb", RGB(PIXELS_XRGB32) },
	{ "rgb4", RGB(PIXELS_XRGB32) },
	{ "abgr", RGB(PIXELS_XBGR32) }, { "0bgr", RGB(PIXELS_XBGR32) },
	{ "rgb565", RGB(PIXELS_RGB565) }, { "rgb565le", RGB(PIXELS_RGB565) },
	{ "rgbp", RGB(PIXELS_RGB565) }
};
enum { LAYOUTS = sizeof(layouts) / sizeof(*layouts) };

int
pixels_named(struct pixels *px, const char *name)
{
	struct pixels old = *px;
	size_t i;

	for (i = 0; i < LAYOUTS; i++)
		if (strcasecmp(name, layouts[i].name) == 0)
			break;
	if (i == LAYOUTS)
		return -1;
	*px = layouts[i].px;
	px->width = old.width;
	px->height = old.height;
	if (strcasecmp(name, "yv12") == 0)
		px->swapped = true;
	/* yuvj is ffmpeg's name for full range; gray has it, too */
	if (strncasecmp(name, "yuvj", 4) == 0 || px->planes == 1)
		px->full = true;
	return 0;
}

const char *
pixels_name(size_t i)
{
	return i < LAYOUTS ? layouts[i].name : NULL;
}

int
pixels_chroma_width(const struct pixels *px)
{
	return (px->width + (1 << px->xs) - 1) >> px->xs;
}

int
pixels_chroma_height(const struct pixels *px)
{
	return (px->height + (1 << px->ys) - 1) >> px->ys;
}

size_t
pixels_stride(const struct pixels *px)
{
	size_t w = (size_t)px->width;

	if (px->stride > 0)
		return (size_t)px->stride;
	switch (px->layout) {
	case PIXELS_YUYV:
	case PIXELS_UYVY:
		return (w + 1) / 2 * 4;
	case PIXELS_RGB24:
	case PIXELS_BGR24:
		return w * 3;
	case PIXELS_RGB32:
	case PIXELS_BGR32:
	case PIXELS_XRGB32:
	case PIXELS_XBGR32:
		return w * 4;
	case PIXELS_RGB565:
	case PIXELS_GREYA:
		return w * 2;
	default:
		return px->depth > 8 ? w * 2 : w;
	}
}

size_t
pixels_chroma_stride(const struct pixels *px)
{
	size_t w = (size_t)pixels_chroma_width(px);

	if (px->layout == PIXELS_SEMI)
		return px->stride > 0 ? (size_t)px->stride << (1 - px->xs) :
		    2 * w;
	return px->stride > 0 ? (size_t)px->stride >> px->xs :
	    px->depth > 8 ? 2 * w : w;
}

/* Whether the rows are long enough for their pixels. */
static bool
rows_fit(const struct pixels *px)
{
	struct pixels bare = *px;

	bare.stride = 0;
	return px->stride == 0 || (px->stride > 0 &&
	    (size_t)px->stride >= pixels_stride(&bare));
}

int64_t
pixels_size(const struct pixels *px)
{
	int64_t row, size, chroma;

	if (px->width < 1 || px->height < 1 || px->width > PIXELS_SIDE_MAX ||
	    px->height > PIXELS_SIDE_MAX || !rows_fit(px) ||
	    px->stride > 16 * PIXELS_SIDE_MAX)
		return -1;
	row = (int64_t)pixels_stride(px);
	size = row * px->height;
	chroma = (int64_t)pixels_chroma_stride(px) * pixels_chroma_height(px);
	if (px->layout == PIXELS_SEMI)
		size += chroma;
	else if (px->layout == PIXELS_PLANAR && px->planes > 1)
		size += 2 * chroma + (px->planes == 4 ? size : 0);
	return size <= PIXELS_BYTES_MAX ? size : -1;
}
