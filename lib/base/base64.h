#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>
#include <sys/types.h>

struct buf;

/* Bytes of text for n bytes of data, padded, without a terminator. */
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Encodes n bytes (RFC 4648 section 4, padded); dst has BASE64_LEN(n) bytes.
 * Returns the length.  No terminator. */
size_t base64_encode(char *dst, const void *src, size_t n);
/* Appends the same. */
void base64_add(struct buf *, const void *src, size_t n);

/*
 * Decodes base64 of the standard or the URL alphabet (RFC 4648 sections 4 and
 * 5), padded or not; dst has n / 4 * 3 + 3 bytes.  Returns the length, or -1
 * on a byte in neither alphabet (white space included), bad padding or an
 * impossible length.
 */
ssize_t base64_decode(void *dst, const char *src, size_t n);

/* Likewise in the URL alphabet, unpadded (RFC 4648 section 5). */
size_t base64_url_encode(char *dst, const void *src, size_t n);

#endif
