/*
 * JPEG by its markers: FF and a code, most with a length.  After SOS come
 * coded bytes, in which FF is followed by 00, by a restart marker, or begins
 * the next marker.  Webcams drop bytes: what libjpeg skips, we skip too.
 */
#include "picture/jpegscan.h"

#include <stdint.h>
#include <string.h>

#include "picture/exif.h"

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DHT = 0xc4, DQT = 0xdb, DNL = 0xdc,
	DRI = 0xdd, APP1 = 0xe1, APP2 = 0xe2, APP14 = 0xee, SOF55 = 0xf7,
	TEM = 0x01,
	FIRST = 0xc0 /* valid code */
};
enum { WANT_FF, WANT_CODE, WANT_LEN1, WANT_LEN2, CODED, CODED_FF, CODED_SOI };

void
jpegscan_init(struct jpegscan *s)
{
	memset(s, 0, sizeof(*s));
}

static bool
bare(int code)
{
	return code == TEM || code == SOI || (code >= 0xd0 && code <= 0xd7);
}

/* Whether it is a frame header: SOF0 to SOF15 without DHT, JPG and DAC. */
static bool
frame(int c)
{
	return c >= 0xc0 && c <= 0xcf && c != DHT && c != 0xc8 && c != 0xcc;
}

/*
 * Whether the marker may follow coded bytes: what else looks like one there is
 * junk that a camera left, or a wrong bit.  A scan of all components is the
 * only one, unless the JPEG is progressive.
 */
static bool
goes_on(const struct jpegscan *s, const unsigned char *b, int c)
{
	if (c == EOI || c == SOI || c == DNL)
		return true;
	return (s->progressive || s->frame == 0 ||
	    b[s->frame + 5] != b[s->segment]) &&
	    (c == DHT || c == SOS || c == DQT || c == DRI);
}

/* Between scans: whether the segment is of a size that its kind has. */
static bool
likely(const struct jpegscan *s)
{
	return s->marker == DHT ? s->len <= 2 + 8 * (17 + 256) :
	    s->marker == SOS ? s->len >= 8 && s->len <= 14 :
	    s->marker == DQT ? s->len <= 2 + 4 * 129 : s->len == 4;
}

static void
no_marker(struct jpegscan *s, size_t at)
{
	if (s->odd == 0)
		s->odd = at;
	s->state = CODED;
}

/* Handles a marker's code. */
static enum jpegscan_status
code(struct jpegscan *s, int c)
{
	if (c == 0xff)
		return JPEGSCAN_MORE;	/* fill bytes */
	if (c == EOI)
		return JPEGSCAN_END;
	if (c == SOI && s->scans) {
		s->state = CODED_SOI;
		return JPEGSCAN_MORE;
	}
	if (c == 0 && s->at > 2) {
		s->state = WANT_FF;
		return ++s->junk > JPEGSCAN_JUNK ? JPEGSCAN_BAD :
		    JPEGSCAN_MORE;
	}
	if ((s->at > 2) == (c == SOI) || (c < FIRST && c != TEM))
		return JPEGSCAN_BAD;
	s->marker = c;
	s->state = bare(c) ? WANT_FF : WANT_LEN1;
	return JPEGSCAN_MORE;
}

/* Handles one byte outside segments; `at` already counts it. */
static enum jpegscan_status
step(struct jpegscan *s, const unsigned char *b, int c)
{
	switch (s->state) {
	case WANT_FF:
		if (c == 0xff)
			s->state = WANT_CODE;
		else if (s->at < 3 || ++s->junk > JPEGSCAN_JUNK)
			return JPEGSCAN_BAD;
		return JPEGSCAN_MORE;
	case WANT_LEN1:
		s->len = (unsigned)c << 8;
		s->state = WANT_LEN2;
		return JPEGSCAN_MORE;
	case WANT_LEN2:
		s->len |= (unsigned)c;
		if (s->scans > 0 && !likely(s)) {
			no_marker(s, s->at - 4);
			return JPEGSCAN_MORE;
		}
		if (s->len < 2)
			return JPEGSCAN_BAD;
		if (frame(s->marker) && s->scans == 0) {
			s->frame = s->at;
			s->progressive = (s->marker & 3) == 2;
		}
		s->odd = s->marker == SOS ? 0 : s->odd;
		s->segment = s->at;
		s->skip = s->len - 2;
		s->scans += s->marker == SOS;
		s->state = s->marker == SOS ? CODED : WANT_FF;
		return JPEGSCAN_MORE;
	case CODED:
		if (c == 0xff)
			s->state = CODED_FF;
		return JPEGSCAN_MORE;
	case CODED_FF:
		if (c == 0xff)
			return JPEGSCAN_MORE;
		if (c == 0 || (c >= 0xd0 && c <= 0xd7)) {
			s->state = CODED;
			return JPEGSCAN_MORE;
		}
		if (goes_on(s, b, c))
			return code(s, c);
		no_marker(s, s->at - 2);
		return JPEGSCAN_MORE;
	case CODED_SOI:
		/* the next JPEG, if a marker follows */
		if (c == 0xff) {
			s->open = true;
			s->at -= 3;
			return JPEGSCAN_END;
		}
		no_marker(s, s->at - 3);
		return JPEGSCAN_MORE;
	default:
		return code(s, c);
	}
}

enum jpegscan_status
jpegscan_more(struct jpegscan *s, const void *p, size_t n)
{
	const unsigned char *b = p, *ff;
	enum jpegscan_status st;
	size_t k;

	while (s->at < n) {
		if (s->skip > 0) {
			k = s->skip < n - s->at ? s->skip : n - s->at;
			s->skip -= k;
			s->at += k;
			continue;
		}
		if (s->state == CODED) {
			ff = memchr(b + s->at, 0xff, n - s->at);
			s->at = ff != NULL ? (size_t)(ff - b) : n;
			if (ff == NULL)
				break;
		}
		s->at++;
		if ((st = step(s, b, b[s->at - 1])) != JPEGSCAN_MORE)
			return st;
	}
	return JPEGSCAN_MORE;
}

static unsigned
get16(const unsigned char *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

size_t
jpegscan_junk(const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t i;

	for (i = 0; i + 2 < n; i++)
		if (b[i] == 0xff && b[i + 1] == SOI && b[i + 2] == 0xff &&
		    (i + 3 == n || b[i + 3] != SOI))
			return i;
	return 0;
}

static bool
holds(const unsigned char *p, size_t n, const char *word)
{
	size_t k = strlen(word);

	for (; n >= k; p++, n--)
		if (*p == (unsigned char)*word && memcmp(p, word, k) == 0)
			return true;
	return false;
}

/* Recognises the XMP of photos with a depth map, and of motion photos. */
static bool
says_album(const unsigned char *p, size_t n)
{
	return n > 29 && memcmp(p, "http://ns.adobe.com/xap/1.0/", 29) == 0 &&
	    (holds(p, n, "Container:Directory") || holds(p, n, "GDepth:") ||
	    holds(p, n, "hdrgm:Version") || holds(p, n, "MotionPhoto") ||
	    holds(p, n, "MicroVideo"));
}

static void
segment(struct jpegscan_info *i, int c, const unsigned char *p, size_t n)
{
	if (c == DHT)
		i->tables = true;
	if (c == APP1 && !i->exif && n >= 6 && memcmp(p, "Exif\0", 6) == 0) {
		i->exif = true;
		i->orientation = exif_orientation(p + 6, n - 6);
	}
	if (c == APP1 && says_album(p, n))
		i->album = true;
	if (c == APP2 && n >= 4 && memcmp(p, "MPF", 4) == 0)
		i->album = true;
	if (c == APP14 && n >= 5 && memcmp(p, "Adobe", 5) == 0)
		i->adobe = true;
	if (c == SOF55 || (frame(c) && (c & 3) == 3))
		i->refused = "lossless, which is not read; ffmpeg makes a "
		    "usual one of it";
	else if (frame(c) && n >= 6 && p[0] != 8)
		i->refused = "of more than 8 bits, which is not read; ffmpeg "
		    "makes a usual one of it";
	if (frame(c) && n >= 6 && i->components == 0) {
		i->height = (int)get16(p + 1);
		i->width = (int)get16(p + 3);
		i->components = p[5];
		i->progressive = c == 0xc2 || c == 0xc6 || c == 0xca ||
		    c == 0xce;
	}
}

int
jpegscan_info(struct jpegscan_info *i, const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t at = 2, junk = 0, len;
	int c;

	memset(i, 0, sizeof(*i));
	i->orientation = 1;
	if (n < 4 || b[0] != 0xff || b[1] != SOI)
		return -1;
	while (n - at >= 4 && junk <= JPEGSCAN_JUNK) {
		c = b[at + 1];
		if (b[at] != 0xff || c == 0xff || c == 0 || bare(c)) {
			junk += b[at] != 0xff || c == 0;
			at += b[at] != 0xff || c == 0xff ? 1 : 2;
			continue;
		}
		len = get16(b + at + 2);
		if (c == EOI || len < 2 || len > n - at - 2)
			break;
		segment(i, c, b + at + 4, len - 2);
		if (c == SOS)
			break;
		at += 2 + len;
	}
	return i->width > 0 && i->height > 0 && i->components > 0 ? 0 : -1;
}

/* Notes from a scan header, for each of its components, the coefficients whose
 * last bit the scan contains. */
static void
note_scan(uint64_t done[256], const unsigned char *p, size_t n)
{
	size_t count = n > 0 ? p[0] : 0, i;
	const unsigned char *end = p + 1 + 2 * count;
	int k;

	if (n < 4 + 2 * count || (end[2] & 15) != 0)
		return;
	for (i = 0; i < count; i++)
		for (k = end[0]; k <= end[1] && k < 64; k++)
			done[p[1 + 2 * i]] |= UINT64_C(1) << k;
}

bool
jpegscan_detailed(const void *bytes, size_t n)
{
	const unsigned char *b = bytes, *ff, *sof = NULL;
	uint64_t done[256] = { 0 };
	size_t at = 2, len, i;

	while (n - at >= 4 && (ff = memchr(b + at, 0xff, n - at - 3)) != NULL) {
		at = (size_t)(ff - b);
		len = get16(ff + 2);
		if (ff[1] < FIRST || bare(ff[1]) || ff[1] == 0xff) {
			at += 1 + (ff[1] != 0xff);
			continue;
		}
		if (ff[1] == EOI || len > n - at - 2)
			break;
		if (frame(ff[1]) && len >= 8 + 3 * (size_t)ff[9])
			sof = ff + 9;
		if (ff[1] == SOS && len >= 2)
			note_scan(done, ff + 4, len - 2);
		at += 2 + len;
	}
	for (i = 0; sof != NULL && i < *sof; i++)
		if (done[sof[1 + 3 * i]] != UINT64_MAX)
			return false;
	return sof != NULL;
}
