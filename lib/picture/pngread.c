/* PNG by libpng's simplified interface, which returns errors instead of jumping
 * out. */
#include "picture/pngread.h"

#include <stdio.h>

#include <png.h>

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
		/* 16-bit samples are sRGB like those of 8 bits, not linear */
		image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
		good = png_image_finish_read(&image, &white, rgb, 0, NULL);
	}
	if (!good)
		snprintf(why, size, "%s", image.message);
	png_image_free(&image);
	return good ? 0 : -1;
}
