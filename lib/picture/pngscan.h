#ifndef PICTURE_PNGSCAN_H
#define PICTURE_PNGSCAN_H

#include <stdbool.h>
#include <stddef.h>

/* PNG (ISO 15948) by its chunks; nothing is decoded.  Pure. */

/* The sides that its header tells; -1 where it has none. */
int pngscan_size(const void *p, size_t n, int *width, int *height);

/* What its chunks say besides: how it lies (eXIf, 1 to 8), and whether
 * anything in it may be transparent. */
int pngscan_orientation(const void *p, size_t n);
bool pngscan_alpha(const void *p, size_t n);

/* Where its last chunk ends, the sums of those that a decoder needs being
 * right; 0 where one is wrong or missing. */
size_t pngscan_end(const void *p, size_t n);

#endif
