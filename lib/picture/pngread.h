#ifndef PICTURE_PNGREAD_H
#define PICTURE_PNGREAD_H

#include <stddef.h>

/* PNG (ISO 15948) of every kind as red, green and blue.  Pure. */

/* Into width * height * 3 bytes, row by row; what is transparent lies on
 * white.  -1 with why, also where it ends too early. */
int pngread_rgb(const void *p, size_t n, unsigned char *rgb, char *why,
    size_t size);

#endif
