/* Reads one tag of EXIF's first directory. */
#include "picture/exif.h"

#include <stdbool.h>

enum { ORIENTATION = 0x112, LONG = 4, HEAD = 8, ENTRY = 12 };

static unsigned
get16(const unsigned char *p, bool little)
{
	return little ? (unsigned)(p[1] << 8 | p[0]) :
	    (unsigned)(p[0] << 8 | p[1]);
}

static size_t
get32(const unsigned char *p, bool little)
{
	return little ? (size_t)get16(p + 2, true) << 16 | get16(p, true) :
	    (size_t)get16(p, false) << 16 | get16(p + 2, false);
}

int
exif_orientation(const void *tiff, size_t n)
{
	const unsigned char *p = tiff;
	size_t at, i, count;
	unsigned value;
	bool little;

	if (n < HEAD)
		return 1;
	little = p[0] == 'I';
	at = get32(p + 4, little);
	if (at > n - 2)
		return 1;
	count = get16(p + at, little);
	at += 2;
	for (i = 0; i < count && n - at >= ENTRY; i++, at += ENTRY)
		if (get16(p + at, little) == ORIENTATION) {
			/* a short; some programs write a long */
			value = get16(p + at + 2, little) == LONG ?
			    (unsigned)get32(p + at + 8, little) :
			    get16(p + at + 8, little);
			return value >= 1 && value <= 8 ? (int)value : 1;
		}
	return 1;
}
