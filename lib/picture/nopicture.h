#ifndef PICTURE_NOPICTURE_H
#define PICTURE_NOPICTURE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What an input is instead, in which there is no picture that we read.  Pure.
 */
enum { NOPICTURE_LOOK = 400 };	/* first bytes that tell */

/* Whether it is sound, or a stream: there is no use in reading on. */
bool nopicture_sound(const unsigned char *p, size_t n);
bool nopicture_stream(const unsigned char *p, size_t n);

/* A sentence with what it is and what makes pictures of it.  where: "it", or
 * the part that was searched. */
void nopicture_why(const unsigned char *p, size_t n, const char *where,
    char *why, size_t size);

#endif
