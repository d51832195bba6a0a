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
	JPEGSCAN_END,		/* the bytes up to `at` are one JPEG */
	JPEGSCAN_BAD		/* no JPEG from `at` on */
};

struct jpegscan {
	size_t at;		/* bytes looked at */
	size_t skip;		/* bytes of a marker's segment yet to come */
	int state, marker;
	unsigned len;
	bool in_scan;		/* entropy-coded bytes, no markers but RST */
};

void jpegscan_init(struct jpegscan *);

/* p is the JPEG from its beginning, n what is there by now. */
enum jpegscan_status jpegscan_more(struct jpegscan *, const void *p, size_t n);

struct jpegscan_info {
	int width, height, components;
	bool progressive;
	bool tables;		/* it brings its own Huffman tables */
	bool album;		/* thumbnails or a depth map follow it (MPF) */
	int orientation;	/* of EXIF, 1 to 8; 1 where it tells none */
};

/* What a whole JPEG says of itself; -1 where it has no frame header. */
int jpegscan_info(struct jpegscan_info *, const void *p, size_t n);

#endif
