/* A byte buffer that grows up to a limit; the byte after len is always zero. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
buf_done(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void
buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		mem_wipe(b->data, b->cap);
	buf_done(b);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

char *
buf_room(struct buf *b, size_t n)
{
	size_t cap;

	if (n > b->max - b->len) {
		b->failed = true;
		return NULL;
	}
	if (b->cap < b->len + n + 1) {
		cap = b->cap ? b->cap : 64;
		while (cap < b->len + n + 1)
			cap *= 2;
		b->data = mem_resize(b->data, cap, 1);
		b->cap = cap;
	}
	return b->data + b->len;
}

void
buf_added(struct buf *b, size_t n)
{
	b->len += n;
	b->data[b->len] = '\0';
}

int
buf_add(struct buf *b, const void *p, size_t n)
{
	char *at;

	at = buf_room(b, n);
	if (at == NULL)
		return -1;
	if (n != 0)
		memcpy(at, p, n);
	buf_added(b, n);
	return 0;
}

int
buf_str(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int
buf_byte(struct buf *b, int c)
{
	char byte = (char)c;

	return buf_add(b, &byte, 1);
}

/* Takes a fifth of printf's time: each record has several numbers. */
int
buf_int(struct buf *b, int64_t value)
{
	char text[24], *p = text + sizeof(text);
	uint64_t v = (uint64_t)value;

	if (value < 0)
		v = -v;
	do
		*--p = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	if (value < 0)
		*--p = '-';
	return buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *at;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (at = buf_room(b, (size_t)n)) == NULL) {
		b->failed = true;
		return -1;
	}
	va_start(ap, fmt);
	vsnprintf(at, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
	} else {
		memmove(b->data, b->data + n, b->len - n);
		b->len -= n;
	}
	if (b->data != NULL)
		b->data[b->len] = '\0';
}

char *
buf_take(struct buf *b, size_t *len)
{
	char *data = b->data;

	if (data == NULL)
		data = mem_alloc(1);
	if (len != NULL)
		*len = b->len;
	b->data = NULL;
	buf_init(b, b->max);
	return data;
}
