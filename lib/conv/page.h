#ifndef CONV_PAGE_H
#define CONV_PAGE_H

/*
 * A timeline as one page of HTML that needs nothing else and runs nothing: an
 * SVG drawing and the words in order.  Pure.  All text is escaped.
 */
struct buf;
struct timeline;

void page_write(const struct timeline *, struct buf *out);

#endif
