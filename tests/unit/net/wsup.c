/* wsup: the upgrade's request and answer, and what must not pass for one. */
#include "net/wsup.h"

#include "../../tap.h"
#include "base/buf.h"
#include "net/httphead.h"

static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
static const char accept_of_key[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

static struct httphead *
head(enum httphead_kind kind, const char *text)
{
	struct httphead *h = httphead_new(kind);
	size_t used;

	if (httphead_feed(h, text, strlen(text), &used) != HTTPHEAD_DONE)
		printf("# head not understood: %s\n", httphead_why(h));
	return h;
}

/* An answer with the fields. */
static void
answer(int good, const char *what, const char *start, const char *fields)
{
	char text[1024], why[256] = "";
	struct httphead *h;

	snprintf(text, sizeof(text), "%s\r\n%s\r\n", start, fields);
	h = head(HTTPHEAD_RESPONSE, text);
	ok((wsup_check_response(h, key, why, sizeof(why)) == 0) == good &&
	    (good || *why), what);
	httphead_free(h);
}

static void
answers(void)
{
	const char *s = "HTTP/1.1 101 Switching Protocols";
	const char *u = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
	char all[512], text[1024];

	snprintf(all, sizeof(all), "%sSec-WebSocket-Accept: %s\r\n", u,
	    accept_of_key);
	answer(1, "a good answer", s, all);
	snprintf(text, sizeof(text), "UPGRADE: WebSocket\r\nconnection: x, "
	    "UPGRADE\r\nsec-websocket-accept:  %s \r\n", accept_of_key);
	answer(1, "in other letters", s, text);
	answer(0, "status 200", "HTTP/1.1 200 OK", all);
	answer(0, "HTTP/1.0", "HTTP/1.0 101 x", all);
	answer(0, "no Accept", s, u);
	answer(0, "a wrong Accept", s, "Upgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Accept: "
	    "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
	snprintf(text, sizeof(text), "%sSec-WebSocket-Accept: %s\r\n", all,
	    accept_of_key);
	answer(0, "two Accepts", s, text);
	snprintf(text, sizeof(text), "Connection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: %s\r\n", accept_of_key);
	answer(0, "no Upgrade", s, text);
	snprintf(text, sizeof(text), "Connection: Upgrade\r\nUpgrade: h2c\r\n"
	    "Sec-WebSocket-Accept: %s\r\n", accept_of_key);
	answer(0, "Upgrade to something else", s, text);
	snprintf(text, sizeof(text), "Upgrade: websocket\r\n"
	    "Sec-WebSocket-Accept: %s\r\n", accept_of_key);
	answer(0, "no Connection", s, text);
	snprintf(text, sizeof(text), "%sSec-WebSocket-Extensions: "
	    "permessage-deflate\r\n", all);
	answer(0, "an extension", s, text);
	snprintf(text, sizeof(text), "%sSec-WebSocket-Protocol: chat\r\n", all);
	answer(0, "a subprotocol", s, text);
}

static void
requests(void)
{
	static const char *const headers[] = { "Authorization: Bearer abc",
	    "x-goog-api-key: k", NULL };
	static const char *const bad[][2] = {
		{ "A: b\r\nC: d", NULL }, { "Host: x", NULL },
		{ "sec-websocket-protocol: x", NULL }, { "no colon", NULL },
		{ ": x", NULL }, { "Content-Length: 3", NULL },
		{ "Transfer-Encoding: chunked", NULL }, { "A b: c", NULL },
		{ "A: b\x01", NULL }
	};
	struct buf b;
	struct httphead *h;
	char why[128];
	size_t i;

	buf_init(&b, 4096);
	is_int(wsup_request(&b, "example.org", "/a?b", key, headers), 0,
	    "a request");
	h = head(HTTPHEAD_REQUEST, b.data);
	is_str(httphead_target(h), "/a?b", "its target");
	is_str(httphead_get(h, "Host"), "example.org", "its host");
	is_str(httphead_get(h, "authorization"), "Bearer abc", "a header");
	ok(wsup_asked(h) && wsup_check_request(h, why, sizeof(why)) == 0,
	    "the other side accepts it");
	buf_clear(&b);
	wsup_response(&b, h);
	httphead_free(h);
	h = head(HTTPHEAD_RESPONSE, b.data);
	is_int(wsup_check_response(h, key, why, sizeof(why)), 0,
	    "and its answer is accepted");
	httphead_free(h);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_clear(&b);
		is_int(wsup_request(&b, "h", "/", key, bad[i]), -1,
		    "a header that must not be added");
	}
	buf_clear(&b);
	is_int(wsup_request(&b, "h", "/a b", key, NULL), -1, "a space");
	buf_clear(&b);
	is_int(wsup_request(&b, "h\r\nX: y", "/", key, NULL), -1,
	    "a line break");
	buf_clear(&b);
	is_int(wsup_request(&b, "h", "x", key, NULL), -1, "no slash");
	buf_done(&b);
}

static void
check(int wanted, const char *start, const char *fields)
{
	char text[1024], why[128] = "";
	struct httphead *h;

	snprintf(text, sizeof(text), "%s\r\n%s\r\n", start, fields);
	h = head(HTTPHEAD_REQUEST, text);
	is_int(wsup_check_request(h, why, sizeof(why)), wanted, fields);
	httphead_free(h);
}

static void
asked(void)
{
	const char *get = "GET / HTTP/1.1";
	const char *good = "Host: h\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

	check(0, get, good);
	check(405, "POST / HTTP/1.1", good);
	check(400, "GET / HTTP/1.0", good);
	check(426, get, "Host: h\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
	check(400, get, "Upgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
	check(400, get, "Host: h\r\nUpgrade: websocket\r\n"
	    "Connection: close\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
	check(400, get, "Host: h\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
	check(400, get, "Host: h\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n");
	check(400, get, "Host: h\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: !!!!IHNhbXBsZSBub25jZQ==\r\n");
}

int
main(void)
{
	char accept[WSUP_ACCEPT_LEN + 1], made[WSUP_KEY_LEN + 1];
	unsigned char random[16];

	memcpy(random, "the sample nonce", 16);
	wsup_key(made, random);
	is_str(made, key, "the key of RFC 6455's example");
	wsup_accept(accept, key);
	is_str(accept, accept_of_key, "and its Accept");
	answers();
	requests();
	asked();
	return tap_done();
}
