#ifndef PICTURE_PNGREAD_H
#define PICTURE_PNGREAD_H

#include <stddef.h>

/* Decodes PNG (ISO 15948) of every kind to red, green and blue.  Pure. */

/* Fills width * height * 3 bytes, row by row; transparent parts show white. 0,
 * or -1 with why, also if the file ends too early. */
int pngread_rgb(const void *p, size_t n, unsigned char *rgb, char *why,
    size_t size);

#endif
