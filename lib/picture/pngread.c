/* PNG by libpng's simplified interface, which returns where others jump. */
#include "picture/pngread.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#include "picture/exif.h"

static unsigned
get32(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 |
	    (unsigned)p[2] << 8 | p[3];
}

int
pngread_size(const void *p, size_t n, int *width, int *height)
{
	static const char start[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	const unsigned char *b = p;

	/* the signature, and IHDR of 13 bytes with its sum */
	if (n < 33 || memcmp(b, start, 16) != 0)
		return -1;
	if (get32(b + 16) - 1 > INT32_MAX - 1 ||
	    get32(b + 20) - 1 > INT32_MAX - 1)
		return -1;
	*width = (int)get32(b + 16);
	*height = (int)get32(b + 20);
	return 0;
}

bool
pngread_whole(const void *p, size_t n)
{
	const unsigned char *b = p, *end = b + n;

	for (b += 8; end - b >= 12; b += 12 + get32(b)) {
		if (get32(b) > (size_t)(end - b) - 12)
			return false;
		if (memcmp(b + 4, "IEND", 4) == 0)
			return b + 12 == end;
	}
	return false;
}

/* The first chunk of a name, whole; NULL where it has none. */
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
pngread_orientation(const void *p, size_t n)
{
	size_t len;
	const unsigned char *exif = find(p, n, "eXIf", &len);

	return exif != NULL ? exif_orientation(exif, len) : 1;
}

bool
pngread_alpha(const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t len;

	/* the colour type, bit 2; else a colour or palette entries */
	return n > 25 && ((b[25] & 4) != 0 || find(b, n, "tRNS", &len) != NULL);
}

int
pngread_rgb(const void *p, size_t n, unsigned char *rgb, char *why,
    size_t size)
{
	static const png_color white = { 255, 255, 255 };
	png_image image = { .version = PNG_IMAGE_VERSION };
	int good;

	good = png_image_begin_read_from_memory(&image, p, n);
	if (good) {
		image.format = PNG_FORMAT_RGB;
		/* deep samples are as those of 8 bits, not linear */
		image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
		good = png_image_finish_read(&image, &white, rgb, 0, NULL);
	}
	if (!good)
		snprintf(why, size, "%s", image.message);
	png_image_free(&image);
	return good ? 0 : -1;
}
