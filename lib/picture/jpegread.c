/*
 * JPEG by libturbojpeg, into planes as laid out in the file.  Other decoders
 * show pictures that libjpeg warns about, and so do we: warnings are
 * distinguished from errors, and missing data from superfluous data.
 */
#include "picture/jpegread.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libyuv.h>
#include <turbojpeg.h>

#include "base/mem.h"
#include "base/why.h"
#include "picture/image.h"
#include "picture/jpegcode.h"
#include "picture/jpegscan.h"
#include "picture/view.h"

struct jpegread {
	tjhandle in;
	const unsigned char *p;		/* the picture being read */
	size_t n;
	int subsamp, space;
	bool progressive, adobe;
	size_t odd;			/* see struct jpegscan */
	enum jpegread_state state;
	struct view_room ended;		/* a copy with the missing EOI */
	char why[200];
};

struct jpegread *
jpegread_new(void)
{
	return mem_alloc(sizeof(struct jpegread));
}

void
jpegread_free(struct jpegread *r)
{
	if (r == NULL)
		return;
	if (r->in != NULL)
		tjDestroy(r->in);
	free(r->ended.p);
	free(r);
}

/* Sets why, and drops the decoder: after a failure inside a header
 * libjpeg-turbo's remains in that state, and the next picture would fail too.
 */
static int
failed(struct jpegread *r)
{
	snprintf(r->why, sizeof(r->why), "%s",
	    tjGetErrorStr2(r->in));
	if (r->in != NULL)
		tjDestroy(r->in);
	r->in = NULL;
	return -1;
}

/*
 * Whether bytes that libjpeg skipped before a marker are harmless.  Webcams
 * leave some there, or pad up to the end; but if blocks were damaged and used
 * too few, the others are left over as well.  The last scan of a progressive
 * JPEG only has the last bits of fine detail.
 */
static bool
left_over(const struct jpegread *r, const char *why)
{
	const char *digits = strpbrk(why, "0123456789");
	unsigned long n = digits != NULL ? strtoul(digits, NULL, 10) : 0;
	const unsigned char *p;

	if (n <= JPEGREAD_JUNK)
		return true;
	if (strstr(why, "0xd9") == NULL || n + 4 > r->n)
		return false;
	if (r->progressive || jpegcode_end(r->p, r->n) > 0)
		return true;
	p = r->p + r->n - 2 - n;
	return memcmp(p, p + 1, n - 1) == 0;
}

/* Whether the sentence begins like one of those in a list that NULL ends. */
static bool
one_of(const char *why, const char *const *list)
{
	while (*list != NULL && strncmp(why, *list, strlen(*list)) != 0)
		list++;
	return *list != NULL;
}

/*
 * Judges a warning of libjpeg, which reports only the first, unless it has
 * failed after that: then it still says that it warned, but its sentence is
 * that of the failure.  It skips superfluous bytes, and what it says about
 * versions and colour markers changes no pixel.
 */
static int
warned(struct jpegread *r)
{
	static const char *const mild[] = { "Unknown Adobe", "Warning: unkn",
	    "Invalid SOS par", "Corrupt JPEG data: bad ICC", NULL };
	static const char *const bad[] = { "Corrupt JPEG", "Premature end",
	    "Inconsistent prog", NULL };
	const char *why = tjGetErrorStr2(r->in);
	bool harmless = strstr(why, "extraneous") != NULL ? left_over(r, why) :
	    one_of(why, mild);

	if (tjGetErrorCode(r->in) != TJERR_WARNING ||
	    (!one_of(why, mild) && !one_of(why, bad)))
		return failed(r);
	if (r->state != JPEGREAD_DAMAGED)
		snprintf(r->why, sizeof(r->why), "%s", why);
	if (r->state == JPEGREAD_CLEAN || !harmless)
		r->state = harmless ? JPEGREAD_SPOTTED : JPEGREAD_DAMAGED;
	return 0;
}

static bool
grey(const unsigned char *p, int n)
{
	return n == 0 || (*p == 128 && memcmp(p, p + 1, (size_t)n - 1) == 0);
}

/* Missing rows at the end of a JPEG come out a uniform grey; -1 if those are
 * most of them. */
static int
missing(struct jpegread *r, const struct view *v)
{
	int h = v->ph[0], k = h, percent;

	while (k > 0 && grey(v->p[0] + (size_t)(k - 1) * (size_t)v->stride[0],
	    v->pw[0]))
		k--;
	percent = (int)(((int64_t)(h - k) * 100 + h / 2) / h);
	if (percent == 0 || r->state == JPEGREAD_CLEAN)
		return 0;
	r->state = JPEGREAD_DAMAGED;
	snprintf(r->why, sizeof(r->why), "cut short, %d %% of it is "
	    "missing", percent);
	return percent > JPEGREAD_MISSING_MAX ? -1 : 0;
}

/* Sets where libjpeg begins and ends: it refuses two SOIs, and cannot
 * distinguish a picture that lacks only its EOI from one that lacks its half.
 */
static int
frame(struct jpegread *r, bool progressive)
{
	struct jpegscan scan;
	enum jpegscan_status st;
	unsigned char *b;

	jpegscan_init(&scan);
	st = jpegscan_more(&scan, r->p, r->n);
	if (st == JPEGSCAN_END)
		r->n = scan.at;
	r->odd = scan.odd;
	r->progressive = progressive;
	if (scan.scans > JPEGREAD_SCANS_MAX) {
		/* each scan, however small, costs a pass over the picture */
		return why_say(-1, r->why, sizeof(r->why), "more than %d scans",
		    JPEGREAD_SCANS_MAX);
	}
	if (st == JPEGSCAN_BAD || (st == JPEGSCAN_END && !scan.open))
		return 0;
	b = view_room(&r->ended, r->n + 2);
	memcpy(b, r->p, r->n);
	b[r->n] = 0xff;
	b[r->n + 1] = 0xd9;
	r->p = b;
	r->n += 2;
	r->state = JPEGREAD_SPOTTED;
	if (!progressive || jpegscan_detailed(r->p, r->n))
		return 0;
	/* some scans may be missing, which turns no row grey */
	r->state = JPEGREAD_DAMAGED;
	return why_say(0, r->why, sizeof(r->why), "cut short, some of its "
	    "detail is missing");
}

/* Width, height and layout; a layout that libturbojpeg has no name for is
 * decoded by way of RGB. */
static int
header(struct jpegread *r, const struct jpegscan_info *info, int *w, int *h)
{
	*w = *h = r->subsamp = r->space = -1;
	if (tjDecompressHeader3(r->in, r->p, r->n, w, h, &r->subsamp,
	    &r->space) == 0)
		return 0;
	if (r->subsamp >= 0 || *w != info->width || *h != info->height)
		return warned(r);
	if (r->space == TJCS_YCbCr || r->space == TJCS_GRAY)
		r->space = TJCS_RGB;
	return 0;
}

/* Checks the size before anything is allocated for it. */
static int
too_big(struct jpegread *r, const struct jpegscan_info *i)
{
	int64_t n = (int64_t)i->width * i->height;

	if (n <= (i->progressive ? IMAGE_PROGRESSIVE_MAX : IMAGE_PIXELS_MAX))
		return 0;
	return why_say(-1, r->why, sizeof(r->why), "%dx%d%s is too large",
	    i->width, i->height, i->progressive ? " (progressive)" : "");
}

int
jpegread_begin(struct jpegread *r, const void *bytes, size_t n, int *w, int *h)
{
	struct jpegscan_info info;
	size_t junk = jpegscan_junk(bytes, n);

	r->state = junk > 0 ? JPEGREAD_SPOTTED : JPEGREAD_CLEAN;
	r->p = (const unsigned char *)bytes + junk;
	r->n = n - junk;
	r->why[0] = '\0';
	if (r->in == NULL && (r->in = tjInitDecompress()) == NULL)
		return failed(r);
	r->adobe = false;
	if (jpegscan_info(&info, r->p, r->n) == -1 || info.refused != NULL)
		return why_say(-1, r->why, sizeof(r->why), "%s", info.refused !=
		    NULL ? info.refused : "no width and height in its header");
	r->adobe = info.adobe;
	if (too_big(r, &info) == -1)
		return -1;
	if (frame(r, info.progressive) == -1)
		return -1;
	return header(r, &info, w, h);
}

/* libjpeg followed what only looks like a marker: leaves out everything from
 * the end of the coded bytes on, or from that marker.  -1: there is no such. */
static int
shorten(struct jpegread *r)
{
	size_t end = jpegcode_end(r->p, r->n);
	unsigned char *b = r->ended.p;

	end = end > 0 ? end : r->odd;
	if (end == 0 || end + 2 >= r->n)
		return -1;
	if (r->p != b) {
		b = view_room(&r->ended, end + 2);
		memcpy(b, r->p, end);
	}
	b[end] = 0xff;
	b[end + 1] = 0xd9;
	r->p = b;
	r->n = end + 2;
	r->odd = 0;
	if (!r->progressive || jpegscan_detailed(r->p, r->n))
		r->state = JPEGREAD_SPOTTED;
	if (r->in == NULL && (r->in = tjInitDecompress()) == NULL)
		return -1;
	return 0;
}

/* Ink to light; Adobe's files, nearly all, say how little ink there is. */
static void
print_to_rgb(unsigned char *p, size_t n, bool adobe)
{
	unsigned char *d = p, flip = adobe ? 0 : 255;
	size_t i, k;

	for (i = 0; i < n; i++, p += 4, d += 3)
		for (k = 0; k < 3; k++)
			d[k] = (unsigned char)(((p[k] ^ flip) * (p[3] ^ flip) +
			    127) / 255);
}

static int
by_rgb(struct jpegread *r, int w, int h, struct view_room *planes,
    struct view_room *rgb, struct view *v)
{
	bool print = r->space == TJCS_CMYK || r->space == TJCS_YCCK;
	int each = print ? 4 : 3;
	unsigned char *p = view_room(rgb, (size_t)w * (size_t)h *
	    (size_t)each);

	if (tjDecompress2(r->in, r->p, r->n, p, w, w * each, h, print ?
	    TJPF_CMYK : TJPF_RGB, 0) == -1 && warned(r) == -1)
		return -1;
	if (print)
		print_to_rgb(p, (size_t)w * (size_t)h, r->adobe);
	view_lay(v, planes, w, h, 1, 1);
	RAWToJ420(p, w * 3, view_at(v, 0), v->stride[0], view_at(v, 1),
	    v->stride[1], view_at(v, 2), v->stride[2], w, h);
	return 0;
}

static int
by_planes(struct jpegread *r, int w, int h, struct view_room *planes,
    struct view *v)
{
	unsigned char *at[3];
	int i, strides[3], sub = r->subsamp;

	/* libturbojpeg writes whole blocks of chroma, and luma to match */
	view_lay(v, planes, tjPlaneWidth(0, w, sub), tjPlaneHeight(0, h, sub),
	    0, 0);
	v->w = w;
	v->h = h;
	v->planes = r->space == TJCS_GRAY ? 1 : 3;
	for (i = 0; i < 3; i++) {
		at[i] = view_at(v, i);
		strides[i] = v->stride[i];
		v->pw[i] = i == 0 ? w : tjPlaneWidth(1, w, sub);
		v->ph[i] = i == 0 ? h : tjPlaneHeight(1, h, sub);
	}
	if (tjDecompressToYUVPlanes(r->in, r->p, r->n, at, w, strides, h,
	    0) == -1 && warned(r) == -1)
		return -1;
	return missing(r, v);
}

static int
decode(struct jpegread *r, int w, int h, struct view_room *planes,
    struct view_room *rgb, struct view *v)
{
	if (r->space == TJCS_RGB || r->space == TJCS_CMYK ||
	    r->space == TJCS_YCCK)
		return by_rgb(r, w, h, planes, rgb, v);
	return by_planes(r, w, h, planes, v);
}

int
jpegread_decode(struct jpegread *r, int w, int h, struct view_room *planes,
    struct view_room *rgb, struct view *v)
{
	int done = decode(r, w, h, planes, rgb, v);

	if (done == 0 && (r->state != JPEGREAD_DAMAGED || r->odd == 0 ||
	    (!r->progressive && jpegcode_end(r->p, r->n) == 0)))
		return 0;
	/* failed() has dropped the decoder */
	if ((done == -1 && r->in != NULL) || shorten(r) == -1)
		return done;
	return decode(r, w, h, planes, rgb, v);
}

enum jpegread_state
jpegread_state(const struct jpegread *r)
{
	return r->state;
}

const char *
jpegread_why(const struct jpegread *r)
{
	return r->why;
}
