/* A chunk is a length, four letters, that many bytes, and a checksum. */
#include "picture/pngscan.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "picture/exif.h"

static unsigned
get32(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 |
	    (unsigned)p[2] << 8 | p[3];
}

int
pngscan_size(const void *p, size_t n, int *width, int *height)
{
	static const char start[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	const unsigned char *b = p;

	/* the signature, and IHDR of 13 bytes with its checksum */
	if (n < 33 || memcmp(b, start, 16) != 0)
		return -1;
	if (get32(b + 16) - 1 > INT32_MAX - 1 ||
	    get32(b + 20) - 1 > INT32_MAX - 1)
		return -1;
	*width = (int)get32(b + 16);
	*height = (int)get32(b + 20);
	return 0;
}

size_t
pngscan_end(const void *p, size_t n)
{
	const unsigned char *b = p;
	bool data = false;
	size_t at = 8, len;

	for (; n >= 12 && at <= n - 12; at += 12 + len) {
		len = get32(b + at);
		if (len > n - at - 12)
			return 0;
		/* a lower-case first letter means that it may be ignored */
		if ((b[at + 4] & 0x20) == 0 && get32(b + at + 8 + len) !=
		    crc32(0, b + at + 4, (unsigned)len + 4))
			return 0;
		data |= memcmp(b + at + 4, "IDAT", 4) == 0;
		if (memcmp(b + at + 4, "IEND", 4) == 0)
			return data ? at + 12 : 0;
	}
	return 0;
}

/* The first complete chunk of a name; NULL if there is none. */
static const unsigned char *
find(const unsigned char *b, size_t n, const char *name, size_t *len)
{
	size_t at = 8;

	for (; n >= 12 && at <= n - 12; at += 12 + *len) {
		*len = get32(b + at);
		if (*len > n - at - 12)
			return NULL;
		if (memcmp(b + at + 4, name, 4) == 0)
			return b + at + 8;
	}
	return NULL;
}

int
pngscan_orientation(const void *p, size_t n)
{
	size_t len;
	const unsigned char *exif = find(p, n, "eXIf", &len);

	return exif != NULL ? exif_orientation(exif, len) : 1;
}

bool
pngscan_alpha(const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t len;

	/* bit 2 of the colour type; or a transparent colour or palette entry */
	return n > 25 && ((b[25] & 4) != 0 || find(b, n, "tRNS", &len) != NULL);
}
