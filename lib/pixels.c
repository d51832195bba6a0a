/* Layouts of pictures without compression: names and sizes. */
#include "pixels.h"

#include <string.h>
#include <strings.h>

#define YUV(n, x, y) { .layout = PIXELS_PLANAR, .planes = (n), .xs = (x), \
    .ys = (y), .depth = 8 }
#define OTHER(kind, range) { .layout = (kind), .depth = 8, .full = (range) }

static const char *const names[] = {
	"yuv420p", "yuvj420p", "i420", "yu12", "yv12", "yuv422p", "yuvj422p",
	"422p", "yuv444p", "yuvj444p", "yuv411p", "yuv410p", "yuv440p", "nv12",
	"nv21", "yuyv", "yuyv422", "uyvy", "uyvy422", "gray", "grey", "rgb24",
	"rgb3", "bgr24", "bgr3", "rgba", "rgb0", "bgra", "bgr0", "bgr4", NULL
};

/* In the order of names. */
static const struct pixels layouts[] = {
	YUV(3, 1, 1), YUV(3, 1, 1), YUV(3, 1, 1), YUV(3, 1, 1), YUV(3, 1, 1),
	YUV(3, 1, 0), YUV(3, 1, 0), YUV(3, 1, 0), YUV(3, 0, 0), YUV(3, 0, 0),
	YUV(3, 2, 0), YUV(3, 2, 2), YUV(3, 0, 1),
	OTHER(PIXELS_SEMI, false), OTHER(PIXELS_SEMI, false),
	OTHER(PIXELS_YUYV, false), OTHER(PIXELS_YUYV, false),
	OTHER(PIXELS_UYVY, false), OTHER(PIXELS_UYVY, false),
	YUV(1, 0, 0), YUV(1, 0, 0),
	OTHER(PIXELS_RGB24, true), OTHER(PIXELS_RGB24, true),
	OTHER(PIXELS_BGR24, true), OTHER(PIXELS_BGR24, true),
	OTHER(PIXELS_RGB32, true), OTHER(PIXELS_RGB32, true),
	OTHER(PIXELS_BGR32, true), OTHER(PIXELS_BGR32, true),
	OTHER(PIXELS_BGR32, true)
};

int
pixels_named(struct pixels *px, const char *name)
{
	struct pixels old = *px;
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (strcasecmp(name, names[i]) == 0)
			break;
	if (names[i] == NULL)
		return -1;
	*px = layouts[i];
	px->width = old.width;
	px->height = old.height;
	px->swapped = strcasecmp(name, "nv21") == 0 ||
	    strcasecmp(name, "yv12") == 0;
	/* yuvj is ffmpeg's word for the whole range; gray has it, too */
	if (strncasecmp(name, "yuvj", 4) == 0 || px->planes == 1)
		px->full = true;
	if (px->layout == PIXELS_SEMI)
		px->xs = px->ys = 1;
	return 0;
}

const char *const *
pixels_names(void)
{
	return names;
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
		return w * 4;
	default:
		return px->depth > 8 ? w * 2 : w;
	}
}

int64_t
pixels_size(const struct pixels *px)
{
	int64_t row, size, chroma;

	if (px->width < 1 || px->height < 1 || px->width > PIXELS_SIDE_MAX ||
	    px->height > PIXELS_SIDE_MAX || px->stride < 0 ||
	    px->stride > 16 * PIXELS_SIDE_MAX)
		return -1;
	row = (int64_t)pixels_stride(px);
	size = row * px->height;
	if (px->layout == PIXELS_SEMI) {
		size += (row + row % 2) * pixels_chroma_height(px);
	} else if (px->layout == PIXELS_PLANAR && px->planes > 1) {
		chroma = px->stride > 0 ? row >> px->xs :
		    (int64_t)pixels_chroma_width(px) *
		    (px->depth > 8 ? 2 : 1);
		size += 2 * chroma * pixels_chroma_height(px);
		if (px->planes == 4)
			size += row * px->height;
	}
	return size <= PIXELS_BYTES_MAX ? size : -1;
}
