#ifndef PICTURE_JPEGCODE_H
#define PICTURE_JPEGCODE_H

#include <stddef.h>

/*
 * Reads the Huffman codes of a sequential JPEG, without making pixels of them,
 * to learn where the picture ends.  libjpeg only says how many bytes it did not
 * need: a camera may have put them there, or a wrong bit may have made it lose
 * its place in them.  Pure.
 */

/*
 * Where the coded bytes end if each block has sound codes, values that pixels
 * can have, and the last byte is filled up as it should be; 0 if not, or if it
 * is progressive or arithmetic.  p begins with the SOI.
 */
size_t jpegcode_end(const void *p, size_t n);

#endif
