/*
 * Recognises films and pictures of other formats by their first bytes.  Since
 * nothing else was found in the input, a few bytes will do here.
 */
#include "picture/nopicture.h"

#include <stdio.h>
#include <string.h>

#include "base/foreign.h"

struct nopicture {
	const char *name;
	size_t at, n;
	const char *magic;
	const char *reader;	/* by which gl-frames reads named files */
};

static const char webp[] = "dwebp (Debian's package webp)",
    heif[] = "heif-convert (Debian's package libheif-examples)",
    ffmpeg[] = "ffmpeg";

static const struct nopicture kinds[] = {
	{ "GIF", 0, 4, "GIF8", ffmpeg },
	{ "WebP", 8, 4, "WEBP", webp },
	{ "TIFF", 0, 4, "II*\0", ffmpeg },
	{ "TIFF", 0, 4, "MM\0*", ffmpeg },
	{ "BMP", 0, 2, "BM", ffmpeg },
	{ "HEIC", 4, 7, "ftyphei", heif },
	{ "HEIC", 4, 8, "ftypmif1", heif },
	{ "AVIF", 4, 8, "ftypavif", heif },
	{ "an AVI film", 8, 4, "AVI ", NULL },
	{ "a Flash film", 1, 2, "WS", NULL },
	{ "a RoQ film", 0, 6, "\x84\x10\xff\xff\xff\xff", NULL },
	{ "an AV1 film", 0, 3, "\x12\0\x0a", NULL },
	{ "an icon", 0, 4, "\0\0\1\0", NULL },
	{ "a PCX picture", 0, 3, "\x0a\5\1", NULL },
	{ "an SGI picture", 0, 3, "\1\xda\0", NULL },
	{ "an SGI picture", 0, 3, "\1\xda\1", NULL },
	{ "a JPEG XL picture", 0, 2, "\xff\x0a", NULL },
	{ "an XBM picture", 0, 8, "#define ", NULL },
	{ "an XWD picture", 4, 4, "\0\0\0\7", NULL },
	{ "a FITS picture", 0, 8, "SIMPLE  ", NULL },
	{ "a PBM picture", 0, 2, "P4", NULL },
	{ "a PNM picture in digits", 0, 2, "P1", NULL },
	{ "a PNM picture in digits", 0, 2, "P2", NULL },
	{ "a PNM picture in digits", 0, 2, "P3", NULL }
};

static bool
wav(const unsigned char *p, size_t n)
{
	return n >= 12 && (memcmp(p + 8, "WAVE", 4) == 0 ||
	    memcmp(p, "riff\x2e\x91\xcf\x11", 8) == 0);
}

bool
nopicture_sound(const unsigned char *p, size_t n)
{
	const struct foreign *f = foreign_file(p, n, false);

	/* Ogg is sound, unless its first page names something else */
	if (n >= 4 && n < 64 && memcmp(p, "OggS", 4) == 0)
		return false;
	return (f != NULL && f->kind == FOREIGN_SOUND) || wav(p, n) ||
	    (n >= 4 && p[0] == 0xff && (p[1] & 0xe0) == 0xe0 &&
	    (p[1] & 6) != 0 && (p[2] & 0xf0) != 0xf0 && p[1] != 0xff);
}

bool
nopicture_stream(const unsigned char *p, size_t n)
{
	return n >= 2 && memcmp(p, "{\"", 2) == 0;
}

void
nopicture_why(const unsigned char *p, size_t n, const char *where, char *why,
    size_t size)
{
	const struct foreign *f = foreign_file(p, n, true);
	const struct nopicture *k, *end = kinds + sizeof(kinds) /
	    sizeof(*kinds);
	bool seen = f != NULL && f->kind != FOREIGN_OTHER;

	for (k = kinds; k < end; k++)
		if (n >= k->at + k->n && memcmp(p + k->at, k->magic, k->n) == 0)
			break;
	if (nopicture_stream(p, n))
		snprintf(why, size, "a stream, not pictures; -i, -D or --exec "
		    "names those to be put into it");
	else if (wav(p, n))
		snprintf(why, size, "sound, not pictures; gl-session takes it");
	else if (f != NULL && f->kind == FOREIGN_SOUND)
		snprintf(why, size, "sound, not pictures: %s, of which sox or "
		    "ffmpeg makes WAV for gl-session", f->name);
	else if (nopicture_sound(p, n))
		snprintf(why, size, "sound, not pictures; sox or ffmpeg makes "
		    "WAV of it for gl-session");
	else if (k < end && k->reader != NULL)
		snprintf(why, size, "%s: name it as a file, with "
		    "%s installed", k->name, k->reader);
	else if (k == end && seen && f->kind == FOREIGN_PICTURE)
		/* one that is read, but nothing of it was found */
		snprintf(why, size, "%s that is damaged", f->name);
	else if (k < end || (seen && f->kind != FOREIGN_TEXT))
		snprintf(why, size, "%s, which is not read; ffmpeg -i FILE -f "
		    "image2pipe -c:v mjpeg - makes JPEGs", k < end ? k->name :
		    f->name);
	else if (f != NULL)
		snprintf(why, size, "%s, not pictures", f->name);
	else
		snprintf(why, size, "no picture in %s%s", where, n > 0 ?
		    " (--raw tells of raw video)" : "");
}
