/* Magic numbers, and the few formats recognised by their structure. */
#include "base/foreign.h"

#include <string.h>

#include "base/utf8.h"

enum {
	TEXT_LOOK = 4096,	/* the most bytes of text to look at */
	TEXT_SURE = 32		/* so many bytes of text rule these out */
};

static const char convert[] = "; convert it with sox or ffmpeg";
static const char show[] = "; gl-frames makes a stream of it";

static const struct foreign kinds[] = {
	{ "an MP3 file", 0, 3, "ID3", convert },
	{ "a FLAC file", 0, 4, "fLaC", convert },
	{ "an Ogg file", 0, 4, "OggS", convert },
	{ "an AIFF file", 0, 4, "FORM", convert },
	{ "a CAF file", 0, 4, "caff", convert },
	{ "an AU file", 0, 4, ".snd", convert },
	{ "an AMR file", 0, 5, "#!AMR", convert },
	{ "a VOC file", 0, 13, "Creative Voic", convert },
	{ "a NIST SPHERE file", 0, 7, "NIST_1A", convert },
	{ "a WavPack file", 0, 4, "wvpk", convert },
	{ "a Monkey's Audio file", 0, 4, "MAC ", convert },
	{ "a TTA file", 0, 4, "TTA1", convert },
	{ "a Windows Media file", 0, 4, "\x30\x26\xb2\x75", convert },
	{ "a RealMedia file", 0, 4, ".RMF", convert },
	{ "an FLV film", 0, 3, "FLV", convert },
	{ "a MIDI file", 0, 4, "MThd", convert },
	{ "an MPEG film", 0, 4, "\0\0\1\xba", convert },
	{ "an MPEG film", 0, 4, "\0\0\1\xb3", convert },
	{ "an AC-3 file", 0, 2, "\x0b\x77", convert },
	{ "a HEIC picture", 4, 7, "ftyphei", show },
	{ "a HEIC picture", 4, 8, "ftypmif1", show },
	{ "an AVIF picture", 4, 8, "ftypavif", show },
	{ "an MP4 file", 4, 4, "ftyp", convert },
	{ "a Matroska or WebM file", 0, 4, "\x1a\x45\xdf\xa3", convert },
	{ "a JPEG picture", 0, 3, "\xff\xd8\xff", show },
	{ "a PNG picture", 0, 4, "\x89PNG", show },
	{ "a GIF picture", 0, 4, "GIF8", show },
	{ "a TIFF picture", 0, 4, "II*\0", show },
	{ "a TIFF picture", 0, 4, "MM\0*", show },
	{ "Y4M video", 0, 10, "YUV4MPEG2 ", show },
	{ "a PDF file", 0, 5, "%PDF-", "" },
	{ "a gzip file", 0, 3, "\x1f\x8b\x08", "" },
	{ "a bzip2 file", 0, 3, "BZh", "" },
	{ "an xz file", 0, 5, "\xfd" "7zXZ", "" },
	{ "a zstd file", 0, 4, "\x28\xb5\x2f\xfd", "" },
	{ "an lz4 file", 0, 4, "\x04\x22\x4d\x18", "" },
	{ "a 7z file", 0, 4, "7z\xbc\xaf", "" },
	{ "a ZIP file", 0, 4, "PK\x03\x04", "" },
	{ "an ELF file", 0, 4, "\x7f" "ELF", "" },
	{ "an SQLite file", 0, 15, "SQLite format 3", "" }
};

static const struct foreign pnm = { "a PNM picture", 0, 0, "", show };
static const struct foreign mpeg = { "an MP3 file", 0, 0, "", convert };
static const struct foreign adts = { "an AAC file", 0, 0, "", convert };
static const struct foreign ts = { "an MPEG transport stream", 0, 0, "",
	convert };
static const struct foreign bmp = { "a BMP picture", 0, 0, "", show };
static const struct foreign utf16 = { "text in UTF-16", 0, 0, "",
	"; iconv -f UTF-16 -t UTF-8 makes it readable" };

/* Length of an MPEG audio frame (layer 1 to 3); 0 if it has no valid header. */
static size_t
mpeg_frame(const unsigned char *p)
{
	static const int rates[2][3][15] = {
		{ { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224,
		    256, 320 }, { 0, 32, 48, 56, 64, 80, 96, 112, 128, 160,
		    192, 224, 256, 320, 384 }, { 0, 32, 64, 96, 128, 160, 192,
		    224, 256, 288, 320, 352, 384, 416, 448 } },
		{ { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144,
		    160 }, { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112,
		    128, 144, 160 }, { 0, 32, 48, 56, 64, 80, 96, 112, 128,
		    144, 160, 176, 192, 224, 256 } }
	};
	static const int hz[] = { 44100, 48000, 32000 };
	int version = p[1] >> 3 & 3, layer = p[1] >> 1 & 3;
	int low = version != 3, rate = p[2] >> 4, f = p[2] >> 2 & 3, r, k;

	if (p[0] != 0xff || (p[1] & 0xe0) != 0xe0 || version == 1 ||
	    layer == 0 || rate == 0 || rate == 15 || f == 3)
		return 0;
	r = hz[f] >> (version == 2 ? 1 : version == 0 ? 2 : 0);
	k = rates[low][layer - 1][rate] * 1000;
	if (layer == 3)
		return (size_t)(12 * k / r + (p[2] >> 1 & 1)) * 4;
	return (size_t)((layer == 1 && low ? 72 : 144) * k / r +
	    (p[2] >> 1 & 1));
}

/* Whether a second frame follows the first, or the first is all there is. */
static bool
is_mpeg(const unsigned char *p, size_t n, bool whole)
{
	size_t len = n >= 4 ? mpeg_frame(p) : 0;

	return len > 4 && (n >= len + 4 ? mpeg_frame(p + len) > 0 : whole);
}

/* PNM: its letter and digit, and the width in decimal digits, perhaps after a
 * comment. */
static bool
is_pnm(const unsigned char *p, size_t n)
{
	return n >= 8 && p[0] == 'P' && p[1] >= '1' && p[1] <= '7' &&
	    (p[2] == '\n' || p[2] == ' ') && (p[3] == '#' ||
	    (p[1] == '7' && memcmp(p + 3, "WIDTH", 5) == 0) ||
	    (p[3] >= '1' && p[3] <= '9' && p[4] >= ' ' && p[4] <= '9'));
}

static bool
is_adts(const unsigned char *p, size_t n)
{
	size_t len;

	if (n < 7 || p[0] != 0xff || (p[1] & 0xf6) != 0xf0 ||
	    (p[2] >> 2 & 15) > 12)
		return false;
	len = (size_t)(p[3] & 3) << 11 | (size_t)p[4] << 3 | p[5] >> 5;
	return len > 7 && n >= len + 2 && p[len] == 0xff &&
	    (p[len + 1] & 0xf6) == 0xf0;
}

/* UTF-16: a byte order mark, and letters with one zero byte each. */
static bool
is_utf16(const unsigned char *p, size_t n)
{
	bool little = n >= 8 && p[0] == 0xff && p[1] == 0xfe;
	bool big = n >= 8 && p[0] == 0xfe && p[1] == 0xff;

	return (little && p[3] == 0 && p[5] == 0 && p[2] >= '\t') ||
	    (big && p[2] == 0 && p[4] == 0 && p[3] >= '\t');
}

static const struct foreign *
by_magic(const unsigned char *p, size_t n)
{
	const struct foreign *k;

	for (k = kinds; k < kinds + sizeof(kinds) / sizeof(kinds[0]); k++)
		if (n >= k->at + k->len && memcmp(p + k->at, k->magic,
		    k->len) == 0)
			return k;
	return NULL;
}

const struct foreign *
foreign_file(const unsigned char *p, size_t n, bool whole)
{
	const struct foreign *k = by_magic(p, n);

	if (k != NULL)
		return k;
	if (is_utf16(p, n))
		return &utf16;
	if (is_mpeg(p, n, whole))
		return &mpeg;
	if (is_pnm(p, n))
		return &pnm;
	if (is_adts(p, n))
		return &adts;
	if (n > 376 && p[0] == 0x47 && p[188] == 0x47 && p[376] == 0x47)
		return &ts;
	/* a header whose reserved bytes and size are plausible */
	if (n >= 18 && memcmp(p, "BM", 2) == 0 && p[15] == 0 && p[16] == 0 &&
	    p[17] == 0 && p[6] == 0 && p[7] == 0)
		return &bmp;
	return NULL;
}

/* Control characters other than white space do not belong in text. */
static bool
control(unsigned char c)
{
	return (c < ' ' && (c < '\t' || c > '\r')) || c == 0x7f;
}

/* How many of the bytes, from the first on, are UTF-8 without control
 * characters. */
static size_t
clean(const unsigned char *p, size_t n)
{
	unsigned state = 0;
	size_t i;

	for (i = 0; i < n && !control(p[i]) && utf8_feed(&state, p + i, 1); i++)
		;
	return i;
}

/* Whether a first line of n bytes may begin something other than text. */
static bool
odd(const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && !control(p[i]); i++)
		;
	return i < n || p[0] >= 0xfe || (n >= 2 && memcmp(p, "BM", 2) == 0) ||
	    by_magic(p, n) != NULL;
}

const struct foreign *
foreign_text(const unsigned char *p, size_t n, bool ended, bool *more)
{
	const struct foreign *k;
	const unsigned char *nl;
	size_t good;

	if (n > TEXT_LOOK)
		n = TEXT_LOOK;
	ended = ended || n == TEXT_LOOK;
	nl = memchr(p, '\n', n);
	*more = nl == NULL && !ended;
	if (*more || n == 0 || !odd(p, nl ? (size_t)(nl - p) + 1 : n))
		return NULL;
	k = by_magic(p, n);
	/* formats whose first line is text that nobody would write */
	if (k != NULL && (memcmp(p, "%PDF-", 5) == 0 ||
	    memcmp(p, "YUV4MPEG2 ", 10) == 0))
		return k;
	good = clean(p, n < TEXT_SURE ? n : TEXT_SURE);
	if (good == TEXT_SURE || (good == n && ended))
		return NULL;
	if (good < n && k != NULL)
		return k;
	*more = !ended;
	return ended ? foreign_file(p, n, true) : NULL;
}
