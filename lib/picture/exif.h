#ifndef PICTURE_EXIF_H
#define PICTURE_EXIF_H

#include <stddef.h>

/* EXIF, which is a TIFF file without pixels, in JPEG and PNG alike.  Pure. */

/* How the picture lies, 1 to 8; 1 where it does not say. */
int exif_orientation(const void *tiff, size_t n);

#endif
