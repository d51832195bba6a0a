/* Magic numbers, and the few formats recognised by their structure. */
#include "base/foreign.h"

#include <string.h>

#include "base/utf8.h"

enum {
	TEXT_LOOK = 4096,	/* the most bytes of text to look at */
	TEXT_SURE = 32		/* so many bytes of text rule these out */
};

/* Under their kinds; most are bytes that no sound of 16 bits begins with. */
static const struct foreign kinds[] = {
	{ "a HEIC picture", FOREIGN_PICTURE, 4, 7, "ftyphei" },
	{ "a HEIC picture", FOREIGN_PICTURE, 4, 8, "ftypmif1" },
	{ "an AVIF picture", FOREIGN_PICTURE, 4, 8, "ftypavif" },
	{ "a JPEG picture", FOREIGN_PICTURE, 0, 3, "\xff\xd8\xff" },
	{ "a PNG picture", FOREIGN_PICTURE, 0, 4, "\x89PNG" },
	{ "a GIF picture", FOREIGN_PICTURE, 0, 4, "GIF8" },
	{ "a TIFF picture", FOREIGN_PICTURE, 0, 4, "II*\0" },
	{ "a TIFF picture", FOREIGN_PICTURE, 0, 4, "MM\0*" },
	{ "Y4M video", FOREIGN_PICTURE, 0, 10, "YUV4MPEG2 " },
	{ "a TIFF picture", FOREIGN_PICTURE, 0, 4, "II+\0" },
	{ "a TIFF picture", FOREIGN_PICTURE, 0, 4, "MM\0+" },
	{ "a JPEG XL picture", FOREIGN_DRAWING, 0, 8, "\0\0\0\x0cJXL " },
	{ "a JPEG 2000 picture", FOREIGN_DRAWING, 0, 8, "\0\0\0\x0cjP  " },
	{ "a JPEG 2000 picture", FOREIGN_DRAWING, 0, 4, "\xff\x4f\xff\x51" },
	{ "an OpenEXR picture", FOREIGN_DRAWING, 0, 4, "\x76\x2f\x31\1" },
	{ "a PFM picture", FOREIGN_DRAWING, 0, 3, "PF\n" },
	{ "a PFM picture", FOREIGN_DRAWING, 0, 3, "Pf\n" },
	{ "a QOI picture", FOREIGN_DRAWING, 0, 4, "qoif" },
	{ "a Photoshop picture", FOREIGN_DRAWING, 0, 4, "8BPS" },
	{ "a DPX picture", FOREIGN_DRAWING, 0, 4, "SDPX" },
	{ "a DPX picture", FOREIGN_DRAWING, 0, 4, "XPDS" },
	{ "a Sun raster picture", FOREIGN_DRAWING, 0, 4, "\x59\xa6\x6a\x95" },
	{ "an MP3 file", FOREIGN_SOUND, 0, 3, "ID3" },
	{ "a FLAC file", FOREIGN_SOUND, 0, 4, "fLaC" },
	{ "a CAF file", FOREIGN_SOUND, 0, 4, "caff" },
	{ "an AU file", FOREIGN_SOUND, 0, 4, ".snd" },
	{ "an AU file", FOREIGN_SOUND, 0, 4, "\0ds." },
	{ "an AU file", FOREIGN_SOUND, 0, 4, "dns." },
	{ "a PAF file", FOREIGN_SOUND, 0, 4, " paf" },
	{ "a PAF file", FOREIGN_SOUND, 0, 4, "fap " },
	{ "a MAT4 file", FOREIGN_SOUND, 20, 11, "samplerate" },
	{ "a damaged WAV file", FOREIGN_SOUND, 8, 8, "WAVEfmt " },
	{ "an AMR file", FOREIGN_SOUND, 0, 5, "#!AMR" },
	{ "a VOC file", FOREIGN_SOUND, 0, 13, "Creative Voic" },
	{ "a NIST SPHERE file", FOREIGN_SOUND, 0, 7, "NIST_1A" },
	{ "a WavPack file", FOREIGN_SOUND, 0, 4, "wvpk" },
	{ "a Monkey's Audio file", FOREIGN_SOUND, 0, 4, "MAC " },
	{ "a TTA file", FOREIGN_SOUND, 0, 4, "TTA1" },
	{ "a MIDI file", FOREIGN_SOUND, 0, 4, "MThd" },
	{ "an AC-3 file", FOREIGN_SOUND, 0, 2, "\x0b\x77" },
	{ "an IRCAM file", FOREIGN_SOUND, 0, 3, "\x64\xa3\1" },
	{ "an IRCAM file", FOREIGN_SOUND, 0, 4, "\x64\xa3\2\0" },
	{ "an IRCAM file", FOREIGN_SOUND, 0, 4, "\0\1\xa3\x64" },
	{ "an IRCAM file", FOREIGN_SOUND, 0, 4, "\0\2\xa3\x64" },
	{ "a SoX file", FOREIGN_SOUND, 0, 4, ".SoX" },
	{ "a SoX file", FOREIGN_SOUND, 0, 4, "XoS." },
	{ "a Codec 2 file", FOREIGN_SOUND, 0, 3, "\xc0\xde\xc2" },
	{ "an S/PDIF stream", FOREIGN_SOUND, 0, 4, "\x72\xf8\x1f\x4e" },
	{ "an S/PDIF stream", FOREIGN_SOUND, 0, 4, "\xf8\x72\x4e\x1f" },
	{ "a DTS file", FOREIGN_SOUND, 0, 4, "\x7f\xfe\x80\1" },
	{ "a DTS file", FOREIGN_SOUND, 0, 4, "\xfe\x7f\1\x80" },
	{ "a Musepack file", FOREIGN_SOUND, 0, 4, "MPCK" },
	{ "a DSD file", FOREIGN_SOUND, 0, 4, "DSD " },
	{ "a DSD file", FOREIGN_SOUND, 0, 4, "FRM8" },
	{ "a Windows Media file", FOREIGN_FILM, 0, 4, "\x30\x26\xb2\x75" },
	{ "a RealMedia file", FOREIGN_FILM, 0, 4, ".RMF" },
	{ "an FLV film", FOREIGN_FILM, 0, 3, "FLV" },
	{ "an MPEG film", FOREIGN_FILM, 0, 4, "\0\0\1\xba" },
	{ "an MPEG film", FOREIGN_FILM, 0, 4, "\0\0\1\xb3" },
	{ "an MP4 file", FOREIGN_FILM, 4, 4, "ftyp" },
	{ "a Matroska or WebM file", FOREIGN_FILM, 0, 4, "\x1a\x45\xdf\xa3" },
	{ "an MXF film", FOREIGN_FILM, 0, 4, "\6\x0e\x2b\x34" },
	{ "a GXF film", FOREIGN_FILM, 0, 6, "\0\0\0\0\1\xbc" },
	{ "a NUT film", FOREIGN_FILM, 0, 14, "nut/multimedia" },
	{ "an IVF film", FOREIGN_FILM, 0, 4, "DKIF" },
	{ "a DV film", FOREIGN_FILM, 0, 4, "\x1f\7\0\x3f" },
	{ "a DV film", FOREIGN_FILM, 0, 4, "\x1f\7\0\xbf" },
	{ "an MPEG film", FOREIGN_FILM, 0, 4, "\0\0\1\xb0" },
	{ "an H.264 film", FOREIGN_FILM, 0, 5, "\0\0\0\1\x67" },
	{ "an H.264 film", FOREIGN_FILM, 0, 5, "\0\0\0\1\x09" },
	{ "an H.265 film", FOREIGN_FILM, 0, 6, "\0\0\0\1\x40\1" },
	{ "an H.265 film", FOREIGN_FILM, 0, 6, "\0\0\0\1\x46\1" },
	{ "a PDF file", FOREIGN_OTHER, 0, 5, "%PDF-" },
	{ "a gzip file", FOREIGN_OTHER, 0, 3, "\x1f\x8b\x08" },
	{ "a bzip2 file", FOREIGN_OTHER, 0, 3, "BZh" },
	{ "an xz file", FOREIGN_OTHER, 0, 5, "\xfd" "7zXZ" },
	{ "a zstd file", FOREIGN_OTHER, 0, 4, "\x28\xb5\x2f\xfd" },
	{ "an lz4 file", FOREIGN_OTHER, 0, 4, "\x04\x22\x4d\x18" },
	{ "a 7z file", FOREIGN_OTHER, 0, 4, "7z\xbc\xaf" },
	{ "a ZIP file", FOREIGN_OTHER, 0, 4, "PK\x03\x04" },
	{ "an ELF file", FOREIGN_OTHER, 0, 4, "\x7f" "ELF" },
	{ "an SQLite file", FOREIGN_OTHER, 0, 15, "SQLite format 3" },
	{ "a RAR file", FOREIGN_OTHER, 0, 4, "Rar!" },
	{ "a tar file", FOREIGN_OTHER, 257, 5, "ustar" }
};

static const struct foreign pnm = { .name = "a PNM picture",
	.kind = FOREIGN_PICTURE };
static const struct foreign mpeg = { .name = "an MP3 file",
	.kind = FOREIGN_SOUND };
static const struct foreign adts = { .name = "an AAC file",
	.kind = FOREIGN_SOUND };
static const struct foreign ogg = { .name = "an Ogg file",
	.kind = FOREIGN_SOUND };
static const struct foreign ogv = { .name = "an Ogg film",
	.kind = FOREIGN_FILM };
static const struct foreign ts = { .name = "an MPEG transport stream",
	.kind = FOREIGN_FILM };
static const struct foreign bmp = { .name = "a BMP picture",
	.kind = FOREIGN_PICTURE };
static const struct foreign tga = { .name = "a TGA picture",
	.kind = FOREIGN_DRAWING };
static const struct foreign utf16 = { .name = "text in UTF-16",
	.kind = FOREIGN_TEXT };
static const struct foreign utf32 = { .name = "text in UTF-32",
	.kind = FOREIGN_TEXT };

const char *
foreign_remedy(const struct foreign *f)
{
	switch (f->kind) {
	case FOREIGN_SOUND:
	case FOREIGN_FILM:
		return "; convert it with sox or ffmpeg";
	case FOREIGN_PICTURE:
		return "; gl-frames makes a stream of it";
	case FOREIGN_DRAWING:
		return "; ffmpeg makes a PNG of it, which gl-frames reads";
	case FOREIGN_TEXT:
		return f == &utf32 ?
		    "; iconv -f UTF-32 -t UTF-8 makes it readable" :
		    "; iconv -f UTF-16 -t UTF-8 makes it readable";
	default:
		return "";
	}
}

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

/* Ogg's first page says what is in it: its first packet is behind 27 bytes and
 * as many as the page has segments. */
static const struct foreign *
of_ogg(const unsigned char *p, size_t n)
{
	static const char *const films[] = { "\x80theora", "\1video\0",
	    "fishead", "BBCD", "OVP80" };
	size_t at = n > 26 ? 27 + (size_t)p[26] : n, i;

	if (n < 4 || memcmp(p, "OggS", 4) != 0)
		return NULL;
	for (i = 0; i < sizeof(films) / sizeof(*films); i++)
		if (n >= at + strlen(films[i]) && memcmp(p + at, films[i],
		    strlen(films[i])) == 0)
			return &ogv;
	return &ogg;
}

/* Amiga's files and their cousins: FORM, a size, and what is in it. */
static const struct foreign *
of_iff(const unsigned char *p, size_t n)
{
	static const struct foreign in[] = {
		{ "an AIFF file", FOREIGN_SOUND, 8, 3, "AIF" },
		{ "an 8SVX file", FOREIGN_SOUND, 8, 4, "8SVX" },
		{ "a 16SV file", FOREIGN_SOUND, 8, 4, "16SV" },
		{ "a MAUD file", FOREIGN_SOUND, 8, 4, "MAUD" },
		{ "an ILBM picture", FOREIGN_DRAWING, 8, 4, "ILBM" },
		{ "an ILBM picture", FOREIGN_DRAWING, 8, 4, "PBM " },
		{ "an ANIM film", FOREIGN_FILM, 8, 4, "ANIM" }
	};
	size_t i;

	if (n < 12 || memcmp(p, "FORM", 4) != 0)
		return NULL;
	for (i = 0; i < sizeof(in) / sizeof(*in); i++)
		if (memcmp(p + 8, in[i].magic, in[i].len) == 0)
			return &in[i];
	return NULL;
}

/* 188 bytes a packet; of cameras and discs a stamp of four before each. */
static bool
is_ts(const unsigned char *p, size_t n)
{
	return (n > 376 && p[0] == 0x47 && p[188] == 0x47 && p[376] == 0x47) ||
	    (n > 388 && p[4] == 0x47 && p[196] == 0x47 && p[388] == 0x47);
}

/* Colours without a palette, from the corner, and depths that there are. */
static bool
is_tga(const unsigned char *p, size_t n)
{
	return n >= 18 && memcmp(p, "\0\0", 2) == 0 && (p[2] == 2 ||
	    p[2] == 3 || p[2] == 10 || p[2] == 11) &&
	    memcmp(p + 3, "\0\0\0\0\0\0\0", 7) == 0 &&
	    (p[12] | p[13]) != 0 && (p[14] | p[15]) != 0 &&
	    (p[16] == 8 || p[16] == 16 || p[16] == 24 || p[16] == 32) &&
	    (p[17] & 0xc0) == 0;
}

/* UTF-32: a byte order mark, and letters with three zero bytes each. */
static bool
is_utf32(const unsigned char *p, size_t n)
{
	return n >= 8 && memcmp(p, "\xff\xfe\0\0", 4) == 0 &&
	    p[4] >= '\t' && p[6] == 0 && p[7] == 0;
}

/* UTF-16: a byte order mark, and letters with one zero byte each. */
static bool
is_utf16(const unsigned char *p, size_t n, bool whole)
{
	bool enough = n >= 8 || (whole && n >= 4 && n % 2 == 0);
	bool little = enough && p[0] == 0xff && p[1] == 0xfe;
	bool big = enough && p[0] == 0xfe && p[1] == 0xff;

	return (little && p[3] == 0 && (n < 6 || p[5] == 0) && p[2] >= '\t') ||
	    (big && p[2] == 0 && (n < 6 || p[4] == 0) && p[3] >= '\t');
}

static const struct foreign *
by_magic(const unsigned char *p, size_t n)
{
	const struct foreign *k;

	for (k = kinds; k < kinds + sizeof(kinds) / sizeof(kinds[0]); k++)
		if (n >= k->at + k->len && memcmp(p + k->at, k->magic,
		    k->len) == 0)
			return k;
	k = of_ogg(p, n);
	return k != NULL ? k : of_iff(p, n);
}

const struct foreign *
foreign_file(const unsigned char *p, size_t n, bool whole)
{
	const struct foreign *k = by_magic(p, n);

	if (k != NULL)
		return k;
	if (is_utf32(p, n))
		return &utf32;
	if (is_utf16(p, n, whole))
		return &utf16;
	if (is_mpeg(p, n, whole))
		return &mpeg;
	if (is_pnm(p, n))
		return &pnm;
	if (is_adts(p, n))
		return &adts;
	if (is_ts(p, n))
		return &ts;
	if (is_tga(p, n))
		return &tga;
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
