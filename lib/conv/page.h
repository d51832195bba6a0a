#ifndef CONV_PAGE_H
#define CONV_PAGE_H

#include <stddef.h>

/*
 * A call as one HTML page: its head, the chart, the conversation in two
 * columns.  It loads nothing, and a policy in its head allows the browser one
 * style and one script, by their hashes.  Pure.  All text is escaped.
 */
struct buf;
struct json;
struct summary;
struct timeline;

struct page {
	const struct timeline *timeline;	/* both finished */
	const struct summary *summary;
	const char *name;	/* of the call */
	const struct json *prices;	/* or NULL */
	const void *sound;	/* Opus in Ogg, to be embedded; or NULL */
	size_t sound_len;
	const char *sound_file;	/* or the address of its file; or NULL */
};

void page_write(const struct page *, struct buf *out);

/* The style and the script, in pieces, NULL-terminated. */
extern const char *const page_style[];
extern const char *const page_script[];

#endif
