#ifndef PICTURE_INTACT_H
#define PICTURE_INTACT_H

#include <stddef.h>

/*
 * Checks from its structure alone whether a picture is complete, so a program
 * can check before sending without a decoder.  Pure.
 */

/* The MIME type, judged by the first bytes: JPEG, PNG, WebP, GIF, HEIC, AVIF,
 * BMP or TIFF; NULL if unrecognised. */
const char *intact_type(const void *p, size_t n);

/* What is wrong with a JPEG, PNG or WebP; NULL if no fault is found; always
 * NULL for the other types. */
const char *intact_fault(const void *p, size_t n);

#endif
