#ifndef CONV_HTML_H
#define CONV_HTML_H

#include <stddef.h>
#include <stdint.h>

/* Text for HTML and SVG.  Pure. */
struct buf;

/* For text and for attributes: what has a meaning there, control characters
 * and bytes that are not UTF-8 become harmless. */
void html_text(struct buf *, const char *s, size_t n);
void html_str(struct buf *, const char *s);

/* A moment as people write it: 1:02, 1:00:02; and exact to a tenth of a
 * second. */
void html_moment(struct buf *, int64_t ms);
void html_exact(struct buf *, int64_t ms);
/* A length: 4.2 s, 3 min 5 s, 1 h 2 min. */
void html_length(struct buf *, int64_t ms);

/* "1,234,567". */
void html_count(struct buf *, int64_t);

/* Bytes as a data: address. */
void html_data(struct buf *, const char *mime, const void *p, size_t n);

/* Where a page finds a file: beside it, or by the path as it was given, for its
 * caller to free. */
char *html_address(const char *page, const char *file);

#endif
