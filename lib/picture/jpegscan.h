#ifndef PICTURE_JPEGSCAN_H
#define PICTURE_JPEGSCAN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Finds the end of a JPEG as its bytes arrive, and reads its markers. Pure;
 * embedded by its owner.
 */
enum jpegscan_status {
	JPEGSCAN_MORE,
	JPEGSCAN_END,		/* the bytes up to `at` are one JPEG, complete
				 * or not: see `open` */
	JPEGSCAN_BAD		/* not a JPEG from `at` on */
};

struct jpegscan {
	size_t at;		/* bytes examined */
	size_t skip;		/* bytes of a marker's segment yet to come */
	size_t junk;		/* bytes between segments, so far */
	int state, marker;
	unsigned len;
	int scans;		/* scans begun */
	bool open;		/* the next JPEG begins before an EOI */
	size_t frame, segment;	/* where these begin, behind their length */
	bool progressive;
	size_t odd;		/* among the last scan's coded bytes, the first
				 * marker that cannot be one; 0: none */
};

enum { JPEGSCAN_JUNK = 4096 };	/* between segments, which libjpeg skips too */

void jpegscan_init(struct jpegscan *);

/* p is the start of the JPEG, n the number of bytes available so far. */
enum jpegscan_status jpegscan_more(struct jpegscan *, const void *p, size_t n);

struct jpegscan_info {
	int width, height, components;
	bool progressive;
	bool tables;		/* it brings its own Huffman tables */
	bool album;		/* a preview, a depth map, a film follow it:
				 * it says so (MPF, XMP) */
	bool adobe;		/* it has Adobe's marker */
	const char *refused;	/* why no decoder of ours reads it, or NULL */
	bool exif;
	int orientation;	/* of EXIF, 1 to 8; 1 if not given */
};

/* The number of leading junk bytes: whatever precedes an SOI, and SOIs
 * directly followed by another. */
size_t jpegscan_junk(const void *p, size_t n);

/* Whether a progressive JPEG has scans for all bits of all coefficients. */
bool jpegscan_detailed(const void *p, size_t n);

/* Describes a complete JPEG; 0, or -1 if it has no frame header. */
int jpegscan_info(struct jpegscan_info *, const void *p, size_t n);

#endif
