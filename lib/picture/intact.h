#ifndef PICTURE_INTACT_H
#define PICTURE_INTACT_H

#include <stddef.h>

/*
 * Whether a picture is whole, by its structure alone: nothing is decoded, so
 * that a program needs no decoder to look before it sends.  Pure.
 */

/* The type by the first bytes, as a MIME type of JPEG, PNG, WebP, GIF, HEIC,
 * AVIF, BMP or TIFF; NULL where it is none that we know. */
const char *intact_type(const void *p, size_t n);

/* What is wrong with a JPEG, PNG or WebP; NULL where nothing is seen, as of
 * the others always. */
const char *intact_fault(const void *p, size_t n);

#endif
