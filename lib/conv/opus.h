#ifndef CONV_OPUS_H
#define CONV_OPUS_H

#include <stddef.h>

/* Speech as Opus in Ogg (RFC 7845): s16le in, 24 kbit/s.  The only user of
 * libopusenc.  Memory in, memory out. */
struct buf;
struct opus;

/* Bytes are appended to out, which must outlive it; NULL if the library
 * fails. */
struct opus *opus_new(int rate, int channels, struct buf *out);
/* Adds whole frames; 0 or -1. */
int opus_add(struct opus *, const void *p, size_t n);
/* Writes the rest; 0 or -1. */
int opus_end(struct opus *);
void opus_free(struct opus *);

#endif
