/* httpbody: bodies by length, in chunks and to the end, in pieces of each
 * size, cut, over the ceiling, and what is told in contradiction. */
#include "net/httpbody.h"

#include <stdlib.h>

#include "../../tap.h"

static struct httphead *
head(enum httphead_kind kind, const char *text)
{
	struct httphead *h = httphead_new(kind);
	size_t used;

	if (httphead_feed(h, text, strlen(text), &used) != HTTPHEAD_DONE)
		printf("# head not understood\n");
	return h;
}

/* Feeds the text in pieces of n bytes. */
static enum httphead_status
feed(struct httpbody *b, const char *text, size_t n, size_t *total)
{
	size_t len = strlen(text), used, piece;
	enum httphead_status status = httpbody_feed(b, text, 0, &used);

	*total = 0;
	while (*total < len && status == HTTPHEAD_MORE) {
		piece = len - *total < n ? len - *total : n;
		status = httpbody_feed(b, text + *total, piece, &used);
		*total += used;
	}
	return status;
}

/* The body is read, whatever the pieces, and `rest` bytes are left. */
static void
good(const char *fields, const char *text, const char *body, size_t rest)
{
	char start[256];
	struct httphead *h;
	struct httpbody b;
	size_t n, total, count = 0;

	snprintf(start, sizeof(start), "HTTP/1.1 200 OK\r\n%s\r\n", fields);
	h = head(HTTPHEAD_RESPONSE, start);
	for (n = 1; n <= strlen(text) + 1; n++) {
		httpbody_init(&b, h, HTTPHEAD_RESPONSE, 1000);
		if (feed(&b, text, n, &total) == HTTPHEAD_DONE &&
		    total == strlen(text) - rest &&
		    strcmp(b.data.data ? b.data.data : "", body) == 0)
			count++;
		httpbody_done(&b);
	}
	is_int((long long)count, (long long)strlen(text) + 1, fields);
	for (n = count = 0; n + rest < strlen(text); n++) {
		char *cut = strndup(text, n);

		httpbody_init(&b, h, HTTPHEAD_RESPONSE, 1000);
		count += feed(&b, cut, n + 1, &total) == HTTPHEAD_MORE &&
		    !b.bare;
		httpbody_done(&b);
		free(cut);
	}
	is_int((long long)count, (long long)(strlen(text) - rest),
	    "cut at each byte: more has to come");
	httphead_free(h);
}

static void
bad(enum httphead_kind kind, const char *fields, const char *text)
{
	char start[256];
	struct httphead *h;
	struct httpbody b;
	size_t total;

	snprintf(start, sizeof(start), "%s\r\n%s\r\n",
	    kind == HTTPHEAD_REQUEST ? "POST / HTTP/1.1" : "HTTP/1.1 200 OK",
	    fields);
	h = head(kind, start);
	httpbody_init(&b, h, kind, 8);
	ok(feed(&b, text, 3, &total) == HTTPHEAD_BAD && *b.why, *text ? text :
	    fields);
	httpbody_done(&b);
	httphead_free(h);
}

static void
to_end(void)
{
	struct httphead *h = head(HTTPHEAD_RESPONSE, "HTTP/1.1 200 OK\r\n\r\n");
	struct httpbody b;
	size_t total;

	httpbody_init(&b, h, HTTPHEAD_RESPONSE, 100);
	ok(b.bare && feed(&b, "all of it", 2, &total) == HTTPHEAD_MORE &&
	    strcmp(b.data.data, "all of it") == 0, "to the end");
	httpbody_done(&b);
	httpbody_init(&b, h, HTTPHEAD_RESPONSE, 5);
	ok(feed(&b, "123456789", 20, &total) == HTTPHEAD_BAD &&
	    strcmp(b.data.data, "12345") == 0,
	    "over the ceiling: the beginning is kept");
	httpbody_done(&b);
	httphead_free(h);
}

static void
none(enum httphead_kind kind, const char *text)
{
	struct httphead *h = head(kind, text);
	struct httpbody b;
	size_t used;

	httpbody_init(&b, h, kind, 100);
	ok(httpbody_feed(&b, "next", 4, &used) == HTTPHEAD_DONE && used == 0,
	    text);
	httpbody_done(&b);
	httphead_free(h);
}

int
main(void)
{
	const char *chunked = "Transfer-Encoding: chunked\r\n";

	good("Content-Length: 5\r\n", "hellonext", "hello", 4);
	good("Content-Length: 5\r\nContent-Length: 5\r\n", "hello", "hello", 0);
	good(chunked, "5\r\nhello\r\n0\r\n\r\nnext", "hello", 4);
	good(chunked, "00005\r\nhello\r\nA;x=y\r\n0123456789\r\n0 \r\n\r\n",
	    "hello0123456789", 0);
	good(chunked, "0\r\nTrailer: x\r\nMore: y\r\n\r\n", "", 0);
	to_end();
	none(HTTPHEAD_REQUEST, "GET / HTTP/1.1\r\n\r\n");
	none(HTTPHEAD_RESPONSE, "HTTP/1.1 204 x\r\n\r\n");
	none(HTTPHEAD_RESPONSE, "HTTP/1.1 304 x\r\nContent-Length: 7\r\n\r\n");
	none(HTTPHEAD_RESPONSE, "HTTP/1.1 101 x\r\n\r\n");
	none(HTTPHEAD_RESPONSE, "HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n");

	bad(HTTPHEAD_REQUEST, "Content-Length: 5\r\nContent-Length: 6\r\n", "");
	bad(HTTPHEAD_REQUEST, "Content-Length: 5\r\n"
	    "Transfer-Encoding: chunked\r\n", "");
	bad(HTTPHEAD_REQUEST, "Content-Length: +5\r\n", "");
	bad(HTTPHEAD_REQUEST, "Content-Length: -5\r\n", "");
	bad(HTTPHEAD_REQUEST, "Content-Length:\r\n", "");
	bad(HTTPHEAD_REQUEST, "Content-Length: 99999999999999999999\r\n", "");
	bad(HTTPHEAD_REQUEST, "Transfer-Encoding: gzip, chunked\r\n", "");
	bad(HTTPHEAD_REQUEST, "Transfer-Encoding: chunked\r\n"
	    "Transfer-Encoding: chunked\r\n", "");
	bad(HTTPHEAD_REQUEST, "Content-Length: 9\r\n", "123456789");
	bad(HTTPHEAD_REQUEST, chunked, "x\r\n");
	bad(HTTPHEAD_REQUEST, chunked, "\r\n");
	bad(HTTPHEAD_REQUEST, chunked, ";\r\n");
	bad(HTTPHEAD_REQUEST, chunked, "1\nx\r\n");
	bad(HTTPHEAD_REQUEST, chunked, "1;a\nx\r\n");
	bad(HTTPHEAD_REQUEST, chunked, "1\rx");
	bad(HTTPHEAD_REQUEST, chunked, "1\r\nxy\r\n");
	bad(HTTPHEAD_REQUEST, chunked, "1\r\nx\ry");
	bad(HTTPHEAD_REQUEST, chunked, "5\r\n12345\r\n5\r\n12345\r\n");
	bad(HTTPHEAD_REQUEST, chunked, "ffffffffffffffff\r\n");
	bad(HTTPHEAD_REQUEST, chunked, "0\r\nTrailer\n");
	return tap_done();
}
