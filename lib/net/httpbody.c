/*
 * A body is delimited in one of four ways (none, by length, in chunks, by the
 * end of the connection); there is one state per kind of byte that may come
 * next.
 */
#include "net/httpbody.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { CHUNK_LINE_MAX = 1024 };	/* size and extensions, or a trailer */

enum body_state {
	NOTHING,	/* complete */
	LENGTH,		/* `left` bytes to come */
	TO_END,		/* until the connection ends */
	SIZE,		/* hex digits of a chunk's size; `line` counts them */
	EXTENSION,	/* the rest of that line */
	SIZE_LF,
	CHUNK,		/* `left` bytes of it to come */
	CHUNK_CR,
	CHUNK_LF,
	TRAILER,	/* a line of the trailer; `line` counts its bytes */
	TRAILER_LF,
	BROKEN
};

static enum httphead_status
bad(struct httpbody *b, const char *why)
{
	b->why = why;
	b->state = BROKEN;
	return HTTPHEAD_BAD;
}

/* The value on which all Content-Length fields agree; -1 if there is none, -2
 * if they are wrong. */
static int64_t
content_length(const struct httphead *h)
{
	const char *field, *value, *seen = NULL;
	int64_t n = 0;
	size_t i;

	for (i = 0; (field = httphead_field(h, i, &value)); i++) {
		if (strcasecmp(field, "Content-Length") != 0)
			continue;
		if (seen && strcmp(seen, value) != 0)
			return -2;
		seen = value;
	}
	if (!seen)
		return -1;
	if (!*seen)
		return -2;
	for (; *seen; seen++) {
		if (!isdigit((unsigned char)*seen) || n > INT64_MAX / 10 - 1)
			return -2;
		n = n * 10 + (*seen - '0');
	}
	return n;
}

static bool
has_no_body(const struct httphead *h)
{
	int code = httphead_code(h);

	return code < 200 || code == 204 || code == 304;
}

void
httpbody_init(struct httpbody *b, const struct httphead *h,
    enum httphead_kind kind, size_t max)
{
	const char *te = httphead_get(h, "Transfer-Encoding");
	int64_t n = content_length(h);

	memset(b, 0, sizeof(*b));
	buf_init(&b->data, max);
	b->why = "";
	b->state = NOTHING;
	if (kind == HTTPHEAD_RESPONSE && has_no_body(h))
		return;
	if (n == -2 || (te && n != -1)) {
		bad(b, "the body's length is given twice, and not the same");
	} else if (te) {
		if (strcasecmp(te, "chunked") == 0 &&
		    httphead_count(h, "Transfer-Encoding") == 1)
			b->state = SIZE;
		else
			bad(b, "the body has an unknown transfer encoding");
	} else if (n > 0) {
		b->state = LENGTH;
		b->left = n;
	} else if (n == -1 && kind == HTTPHEAD_RESPONSE) {
		b->state = TO_END;
		b->bare = true;
	}
}

void
httpbody_done(struct httpbody *b)
{
	buf_wipe(&b->data);
}

/* Takes up to n bytes of payload.  What fits under the ceiling is kept even if
 * the rest does not. */
static size_t
take_data(struct httpbody *b, const char *p, size_t n)
{
	size_t room = b->data.max - b->data.len;

	if (b->state != TO_END && (int64_t)n > b->left)
		n = (size_t)b->left;
	buf_add(&b->data, p, n < room ? n : room);
	if (n > room) {
		bad(b, "the body is too long");
		return n;
	}
	if (b->state == TO_END)
		return n;
	b->left -= (int64_t)n;
	if (b->left == 0)
		b->state = b->state == LENGTH ? NOTHING : CHUNK_CR;
	return n;
}

static int
hex(int c)
{
	if (isdigit(c))
		return c - '0';
	if (isxdigit(c))
		return tolower(c) - 'a' + 10;
	return -1;
}

static void
take_size(struct httpbody *b, unsigned char c)
{
	if (hex(c) >= 0 && b->line == 15) {
		bad(b, "a chunk is too long");
	} else if (hex(c) >= 0) {
		b->left = b->left * 16 + hex(c);
		b->line++;
	} else if (b->line > 0 && c == '\r') {
		b->state = SIZE_LF;
	} else if (b->line > 0 && (c == ';' || c == ' ' || c == '\t')) {
		b->state = EXTENSION;
	} else {
		bad(b, "a chunk's size is malformed");
	}
}

static void
take_trailer(struct httpbody *b, unsigned char c)
{
	if (c == '\r')
		b->state = TRAILER_LF;
	else if (c == '\n' || ++b->line > CHUNK_LINE_MAX)
		bad(b, "the trailer is malformed");
}

/* A line feed must come, and then the next state. */
static void
take_lf(struct httpbody *b, unsigned char c, int next)
{
	if (c != '\n') {
		bad(b, "a carriage return without a line feed");
		return;
	}
	b->state = next;
	b->line = 0;
}

/* One byte of the framing around the chunks. */
static void
take_framing(struct httpbody *b, unsigned char c)
{
	switch (b->state) {
	case SIZE:
		take_size(b, c);
		break;
	case EXTENSION:
		if (c == '\r')
			b->state = SIZE_LF;
		else if (c == '\n' || ++b->line > CHUNK_LINE_MAX)
			bad(b, "a chunk's extension is malformed");
		break;
	case SIZE_LF:
		take_lf(b, c, b->left > 0 ? CHUNK : TRAILER);
		break;
	case CHUNK_CR:
		if (c == '\r')
			b->state = CHUNK_LF;
		else
			bad(b, "a chunk is longer than it said");
		break;
	case CHUNK_LF:
		take_lf(b, c, SIZE);
		break;
	case TRAILER:
		take_trailer(b, c);
		break;
	case TRAILER_LF:
		take_lf(b, c, b->line > 0 ? TRAILER : NOTHING);
		break;
	}
}

static enum httphead_status
status(const struct httpbody *b)
{
	if (b->state == NOTHING)
		return HTTPHEAD_DONE;
	return b->state == BROKEN ? HTTPHEAD_BAD : HTTPHEAD_MORE;
}

enum httphead_status
httpbody_feed(struct httpbody *b, const void *p, size_t n, size_t *used)
{
	const char *s = p;
	size_t i = 0;

	while (i < n && status(b) == HTTPHEAD_MORE)
		if (b->state == LENGTH || b->state == TO_END ||
		    b->state == CHUNK)
			i += take_data(b, s + i, n - i);
		else
			take_framing(b, (unsigned char)s[i++]);
	*used = i;
	return status(b);
}
