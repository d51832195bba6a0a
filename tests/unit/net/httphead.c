/* httphead: heads whole, byte by byte, cut at each byte, over each limit, and
 * everything that is not one. */
#include "net/httphead.h"

#include <stdlib.h>

#include "../../tap.h"

static const char request[] =
    "POST /token?a=b HTTP/1.1\r\n"
    "Host: example.org:80\r\n"
    "content-type:application/json\r\n"
    "Connection: keep-alive , Upgrade\r\n"
    "connection:x\r\n"
    "Empty:\r\n"
    "X-Space: \t a b \t \r\n"
    "\r\n";

static void
check_request(struct httphead *h, const char *what)
{
	const char *value;

	ok(strcmp(httphead_method(h), "POST") == 0 &&
	    strcmp(httphead_target(h), "/token?a=b") == 0 &&
	    httphead_minor(h) == 1 &&
	    strcmp(httphead_get(h, "HOST"), "example.org:80") == 0 &&
	    strcmp(httphead_get(h, "Content-Type"), "application/json") == 0 &&
	    strcmp(httphead_get(h, "empty"), "") == 0 &&
	    strcmp(httphead_get(h, "x-space"), "a b") == 0 &&
	    !httphead_get(h, "Host:") && !httphead_get(h, "Hos") &&
	    httphead_count(h, "Connection") == 2 &&
	    httphead_token(h, "Connection", "UPGRADE") &&
	    httphead_token(h, "Connection", "x") &&
	    !httphead_token(h, "Connection", "keep") &&
	    !httphead_token(h, "Connection", "alive") &&
	    strcmp(httphead_field(h, 5, &value), "X-Space") == 0 &&
	    !httphead_field(h, 6, &value), what);
}

/* Feeds a head in pieces of n bytes; the status at the end. */
static enum httphead_status
feed(struct httphead *h, const char *p, size_t len, size_t n, size_t *total)
{
	enum httphead_status status = HTTPHEAD_MORE;
	size_t used;

	*total = 0;
	while (*total < len && status == HTTPHEAD_MORE) {
		status = httphead_feed(h, p + *total,
		    len - *total < n ? len - *total : n, &used);
		*total += used;
	}
	return status;
}

static void
test_request(void)
{
	char text[sizeof(request) + 4];
	struct httphead *h;
	size_t len = sizeof(request) - 1, total, n, good = 0;

	snprintf(text, sizeof(text), "%srest", request);
	for (n = 1; n <= len + 4; n++) {
		h = httphead_new(HTTPHEAD_REQUEST);
		if (feed(h, text, len + 4, n, &total) == HTTPHEAD_DONE &&
		    total == len)
			good++;
		if (n == 1 || n == len + 4)
			check_request(h, n == 1 ? "byte by byte" : "at once");
		httphead_free(h);
	}
	is_int((long long)good, (long long)len + 4, "in pieces of each size, "
	    "what follows is left");
	for (good = n = 0; n < len; n++) {
		h = httphead_new(HTTPHEAD_REQUEST);
		good += feed(h, text, n, n + 1, &total) == HTTPHEAD_MORE;
		httphead_free(h);
	}
	is_int((long long)good, (long long)len, "cut at each byte: not yet");
}

static void
response(const char *text, int code, const char *reason)
{
	struct httphead *h = httphead_new(HTTPHEAD_RESPONSE);
	size_t total;

	ok(feed(h, text, strlen(text), 1, &total) == HTTPHEAD_DONE, text);
	is_int(httphead_code(h), code, "its status");
	is_str(httphead_reason(h), reason, "its reason");
	httphead_free(h);
}

static void
bad(enum httphead_kind kind, const char *text, size_t len)
{
	struct httphead *h = httphead_new(kind);
	char what[60];
	size_t total, i;

	snprintf(what, sizeof(what), "refused: %.*s", (int)len, text);
	for (i = 0; what[i]; i++)
		if (what[i] < ' ')
			what[i] = '.';
	ok(feed(h, text, len, 7, &total) == HTTPHEAD_BAD &&
	    *httphead_why(h), what);
	ok(httphead_feed(h, "\r\n\r\n", 4, &total) == HTTPHEAD_BAD &&
	    total == 0, "and stays so");
	httphead_free(h);
}

#define BAD_REQUEST(text) bad(HTTPHEAD_REQUEST, text, sizeof(text) - 1)
#define BAD_RESPONSE(text) bad(HTTPHEAD_RESPONSE, text, sizeof(text) - 1)

/* A head of count fields of size bytes each. */
static enum httphead_status
many(size_t count, size_t size)
{
	struct httphead *h = httphead_new(HTTPHEAD_RESPONSE);
	char *line = malloc(size + 3);
	enum httphead_status status;
	size_t total, i;

	status = feed(h, "HTTP/1.1 200 OK\r\n", 17, 17, &total);
	memset(line, 'v', size);
	line[0] = 'n';
	line[1] = ':';
	memcpy(line + size, "\r\n", 3);
	for (i = 0; i < count && status == HTTPHEAD_MORE; i++)
		status = feed(h, line, size + 2, 4096, &total);
	if (status == HTTPHEAD_MORE)
		status = feed(h, "\r\n", 2, 2, &total);
	if (status == HTTPHEAD_BAD)
		printf("# %s\n", httphead_why(h));
	httphead_free(h);
	free(line);
	return status;
}

int
main(void)
{
	test_request();
	response("HTTP/1.1 101 Switching Protocols\r\n\r\n", 101,
	    "Switching Protocols");
	response("HTTP/1.1 404 \r\nA: b\r\n\r\n", 404, "");
	response("HTTP/1.0 200\r\n\r\n", 200, "");

	BAD_REQUEST("GET / HTTP/1.1\nHost: x\n\n");
	BAD_REQUEST("GET / HTTP/1.1\r\nHost: x\n\r\n");
	BAD_REQUEST("GET / HTTP/1.1\rHost: x\r\n\r\n");
	BAD_REQUEST("GET / HTTP/2.0\r\n\r\n");
	BAD_REQUEST("GET / HTTP/1.12\r\n\r\n");
	BAD_REQUEST("GET / http/1.1\r\n\r\n");
	BAD_REQUEST("GET  HTTP/1.1\r\n\r\n");
	BAD_REQUEST("GET /\r\n\r\n");
	BAD_REQUEST("GET / x HTTP/1.1\r\n\r\n");
	BAD_REQUEST("G@T / HTTP/1.1\r\n\r\n");
	BAD_REQUEST("GET /\xc3\xa4 HTTP/1.1\r\n\r\n");
	BAD_REQUEST(" GET / HTTP/1.1\r\n\r\n");
	BAD_REQUEST("\r\nGET / HTTP/1.1\r\n\r\n");
	BAD_REQUEST("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n");
	BAD_REQUEST("GET / HTTP/1.1\r\nA : b\r\n\r\n");
	BAD_REQUEST("GET / HTTP/1.1\r\n: b\r\n\r\n");
	BAD_REQUEST("GET / HTTP/1.1\r\nno colon\r\n\r\n");
	BAD_REQUEST("GET / HTTP/1.1\r\nA: \0b\r\n\r\n");
	BAD_REQUEST("GET / HTTP/1.1\r\nA: \x7f\r\n\r\n");
	BAD_REQUEST("\x16\x03\x01\x02\x00\x01\x00\x01\xfc");
	BAD_RESPONSE("HTTP/1.1 2x0 OK\r\n\r\n");
	BAD_RESPONSE("HTTP/1.1 20\r\n\r\n");
	BAD_RESPONSE("HTTP/1.1 2000\r\n\r\n");
	BAD_RESPONSE("HTTP/1.1 099 x\r\n\r\n");
	BAD_RESPONSE("ICY 200 OK\r\n\r\n");
	BAD_RESPONSE("HTTP/2 200\r\n\r\n");

	ok(many(HTTPHEAD_FIELDS_MAX, 10) == HTTPHEAD_DONE, "100 fields");
	ok(many(HTTPHEAD_FIELDS_MAX + 1, 10) == HTTPHEAD_BAD, "101 fields");
	ok(many(1, HTTPHEAD_LINE_MAX) == HTTPHEAD_DONE, "the longest line");
	ok(many(1, HTTPHEAD_LINE_MAX + 1) == HTTPHEAD_BAD, "a byte longer");
	ok(many(3, HTTPHEAD_LINE_MAX) == HTTPHEAD_DONE, "a long head");
	ok(many(4, HTTPHEAD_LINE_MAX) == HTTPHEAD_BAD, "too long a head");
	return tap_done();
}
