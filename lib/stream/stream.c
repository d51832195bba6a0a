/*
 * Records of gl-stream(5).  The reader keeps one contiguous buffer: what has
 * been taken is before start, what has arrived ends at end.  A record is always
 * complete and contiguous when returned, header and payload together, so that
 * passing it on is one write.  No byte is searched twice for a newline, or
 * moved more than once for each doubling of the buffer.
 */
#include "stream/stream.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "sound/wav.h"

enum {
	CAP_MIN = 64 << 10,	/* what an idle reader holds: a pipe's worth */
	WIN_MIN = 16 << 10,	/* with less room it pays to move bytes */
	CAP_KEEP = 256 << 10,	/* what it may hold on to between records */
	SPACE_MAX = 32,		/* white space before a stream */
	TRIES = 64,		/* for a record in a damaged line */
	LOST_MAX = 1 << 20	/* bytes skipped before that is reported */
};

struct stream_reader {
	unsigned char *data;
	size_t cap;
	size_t start, end;	/* the bytes not yet taken */
	size_t scanned;		/* of them, without a newline */
	size_t line_len;	/* of the record being read; 0: not known yet */
	size_t payload_len;
	size_t give;		/* length of the record given last */
	struct json *head;
	int64_t offset;		/* of start in the input */
	int64_t records;	/* begun so far */
	bool lines;		/* lines of text are accepted, */
	bool typed;		/* and this is one */
	bool ended;
	bool bad;
	bool mends;		/* damage is skipped */
	bool seeking;		/* looking for a record's line, */
	bool within;		/* and inside a line that is not one */
	bool told;		/* this damage was reported */
	int64_t lost;		/* bytes of it */
	char why[400];
};

struct stream_reader *
stream_reader_new(void)
{
	return mem_alloc(sizeof(struct stream_reader));
}

void
stream_reader_free(struct stream_reader *r)
{
	if (r == NULL)
		return;
	json_free(r->head);
	free(r->data);
	free(r);
}

static enum stream_status bad(struct stream_reader *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static enum stream_status
bad(struct stream_reader *r, const char *fmt, ...)
{
	va_list ap;
	int n;

	n = snprintf(r->why, sizeof(r->why), "record %" PRId64 " at byte %"
	    PRId64 ": ", r->records + 1, r->offset);
	va_start(ap, fmt);
	vsnprintf(r->why + n, sizeof(r->why) - (size_t)n, fmt, ap);
	va_end(ap);
	r->bad = true;
	return STREAM_BAD;
}

/* Moves past the record that the caller has had. */
static void
take(struct stream_reader *r)
{
	if (r->give == 0)
		return;
	json_free(r->head);
	r->head = NULL;
	r->start += r->give;
	r->offset += (int64_t)r->give;
	r->give = r->line_len = r->payload_len = r->scanned = 0;
	r->typed = false;
	r->records++;
	if (r->start == r->end)
		r->start = r->end = 0;
}

static void
to_front(struct stream_reader *r)
{
	memmove(r->data, r->data + r->start, r->end - r->start);
	r->end -= r->start;
	r->start = 0;
}

static void
resize(struct stream_reader *r, size_t cap)
{
	if (r->start > 0)
		to_front(r);
	r->data = mem_resize(r->data, cap, 1);
	r->cap = cap;
}

/* Room for at least n more bytes. */
static void
reserve(struct stream_reader *r, size_t n)
{
	size_t have = r->end - r->start, cap;

	if (r->cap > CAP_KEEP && have + n <= CAP_MIN) {
		resize(r, CAP_MIN);
		return;
	}
	if (r->cap - r->end >= n)
		return;
	/* moving pays as long as it frees at least as much as it moves */
	if (r->start >= have && r->cap - have >= n) {
		to_front(r);
		return;
	}
	for (cap = r->cap > 0 ? r->cap : CAP_MIN; cap < have + n; )
		cap *= 2;
	resize(r, cap);
}

void
stream_take_lines(struct stream_reader *r)
{
	r->lines = true;
}

void
stream_mend(struct stream_reader *r)
{
	r->mends = true;
}

void
stream_ended(struct stream_reader *r)
{
	r->ended = true;
}

void *
stream_window(struct stream_reader *r, size_t *n)
{
	size_t rest = CAP_KEEP, have;

	take(r);
	if (r->bad)
		r->start = r->end = 0;
	reserve(r, WIN_MIN);
	have = r->end - r->start;
	/* of a large buffer, offer only what this record needs: else a file
	 * would fill it with more records than callers can queue */
	if (r->line_len + r->payload_len > have + rest)
		rest = r->line_len + r->payload_len - have;
	*n = r->cap - r->end < rest ? r->cap - r->end : rest;
	return r->data + r->end;
}

void
stream_filled(struct stream_reader *r, size_t n)
{
	if (!r->bad)
		r->end += n;
}

void
stream_feed(struct stream_reader *r, const void *p, size_t n)
{
	if (r->bad || n == 0)
		return;
	take(r);
	reserve(r, n);
	memcpy(r->data + r->end, p, n);
	r->end += n;
}

static bool
blank(const unsigned char *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++, n--;
	return n == 0;
}

/* Whether the line is text to be accepted; the remains of a damaged record are
 * not. */
static bool
is_text(const struct stream_reader *r, const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && blank(p + i, 1); i++)
		;
	if (!r->lines || (i < n && p[i] == '{'))
		return false;
	for (i = 0; i < n; i++)
		if ((p[i] < ' ' || p[i] == 0x7f) && !blank(p + i, 1))
			return false;
	return utf8_valid((const char *)p, n);
}

/* Makes a line that is not a header into that of a text record. */
static enum stream_status
text_line(struct stream_reader *r)
{
	const char *p = (const char *)r->data + r->start;
	size_t n = r->line_len;

	while (n > 0 && blank((const unsigned char *)p + n - 1, 1))
		n--;
	r->typed = true;
	r->head = json_object();
	json_set(r->head, "type", json_string("text"));
	json_set(r->head, "text", json_stringn(p, n));
	return STREAM_RECORD;
}

/* A header line parsed, and what it says about its payload; NULL and why. */
static struct json *
read_head(const unsigned char *p, size_t n, size_t *payload, char *why,
    size_t size)
{
	struct json *head = json_parse((const char *)p, n, why, size);
	const struct json *bytes;
	const char *type, *twice;
	int64_t k = 0;
	char text[128];

	if (head == NULL) {
		snprintf(text, sizeof(text), "%s", why);
		snprintf(why, size, "is not JSON: %s", text);
		return NULL;
	}
	type = json_get_str(head, "type", NULL);
	bytes = json_get(head, "bytes");
	twice = json_repeated(head);
	if (json_type(head) != JSON_OBJECT)
		snprintf(why, size, "is not a JSON object");
	else if (twice != NULL)
		snprintf(why, size, "has \"%.60s\" twice; readers would "
		    "differ in which counts", twice);
	else if (type == NULL || *type == '\0')
		snprintf(why, size, "has no \"type\"; write "
		    "{\"type\":\"...\", ...}");
	else if (bytes != NULL && (json_type(bytes) != JSON_NUMBER ||
	    json_int(bytes, &k) == -1 || k < 0 || k > STREAM_PAYLOAD_MAX))
		snprintf(why, size, "has \"bytes\" that is not a whole number "
		    "from 0 to %d", STREAM_PAYLOAD_MAX);
	else {
		*payload = (size_t)k;
		return head;
	}
	json_free(head);
	return NULL;
}

static enum stream_status
parse(struct stream_reader *r)
{
	char why[160];

	r->head = read_head(r->data + r->start, r->line_len, &r->payload_len,
	    why, sizeof(why));
	if (r->head != NULL)
		return STREAM_RECORD;
	return bad(r, "the header line %s%s", why, strncmp(why, "is not JSON:",
	    12) != 0 ? "" : r->records == 0 ? "; is this a stream?" : "; does "
	    "the record before it count its payload right in \"bytes\"?");
}

/* Finds the next header line; a line of white space is not a record. */
static enum stream_status
header(struct stream_reader *r)
{
	const unsigned char *p, *nl;
	size_t have;

	while ((have = r->end - r->start) > 0) {
		p = r->data + r->start;
		if (r->records == 0 && have >= 4 && memcmp(p, "RIFF", 4) == 0)
			return bad(r, "this is a WAV file, not a stream; "
			    "gl-mic FILE makes one of it");
		nl = have > r->scanned ?
		    memchr(p + r->scanned, '\n', have - r->scanned) : NULL;
		if ((nl != NULL ? (size_t)(nl - p) + 1 : have) >
		    STREAM_HEAD_MAX)
			return bad(r, "the header line is longer than %d "
			    "bytes; is this a stream?", STREAM_HEAD_MAX);
		if (nl == NULL && !(r->ended && is_text(r, p, have))) {
			r->scanned = have;
			return STREAM_MORE;
		}
		r->line_len = nl != NULL ? (size_t)(nl - p) + 1 : have;
		if (!blank(p, r->line_len))
			return is_text(r, p, r->line_len) ? text_line(r) :
			    parse(r);
		r->start += r->line_len;
		r->offset += (int64_t)r->line_len;
		r->line_len = r->scanned = 0;
	}
	return STREAM_MORE;
}

/* Skips n damaged bytes. */
static void
leave_out(struct stream_reader *r, size_t n)
{
	r->start += n;
	r->offset += (int64_t)n;
	r->lost += (int64_t)n;
	r->scanned = 0;
}

/* Where in a line a record begins that is complete up to the line's end; n if
 * nowhere.  An object within another one is not a record: the outer one's end
 * follows it. */
static size_t
find_head(struct stream_reader *r, const unsigned char *p, size_t n)
{
	const unsigned char *q = p, *end = p + n;
	char why[160];
	int left;

	for (left = TRIES; left > 0 && q < end; left--, q++) {
		q = memchr(q, '{', (size_t)(end - q));
		if (q == NULL)
			break;
		r->head = read_head(q, (size_t)(end - q), &r->payload_len, why,
		    sizeof(why));
		if (r->head != NULL)
			return (size_t)(q - p);
	}
	return n;
}

static void
tell_lost(struct stream_reader *r, const char *more)
{
	size_t n = strlen(r->why);

	r->told = true;
	snprintf(r->why + n, sizeof(r->why) - n, "; %s%" PRId64 " bytes are "
	    "left out", more, r->lost);
}

/* Skips what is damaged, up to the next record. */
static enum stream_status
seek(struct stream_reader *r)
{
	const unsigned char *p, *nl;
	size_t have, n, at;

	while ((have = r->end - r->start) > 0) {
		p = r->data + r->start;
		nl = have > r->scanned ?
		    memchr(p + r->scanned, '\n', have - r->scanned) : NULL;
		n = nl != NULL ? (size_t)(nl - p) + 1 : have;
		if (nl == NULL && n <= STREAM_HEAD_MAX && !r->within) {
			r->scanned = have;
			break;
		}
		at = nl == NULL || r->within || n > STREAM_HEAD_MAX ? n :
		    find_head(r, p, n);
		leave_out(r, at);
		r->within = nl == NULL;
		if (at < n) {
			r->seeking = false;
			r->line_len = n - at;
			return STREAM_RECORD;
		}
	}
	return STREAM_MORE;
}

/* The next record's header, whatever precedes it. */
static enum stream_status
mended(struct stream_reader *r)
{
	enum stream_status st = STREAM_BAD;

	if (!r->seeking)
		st = header(r);
	if (st != STREAM_BAD || !(r->seeking || r->mends))
		return st;
	if (!r->seeking) {
		r->bad = r->told = r->within = false;
		r->seeking = true;
		r->lost = 0;
		r->line_len = r->scanned = 0;
	}
	st = seek(r);
	if (r->told || (st != STREAM_RECORD && r->lost < LOST_MAX))
		return st;
	tell_lost(r, st == STREAM_RECORD ? "" : "more than ");
	return STREAM_LOST;
}

enum stream_status
stream_next(struct stream_reader *r, struct record *rec)
{
	enum stream_status st;
	size_t need;

	if (r->bad)
		return STREAM_BAD;
	take(r);
	if (r->line_len == 0 && (st = mended(r)) != STREAM_RECORD)
		return st;
	need = r->line_len + r->payload_len;
	if (r->end - r->start < need)
		return STREAM_MORE;
	rec->line = (char *)r->data + r->start;
	rec->line_len = r->line_len;
	rec->payload = r->data + r->start + r->line_len;
	rec->payload_len = r->payload_len;
	rec->type = json_get_str(r->head, "type", "");
	rec->head = r->head;
	rec->offset = r->offset;
	rec->typed = r->typed;
	r->give = need;
	return STREAM_RECORD;
}

int
stream_end(struct stream_reader *r)
{
	size_t have;

	if (r->bad)
		return -1;
	take(r);
	have = r->end - r->start;
	if (r->seeking) {
		leave_out(r, have);
		if (r->told)
			return 0;
		tell_lost(r, "");
		return -1;
	}
	if (have == 0 ||
	    (r->line_len == 0 && blank(r->data + r->start, have)))
		return 0;
	if (r->line_len == 0)
		bad(r, "the input ends inside a header line, after %zu bytes "
		    "and before its newline", have);
	else
		bad(r, "the input ends after %zu of %zu payload bytes",
		    have - r->line_len, r->payload_len);
	return -1;
}

const char *
stream_why(const struct stream_reader *r)
{
	return r->why;
}

/* Steps over white space, of which there is little. */
static size_t
skip_space(const unsigned char *p, size_t i, size_t n)
{
	while (i < n && i < SPACE_MAX && blank(p + i, 1))
		i++;
	return i;
}

enum stream_kind
stream_kind(const void *data, size_t n, int at_end)
{
	const unsigned char *p = data;
	size_t i = skip_space(p, 0, n);

	if (i < n && p[i] == '{') {
		for (i++; i < n && i < SPACE_MAX && (p[i] == ' ' ||
		    p[i] == '\t'); i++)
			;
		if (i < n && p[i] == '"')
			return STREAM_KIND_RECORDS;
	}
	if (n >= 4 && wav_begins(p, n) && (*p != 'r' || n >= 6))
		return STREAM_KIND_WAV;
	if (!at_end && (i == n || (n < 6 && wav_begins(p, n))))
		return STREAM_KIND_MORE;
	return STREAM_KIND_PCM;
}

static void
key(struct buf *b, const char *name)
{
	buf_byte(b, ',');
	json_quote(b, name, strlen(name));
	buf_byte(b, ':');
}

void
stream_head(struct buf *b, const char *type)
{
	buf_str(b, "{\"type\":");
	json_quote(b, type, strlen(type));
}

void
stream_int(struct buf *b, const char *name, int64_t value)
{
	key(b, name);
	buf_int(b, value);
}

void
stream_num(struct buf *b, const char *name, double value)
{
	key(b, name);
	if (isfinite(value))
		buf_printf(b, "%.12g", value);
	else
		buf_str(b, "null");
}

void
stream_bool(struct buf *b, const char *name, int value)
{
	key(b, name);
	buf_str(b, value ? "true" : "false");
}

void
stream_str(struct buf *b, const char *name, const char *s)
{
	stream_strn(b, name, s, strlen(s));
}

void
stream_strn(struct buf *b, const char *name, const char *s, size_t n)
{
	key(b, name);
	json_quote(b, s, n);
}

void
stream_json(struct buf *b, const char *name, const struct json *value)
{
	key(b, name);
	if (value == NULL)
		buf_str(b, "null");
	else
		json_print(value, b);
}

void
stream_raw(struct buf *b, const char *name, const char *json)
{
	key(b, name);
	buf_str(b, json);
}

void
stream_tail(struct buf *b, size_t payload_len)
{
	if (payload_len > 0)
		stream_int(b, "bytes", (int64_t)payload_len);
	buf_str(b, "}\n");
}

void
stream_start(struct buf *b, const char *prog)
{
	/* "gl" first: it is what file(1) and people look for */
	buf_str(b, "{\"gl\":1,\"type\":\"start\"");
	stream_str(b, "program", prog);
	stream_str(b, "version", GL_VERSION);
	stream_tail(b, 0);
}
