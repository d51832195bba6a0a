#ifndef PICTURE_PNGSCAN_H
#define PICTURE_PNGSCAN_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the chunks of a PNG (ISO 15948) without decoding it.  Pure. */

/* Width and height from its header; 0, or -1 if it has none. */
int pngscan_size(const void *p, size_t n, int *width, int *height);

/* What else its chunks say: its orientation (eXIf, 1 to 8), and whether any of
 * it may be transparent. */
int pngscan_orientation(const void *p, size_t n);
bool pngscan_alpha(const void *p, size_t n);

/* The offset of the end of its last chunk if the checksums of the chunks that
 * a decoder needs are right; 0 if one is wrong or missing. */
size_t pngscan_end(const void *p, size_t n);

#endif
