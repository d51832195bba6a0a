/*
 * JPEG by its markers: FF and a code, most with a length.  After SOS come
 * coded bytes, in which FF is followed by 00, by a restart marker, or begins
 * the next marker.
 */
#include "picture/jpegscan.h"

#include <string.h>

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DHT = 0xc4, APP1 = 0xe1,
	APP2 = 0xe2, TEM = 0x01 };
enum { WANT_FF, WANT_CODE, WANT_LEN1, WANT_LEN2, CODED, CODED_FF };

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

/* A marker begins. */
static enum jpegscan_status
code(struct jpegscan *s, int c)
{
	if (c == 0xff)
		return JPEGSCAN_MORE;	/* fill bytes */
	if (c == EOI)
		return JPEGSCAN_END;
	if (c == 0 || (s->at > 2 && c == SOI) || (s->at <= 2 && c != SOI))
		return JPEGSCAN_BAD;
	s->marker = c;
	s->state = bare(c) ? WANT_FF : WANT_LEN1;
	return JPEGSCAN_MORE;
}

/* One byte outside of segments; at counts it already. */
static enum jpegscan_status
step(struct jpegscan *s, int c)
{
	switch (s->state) {
	case WANT_FF:
		s->state = WANT_CODE;
		return c == 0xff ? JPEGSCAN_MORE : JPEGSCAN_BAD;
	case WANT_LEN1:
		s->len = (unsigned)c << 8;
		s->state = WANT_LEN2;
		return JPEGSCAN_MORE;
	case WANT_LEN2:
		s->len |= (unsigned)c;
		if (s->len < 2)
			return JPEGSCAN_BAD;
		s->skip = s->len - 2;
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
		return code(s, c);
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
		if ((st = step(s, b[s->at - 1])) != JPEGSCAN_MORE)
			return st;
	}
	return JPEGSCAN_MORE;
}

static unsigned
get16(const unsigned char *p, bool little)
{
	return little ? (unsigned)(p[1] << 8 | p[0]) :
	    (unsigned)(p[0] << 8 | p[1]);
}

/* Tag 0x112 of the first directory of EXIF's TIFF, 1 where it is none. */
static int
orientation(const unsigned char *p, size_t n)
{
	size_t at, i, count;
	unsigned value;
	bool little;

	if (n < 14 || memcmp(p, "Exif\0", 6) != 0)
		return 1;
	p += 6;
	n -= 6;
	little = p[0] == 'I';
	at = little ? (size_t)get16(p + 6, true) << 16 | get16(p + 4, true) :
	    (size_t)get16(p + 4, false) << 16 | get16(p + 6, false);
	if (n < 2 || at > n - 2)
		return 1;
	count = get16(p + at, little);
	at += 2;
	for (i = 0; i < count && n - at >= 12; i++, at += 12)
		if (get16(p + at, little) == 0x112) {
			value = get16(p + at + 8, little);
			return value >= 1 && value <= 8 ? (int)value : 1;
		}
	return 1;
}

/* A frame header: SOF0 to SOF15 but DHT, JPG and DAC. */
static bool
frame(int c)
{
	return c >= 0xc0 && c <= 0xcf && c != DHT && c != 0xc8 && c != 0xcc;
}

static void
segment(struct jpegscan_info *i, int c, const unsigned char *p, size_t n)
{
	if (c == DHT)
		i->tables = true;
	if (c == APP1 && i->orientation == 1)
		i->orientation = orientation(p, n);
	if (c == APP2 && n >= 4 && memcmp(p, "MPF", 4) == 0)
		i->album = true;
	if (frame(c) && n >= 6 && i->components == 0) {
		i->height = (int)get16(p + 1, false);
		i->width = (int)get16(p + 3, false);
		i->components = p[5];
		i->progressive = c == 0xc2 || c == 0xc6 || c == 0xca ||
		    c == 0xce;
	}
}

int
jpegscan_info(struct jpegscan_info *i, const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t at = 2, len;
	int c;

	memset(i, 0, sizeof(*i));
	i->orientation = 1;
	if (n < 4 || b[0] != 0xff || b[1] != SOI)
		return -1;
	while (n - at >= 4 && b[at] == 0xff) {
		c = b[at + 1];
		if (c == 0xff || bare(c)) {
			at += c == 0xff ? 1 : 2;
			continue;
		}
		len = get16(b + at + 2, false);
		if (c == EOI || len < 2 || len > n - at - 2)
			break;
		segment(i, c, b + at + 4, len - 2);
		if (c == SOS)
			break;
		at += 2 + len;
	}
	return i->width > 0 && i->height > 0 && i->components > 0 ? 0 : -1;
}
