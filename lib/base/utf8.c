/* UTF-8 by RFC 3629, by table 3-7 of the Unicode standard. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Length of the valid character at p (n bytes there), 0 if there is none. */
static size_t
one(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	switch (p[0]) {
	case 0xe0: lo = 0xa0; break;
	case 0xed: hi = 0x9f; break;
	case 0xf0: lo = 0x90; break;
	case 0xf4: hi = 0x8f; break;
	}
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool
utf8_valid(const void *s, size_t n)
{
	const unsigned char *p = s;
	uint64_t eight;
	size_t i = 0, len;

	while (i < n) {
		/* most of it is ASCII: eight bytes at a time */
		if (n - i >= 8) {
			memcpy(&eight, p + i, 8);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += 8;
				continue;
			}
		}
		len = one(p + i, n - i);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

size_t
utf8_cut(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t back, need;

	for (back = 1; back <= 4 && back <= n; back++) {
		if ((p[n - back] & 0xc0) == 0x80)
			continue;
		need = p[n - back] < 0xc0 ? 1 : p[n - back] < 0xe0 ? 2 :
		    p[n - back] < 0xf0 ? 3 : 4;
		return need > back ? n - back : n;
	}
	return n;
}

/*
 * The state holds how many bytes the character still needs (low byte) and
 * the bounds of the next one (second and third byte).
 */
static unsigned
begin(unsigned char c)
{
	unsigned need = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3, lo = 0x80, hi = 0xbf;

	switch (c) {
	case 0xe0: lo = 0xa0; break;
	case 0xed: hi = 0x9f; break;
	case 0xf0: lo = 0x90; break;
	case 0xf4: hi = 0x8f; break;
	}
	return need | lo << 8 | hi << 16;
}

bool
utf8_feed(unsigned *state, const void *s, size_t n)
{
	const unsigned char *p = s;
	uint64_t eight;
	size_t i = 0;

	while (i < n) {
		if (*state == 0 && n - i >= 8) {
			memcpy(&eight, p + i, 8);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += 8;
				continue;
			}
		}
		if (*state == 0) {
			if (p[i] >= 0x80) {
				if (p[i] < 0xc2 || p[i] > 0xf4)
					return false;
				*state = begin(p[i]);
			}
		} else {
			if (p[i] < (*state >> 8 & 0xff) || p[i] > *state >> 16)
				return false;
			*state = (*state & 0xff) == 1 ? 0 :
			    ((*state & 0xff) - 1) | 0x80 << 8 | 0xbf << 16;
		}
		i++;
	}
	return true;
}

uint32_t
utf8_point(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	static const unsigned char first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = p[0] & first[len];
	size_t i;

	for (i = 1; i < len; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c;
}

size_t
utf8_char(const char *s, size_t n, int *columns)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len = one(p, n);
	uint32_t c;

	*columns = 1;
	if (len < 2)
		return 1;
	c = utf8_point(s, len);
	if ((c >= 0x300 && c <= 0x36f) || c == 0x200c || c == 0x200d ||
	    (c >= 0xfe00 && c <= 0xfe0f))
		*columns = 0;
	else if (c >= 0x1100 && !(c >= 0x1200 && c < 0x2300) &&
	    !(c >= 0x2400 && c < 0x25fd) && c != 0x25ff && c != 0xfffd)
		*columns = 2;
	return len;
}

size_t
utf8_unsafe(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len = one(p, n);
	uint32_t c;

	if (len == 0 || p[0] < ' ' || p[0] == 0x7f)
		return 1;
	if (len == 1)
		return 0;
	c = utf8_point(s, len);
	return c < 0xa0 || c == 0xad || c == 0x61c || c == 0x200b ||
	    c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	    (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) ?
	    len : 0;
}
