#ifndef PICTURE_EXIF_H
#define PICTURE_EXIF_H

#include <stddef.h>

/* EXIF, which is a TIFF file without pixels, in JPEG and PNG alike.  Pure. */

/* The picture's orientation, 1 to 8; 1 if it is not given. */
int exif_orientation(const void *tiff, size_t n);

#endif
