#ifndef PICTURE_PNGREAD_H
#define PICTURE_PNGREAD_H

#include <stdbool.h>
#include <stddef.h>

/* PNG (ISO 15948) of every kind as red, green and blue.  Pure. */

/* The sides that its header tells; -1 where it has none. */
int pngread_size(const void *p, size_t n, int *width, int *height);

/* What its chunks say besides: how it lies (eXIf, 1 to 8), and whether
 * anything in it may be transparent. */
int pngread_orientation(const void *p, size_t n);
bool pngread_alpha(const void *p, size_t n);

/* Whether the chunks behind its signature follow one another up to the end,
 * which no decoder asks for. */
bool pngread_whole(const void *p, size_t n);

/* Into width * height * 3 bytes, row by row; what is transparent lies on
 * white.  -1 with why, also where it ends too early. */
int pngread_rgb(const void *p, size_t n, unsigned char *rgb, char *why,
    size_t size);

#endif
