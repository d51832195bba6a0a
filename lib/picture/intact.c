/* Checks pictures before they are sent: finds what no decoder could read. */
#include "picture/intact.h"

#include <stdint.h>
#include <string.h>

#include "picture/jpegscan.h"
#include "picture/pngscan.h"

/* The only table of the signatures of pictures. */
static const struct {
	size_t at, len;
	const char *magic, *type;
} kinds[] = {
	{ 0, 3, "\xff\xd8\xff", "image/jpeg" },
	{ 0, 4, "\x89PNG", "image/png" },
	{ 8, 4, "WEBP", "image/webp" },
	{ 0, 4, "GIF8", "image/gif" },
	{ 4, 8, "ftypavif", "image/avif" },
	{ 4, 7, "ftyphei", "image/heic" },
	{ 4, 8, "ftypmif1", "image/heic" },
	{ 0, 4, "II*\0", "image/tiff" },
	{ 0, 4, "MM\0*", "image/tiff" },
	{ 0, 2, "BM", "image/bmp" }
};

const char *
intact_type(const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (n >= kinds[i].at + kinds[i].len && memcmp(b + kinds[i].at,
		    kinds[i].magic, kinds[i].len) == 0)
			return kinds[i].type;
	return NULL;
}

static const char *
jpeg(const unsigned char *p, size_t n)
{
	struct jpegscan_info info;
	struct jpegscan scan;

	jpegscan_init(&scan);
	switch (jpegscan_more(&scan, p, n)) {
	case JPEGSCAN_BAD:
		return "a JPEG whose markers are damaged";
	case JPEGSCAN_MORE:
		return "a JPEG that is cut short";
	case JPEGSCAN_END:
		break;
	}
	if (jpegscan_info(&info, p, scan.at) == -1)
		return "a JPEG without width and height";
	if (!scan.scans)
		return "a JPEG without a picture in it";
	if (info.refused != NULL)
		return "a JPEG that is lossless or has more than 8 bits";
	return scan.open ? "a JPEG without an end" : NULL;
}

static const char *
png(const unsigned char *p, size_t n)
{
	int width, height;

	if (pngscan_size(p, n, &width, &height) == -1)
		return "a PNG without width and height";
	return pngscan_end(p, n) == 0 ? "a PNG that is cut short or damaged" :
	    NULL;
}

const char *
intact_fault(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	const char *type = intact_type(p, n);

	if (type == NULL)
		return NULL;
	if (strcmp(type, "image/jpeg") == 0)
		return jpeg(p, n);
	if (strcmp(type, "image/png") == 0)
		return png(p, n);
	/* its last byte is a semicolon; some writers add a zero */
	if (strcmp(type, "image/gif") == 0 && (n < 14 ||
	    memchr(p + n - 4, ';', 4) == NULL))
		return "a GIF that is cut short";
	if (strcmp(type, "image/webp") == 0 && (p[4] | (uint32_t)p[5] << 8 |
	    (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24) > n - 8)
		return "a WebP that is cut short";
	return NULL;
}
