/*
 * ITU-T T.81, annex F: each block is a difference to the last block's mean and
 * up to 63 coefficients, as runs of zeros and values.  A decoder that lost its
 * place reads on for a while; but soon it meets a code that does not exist, too
 * many coefficients, or a mean no pixels have.
 */
#include "picture/jpegcode.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SOF0 = 0xc0, SOF1 = 0xc1, DHT = 0xc4, EOI = 0xd9, SOS = 0xda,
	DQT = 0xdb, DRI = 0xdd };
enum { PARTS = 4, TABLES = 4, DC_BITS = 11, AC_BITS = 10,
	VALUE_MAX = 1200	/* 1024 of a block, and some for rounding */
};

struct huffman {
	int first[17], last[17];	/* codes of so many bits; none: last
					 * is less */
	int at[17];			/* where their values begin */
	unsigned char value[256];
};

struct plane {
	int id, h, v, quant, mean;
	const struct huffman *dc, *ac;
};

struct code {
	const unsigned char *p;
	size_t n, at;
	unsigned byte;
	int bits;		/* of byte, not read yet */
	bool bad;
	struct huffman huffman[2][TABLES];
	int quant[TABLES][64];
	struct plane part[PARTS];
	int parts, width, height, restart;
};

static int
get16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static int
bit(struct code *c)
{
	if (c->bits == 0) {
		if (c->at + 1 >= c->n || (c->p[c->at] == 0xff &&
		    c->p[c->at + 1] != 0)) {
			c->bad = true;
			return 0;
		}
		c->byte = c->p[c->at];
		c->at += c->byte == 0xff ? 2 : 1;
		c->bits = 8;
	}
	return (int)(c->byte >> --c->bits & 1);
}

/* A value of n bits, of which the smaller half is negative. */
static int
value(struct code *c, int n)
{
	int v = 0, i;

	for (i = 0; i < n; i++)
		v = v << 1 | bit(c);
	return n > 0 && v < 1 << (n - 1) ? v - (1 << n) + 1 : v;
}

static int
symbol(struct code *c, const struct huffman *t)
{
	int v = 0, n;

	for (n = 1; n <= 16 && !c->bad; n++) {
		v = v << 1 | bit(c);
		if (v <= t->last[n] && v >= t->first[n])
			return t->value[(t->at[n] + v - t->first[n]) & 255];
	}
	c->bad = true;
	return 0;
}

static void
block(struct code *c, struct plane *part)
{
	const int *q = c->quant[part->quant];
	int k, run, n = symbol(c, part->dc), v;

	c->bad = c->bad || n > DC_BITS;
	if (c->bad)
		return;
	part->mean += value(c, n);
	c->bad = c->bad || abs(part->mean * q[0]) > VALUE_MAX + q[0];
	for (k = 1; k < 64 && !c->bad; k++) {
		v = symbol(c, part->ac);
		run = v >> 4;
		n = v & 15;
		if (n == 0 && run == 0)
			return;
		k += run;
		if (k > 63 || n > AC_BITS || (n == 0 && run != 15))
			c->bad = true;
		else if (n > 0 && abs(value(c, n) * q[k]) > VALUE_MAX + q[k])
			c->bad = true;
	}
}

/* The rest of a byte is ones. */
static void
fill(struct code *c)
{
	unsigned mask = (1U << c->bits) - 1;

	if (c->bits > 0 && (c->byte & mask) != mask)
		c->bad = true;
	c->bits = 0;
}

static void
restart(struct code *c, int i)
{
	int k;

	fill(c);
	if (c->n - c->at < 2 || c->p[c->at] != 0xff ||
	    c->p[c->at + 1] != 0xd0 + (i & 7))
		c->bad = true;
	c->at += 2;
	for (k = 0; k < c->parts; k++)
		c->part[k].mean = 0;
}

static int
blocks(int size, int part, int most)
{
	return ((size * part + most - 1) / most + 7) / 8;
}

/* A scan of these parts. */
static void
scan(struct code *c, struct plane *const part[], int n)
{
	int hmax = 1, vmax = 1, w, h, i, k, b;
	int64_t left, done = 0;

	for (i = 0; i < c->parts; i++) {
		hmax = c->part[i].h > hmax ? c->part[i].h : hmax;
		vmax = c->part[i].v > vmax ? c->part[i].v : vmax;
		c->part[i].mean = 0;
	}
	w = (c->width + 8 * hmax - 1) / (8 * hmax);
	h = (c->height + 8 * vmax - 1) / (8 * vmax);
	if (n == 1) {
		w = blocks(c->width, part[0]->h, hmax);
		h = blocks(c->height, part[0]->v, vmax);
	}
	c->bits = 0;
	for (left = (int64_t)w * h, i = 0; left > 0 && !c->bad; left--) {
		if (c->restart > 0 && done > 0 && done % c->restart == 0)
			restart(c, i++);
		for (k = 0; k < n; k++)
			for (b = n == 1 ? 1 : part[k]->h * part[k]->v; b > 0 &&
			    !c->bad; b--)
				block(c, part[k]);
		done++;
	}
	fill(c);
}

/* Begins a scan by its header: false if it is not as it should be. */
static bool
begin(struct code *c, const unsigned char *p, int len, int *n)
{
	struct plane *part[PARTS];
	int i, k;

	*n = len > 0 ? p[0] : 0;
	if (*n < 1 || *n > c->parts || len < 4 + 2 * *n)
		return false;
	for (i = 0; i < *n; i++) {
		for (k = 0; k < c->parts && c->part[k].id != p[1 + 2 * i]; k++)
			;
		if (k == c->parts || (p[2 + 2 * i] & 0xcc) != 0)
			return false;
		part[i] = &c->part[k];
		part[i]->dc = &c->huffman[0][p[2 + 2 * i] >> 4];
		part[i]->ac = &c->huffman[1][p[2 + 2 * i] & 3];
	}
	scan(c, part, *n);
	return !c->bad;
}

static bool
tables(struct code *c, const unsigned char *p, int n)
{
	struct huffman *t;
	int i, k, v;

	for (; n >= 17; n -= k, p += k) {
		if ((p[0] & 0xec) != 0)
			return false;
		t = &c->huffman[p[0] >> 4][p[0] & 3];
		for (i = 1, k = 0, v = 0; i <= 16; i++, v <<= 1) {
			t->at[i] = k;
			t->first[i] = v;
			v += p[i];
			t->last[i] = v - 1;
			k += p[i];
		}
		if (k > 256 || n < 17 + k)
			return false;
		memcpy(t->value, p + 17, (size_t)k);
		k += 17;
	}
	return n == 0;
}

static bool
quants(struct code *c, const unsigned char *p, int n)
{
	int i, wide;

	for (; n >= 65; n -= 1 + 64 * wide, p += 1 + 64 * wide) {
		wide = p[0] >> 4 == 1 ? 2 : 1;
		if ((p[0] & 0xec) != 0 || n < 1 + 64 * wide)
			return false;
		for (i = 0; i < 64; i++)
			c->quant[p[0] & 3][i] = wide == 2 ?
			    get16(p + 1 + 2 * i) : p[1 + i];
	}
	return n == 0;
}

static bool
frame(struct code *c, const unsigned char *p, int n)
{
	int i;

	if (n < 6 || p[0] != 8 || p[5] < 1 || p[5] > PARTS ||
	    n < 6 + 3 * p[5] || c->parts > 0)
		return false;
	c->height = get16(p + 1);
	c->width = get16(p + 3);
	c->parts = p[5];
	for (i = 0, p += 6; i < c->parts; i++, p += 3) {
		c->part[i].id = p[0];
		c->part[i].h = p[1] >> 4;
		c->part[i].v = p[1] & 15;
		c->part[i].quant = p[2] & 3;
		if (c->part[i].h < 1 || c->part[i].h > 4 ||
		    c->part[i].v < 1 || c->part[i].v > 4)
			return false;
	}
	return true;
}

/* A marker with its segment; *n parts are in a scan. */
static bool
segment(struct code *c, int marker, const unsigned char *p, int len, int *n)
{
	switch (marker) {
	case SOF0:
	case SOF1:
		return frame(c, p, len);
	case DHT:
		return tables(c, p, len);
	case DQT:
		return quants(c, p, len);
	case DRI:
		c->restart = len == 2 ? get16(p) : 0;
		return len == 2;
	case SOS:
		c->at += (size_t)len;
		return begin(c, p, len, n);
	default:
		return marker >= 0xe0;
	}
}

static size_t
walk(struct code *c)
{
	int marker, len, n, seen = 0;

	for (c->at = 2; c->n - c->at >= 4;) {
		if (c->p[c->at] != 0xff)
			return 0;
		marker = c->p[c->at + 1];
		if (marker == 0xff) {
			c->at++;
			continue;
		}
		len = get16(c->p + c->at + 2) - 2;
		if (len < 0 || (size_t)len > c->n - c->at - 4)
			return 0;
		c->at += 4;
		n = 0;
		if (!segment(c, marker, c->p + c->at, len, &n))
			return 0;
		if (marker != SOS)
			c->at += (size_t)len;
		seen += n;
		if (c->parts > 0 && seen >= c->parts)
			return c->at;
	}
	return 0;
}

size_t
jpegcode_end(const void *p, size_t n)
{
	struct code c = { .p = p, .n = n };

	return n >= 4 ? walk(&c) : 0;
}
