/*
 * Base64 (RFC 4648).  Audio goes through here both ways: three bytes (four
 * characters) per step, and a single check per step when decoding.
 */
#include "base/base64.h"

#include <stdint.h>

#include "base/buf.h"

static const char standard[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Value of a character of either alphabet; 0xff if it is in neither. */
#define XX 0xff
static const unsigned char value[256] = {
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, 62, XX, 62, XX, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX,
	XX,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, 63,
	XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
};
#undef XX

static size_t
encode(char *dst, const unsigned char *p, size_t n, const char *alphabet,
    int pad)
{
	char *d = dst;
	uint32_t v;

	for (; n >= 3; n -= 3, p += 3, d += 4) {
		v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		d[0] = alphabet[v >> 18];
		d[1] = alphabet[v >> 12 & 63];
		d[2] = alphabet[v >> 6 & 63];
		d[3] = alphabet[v & 63];
	}
	if (n == 0)
		return (size_t)(d - dst);
	v = (uint32_t)p[0] << 16 | (n == 2 ? (uint32_t)p[1] << 8 : 0);
	*d++ = alphabet[v >> 18];
	*d++ = alphabet[v >> 12 & 63];
	if (n == 2)
		*d++ = alphabet[v >> 6 & 63];
	else if (pad)
		*d++ = '=';
	if (pad)
		*d++ = '=';
	return (size_t)(d - dst);
}

size_t
base64_encode(char *dst, const void *src, size_t n)
{
	return encode(dst, src, n, standard, 1);
}

void
base64_add(struct buf *b, const void *src, size_t n)
{
	char *room = n > b->max ? NULL : buf_room(b, BASE64_LEN(n));

	if (room != NULL)
		buf_added(b, base64_encode(room, src, n));
	else
		b->failed = true;
}

size_t
base64_url_encode(char *dst, const void *src, size_t n)
{
	return encode(dst, src, n, url, 0);
}

/* The last two or three characters, whose unused bits must be zero. */
static ssize_t
tail(unsigned char *d, const unsigned char *s, size_t n)
{
	unsigned a, b, c;

	if (n == 0)
		return 0;
	a = value[s[0]];
	b = n > 1 ? value[s[1]] : 0xff;
	c = n > 2 ? value[s[2]] : 0;
	if ((a | b | c) > 63)
		return -1;
	d[0] = (unsigned char)(a << 2 | b >> 4);
	if (n == 2)
		return (b & 15) == 0 ? 1 : -1;
	d[1] = (unsigned char)(b << 4 | c >> 2);
	return (c & 3) == 0 ? 2 : -1;
}

ssize_t
base64_decode(void *dst, const char *src, size_t n)
{
	const unsigned char *s = (const unsigned char *)src;
	unsigned char *d = dst;
	unsigned a, b, c, e;
	ssize_t rest;

	if (n > 0 && n % 4 == 0 && s[n - 1] == '=')
		n -= s[n - 2] == '=' ? 2 : 1;
	for (; n >= 4; n -= 4, s += 4, d += 3) {
		a = value[s[0]];
		b = value[s[1]];
		c = value[s[2]];
		e = value[s[3]];
		if ((a | b | c | e) > 63)
			return -1;
		d[0] = (unsigned char)(a << 2 | b >> 4);
		d[1] = (unsigned char)(b << 4 | c >> 2);
		d[2] = (unsigned char)(c << 6 | e);
	}
	rest = tail(d, s, n);
	return rest == -1 ? -1 : d - (unsigned char *)dst + rest;
}
