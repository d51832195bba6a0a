#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that grow up to a ceiling set at creation.  An addition beyond it adds
 * nothing and marks the buffer failed, so a writer can add many pieces and
 * check once.  A zero byte always follows data once anything was added.
 */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max;
	bool failed;
};

/* Empty, nothing allocated.  max in bytes. */
void buf_init(struct buf *, size_t max);
/* Frees the memory; buf_wipe() overwrites it first. */
void buf_done(struct buf *);
void buf_wipe(struct buf *);
/* Discards the contents and the failure but keeps the memory. */
void buf_clear(struct buf *);

/* Returns room for n more bytes at the end, to be filled and then counted with
 * buf_added(); NULL (and failed) beyond the ceiling. */
char *buf_room(struct buf *, size_t n);
void buf_added(struct buf *, size_t n);

/* Append to the buffer; 0, or -1 beyond the ceiling. */
int buf_add(struct buf *, const void *p, size_t n);
int buf_str(struct buf *, const char *s);
int buf_byte(struct buf *, int c);
int buf_int(struct buf *, int64_t);
int buf_printf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Removes n bytes from the front. */
void buf_drop(struct buf *, size_t n);

/* Hands the memory (zero-terminated) to the caller and empties the buffer. */
char *buf_take(struct buf *, size_t *len);

#endif
