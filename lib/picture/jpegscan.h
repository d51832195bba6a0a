#ifndef PICTURE_JPEGSCAN_H
#define PICTURE_JPEGSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where a JPEG ends, byte by byte as it comes, and what its markers say.
 * Pure; embedded by its owner.
 */
enum jpegscan_status {
	JPEGSCAN_MORE,
	JPEGSCAN_END,		/* the bytes up to `at` are one JPEG, whole or
				 * not: see `open` */
	JPEGSCAN_BAD		/* no JPEG from `at` on */
};

struct jpegscan {
	size_t at;		/* bytes looked at */
	size_t skip;		/* bytes of a marker's segment yet to come */
	size_t junk;		/* bytes between segments, so far */
	int state, marker;
	unsigned len;
	int scans;		/* that have begun */
	bool open;		/* the next one begins before it had an EOI */
};

enum { JPEGSCAN_JUNK = 4096 };	/* between segments, which libjpeg skips too */

void jpegscan_init(struct jpegscan *);

/* p is the JPEG from its beginning, n what is there by now. */
enum jpegscan_status jpegscan_more(struct jpegscan *, const void *p, size_t n);

struct jpegscan_info {
	int width, height, components;
	bool progressive;
	bool tables;		/* it brings its own Huffman tables */
	bool album;		/* a preview, a depth map, a film follow it:
				 * it says so (MPF, XMP) */
	bool exif;
	int orientation;	/* of EXIF, 1 to 8; 1 where it tells none */
};

/* How many bytes at the beginning are junk: what stands before a SOI, and SOIs
 * that another one follows at once. */
size_t jpegscan_junk(const void *p, size_t n);

/* Of a progressive JPEG: whether it has scans for all bits of all
 * coefficients. */
bool jpegscan_detailed(const void *p, size_t n);

/* What a whole JPEG says of itself; -1 where it has no frame header. */
int jpegscan_info(struct jpegscan_info *, const void *p, size_t n);

#endif
