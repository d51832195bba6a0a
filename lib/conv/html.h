#ifndef CONV_HTML_H
#define CONV_HTML_H

#include <stddef.h>
#include <stdint.h>

/* Text for HTML and SVG.  Pure. */
struct buf;

/* For text and attributes: neutralizes markup characters, control characters
 * and bytes that are not UTF-8. */
void html_text(struct buf *, const char *s, size_t n);
void html_str(struct buf *, const char *s);

/* A moment as people write it: 1:02, 1:00:02; and to a tenth of a second. */
void html_moment(struct buf *, int64_t ms);
void html_exact(struct buf *, int64_t ms);
/* A duration: 4.2 s, 3 min 5 s, 1 h 2 min. */
void html_length(struct buf *, int64_t ms);

/* "1,234,567". */
void html_count(struct buf *, int64_t);

/* Bytes as a data: URL. */
void html_data(struct buf *, const char *mime, const void *p, size_t n);

/* The address by which a page finds a file: beside it, or by the path as
 * given; the caller frees it. */
char *html_address(const char *page, const char *file);

#endif
