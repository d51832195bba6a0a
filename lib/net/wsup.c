/*
 * The upgrade by RFC 6455 section 4.  No extension and no subprotocol is ever
 * offered, so an answer that names one is wrong.
 */
#include "net/wsup.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "net/httphead.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "net/httpbody.h"
#include "base/mem.h"
#include "base/why.h"
#include <stdlib.h>

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

void
wsup_key(char key[WSUP_KEY_LEN + 1], const unsigned char random[16])
{
	key[base64_encode(key, random, 16)] = '\0';
}

void
wsup_accept(char accept[WSUP_ACCEPT_LEN + 1], const char *key)
{
	unsigned char sha[20];
	char text[WSUP_KEY_LEN + sizeof(guid)];
	int n;

	n = snprintf(text, sizeof(text), "%.*s%s", WSUP_KEY_LEN, key, guid);
	crypt_sha1(sha, text, (size_t)n);
	accept[base64_encode(accept, sha, sizeof(sha))] = '\0';
}

bool
wsup_is_ours(const char *field)
{
	static const char *const ours[] = { "Host:", "Upgrade:", "Connection:",
	    "Content-Length:", "Transfer-Encoding:", "Sec-WebSocket-" };
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strncasecmp(field, ours[i], strlen(ours[i])) == 0)
			return true;
	return false;
}

/* Whether the caller may add the field: it must not be one of ours or change
 * where the request ends. */
static bool
is_addable(const char *field)
{
	size_t i;

	if (wsup_is_ours(field))
		return false;
	i = strcspn(field, ":");
	if (i == 0 || !field[i] || strcspn(field, " \t") < i)
		return false;
	for (; *field; field++)
		if (iscntrl((unsigned char)*field) && *field != '\t')
			return false;
	return true;
}

static bool
is_printable(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

int
wsup_request(struct buf *b, const char *authority, const char *target,
    const char *key, const char *const *headers)
{
	if (!is_printable(authority) || !is_printable(target) ||
	    *target != '/')
		return -1;
	buf_printf(b, "GET %s HTTP/1.1\r\nHost: %s\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
	    target, authority, key);
	for (; headers && *headers; headers++) {
		if (!is_addable(*headers))
			return -1;
		buf_str(b, *headers);
		buf_str(b, "\r\n");
	}
	buf_str(b, "\r\n");
	return b->failed ? -1 : 0;
}

int
wsup_check_response(const struct httphead *h, const char *key, char *why,
    size_t size)
{
	const char *upgrade = httphead_get(h, "Upgrade"),
	    *accept = httphead_get(h, "Sec-WebSocket-Accept");
	char wanted[WSUP_ACCEPT_LEN + 1];

	if (httphead_code(h) != 101)
		return why_say(-1, why, size, "the server refused the "
		    "WebSocket upgrade with HTTP status %d%s%s",
		    httphead_code(h), *httphead_reason(h) ? " " : "",
		    httphead_reason(h));
	wsup_accept(wanted, key);
	if (httphead_minor(h) < 1)
		return why_say(-1, why, size, "the server answered the upgrade "
		    "in HTTP/1.0");
	if (!upgrade || strcasecmp(upgrade, "websocket") != 0 ||
	    httphead_count(h, "Upgrade") != 1)
		return why_say(-1, why, size, "the server's 101 does not "
		    "upgrade to websocket");
	if (!httphead_token(h, "Connection", "upgrade"))
		return why_say(-1, why, size, "the server's 101 has no "
		    "Connection: Upgrade");
	if (!accept || httphead_count(h, "Sec-WebSocket-Accept") != 1 ||
	    strcmp(accept, wanted) != 0)
		return why_say(-1, why, size, "the server's 101 has a wrong "
		    "Sec-WebSocket-Accept");
	if (httphead_get(h, "Sec-WebSocket-Extensions"))
		return why_say(-1, why, size, "the server's 101 names an "
		    "extension that was not offered");
	if (httphead_get(h, "Sec-WebSocket-Protocol"))
		return why_say(-1, why, size, "the server's 101 names a "
		    "subprotocol that was not asked for");
	return 0;
}

bool
wsup_asked(const struct httphead *h)
{
	return httphead_token(h, "Upgrade", "websocket");
}

/* Whether it is base64 of 16 bytes, in 24 characters. */
static bool
key_good(const char *key)
{
	unsigned char raw[WSUP_KEY_LEN / 4 * 3 + 3];

	return strlen(key) == WSUP_KEY_LEN &&
	    base64_decode(raw, key, WSUP_KEY_LEN) == 16;
}

int
wsup_check_request(const struct httphead *h, char *why, size_t size)
{
	const char *key = httphead_get(h, "Sec-WebSocket-Key"),
	    *version = httphead_get(h, "Sec-WebSocket-Version");
	const char *wrong = NULL;

	if (strcmp(httphead_method(h), "GET") != 0) {
		snprintf(why, size, "an upgrade has to be asked for by GET");
		return 405;
	}
	if (!version || strcmp(version, "13") != 0 ||
	    httphead_count(h, "Sec-WebSocket-Version") != 1) {
		snprintf(why, size, "Sec-WebSocket-Version has to be 13");
		return 426;
	}
	if (httphead_minor(h) < 1)
		wrong = "the upgrade needs HTTP/1.1";
	else if (httphead_count(h, "Host") != 1)
		wrong = "the upgrade needs one Host";
	else if (!wsup_asked(h))
		wrong = "the upgrade needs Upgrade: websocket";
	else if (!httphead_token(h, "Connection", "upgrade"))
		wrong = "the upgrade needs Connection: Upgrade";
	else if (!key || httphead_count(h, "Sec-WebSocket-Key") != 1 ||
	    !key_good(key))
		wrong = "Sec-WebSocket-Key is not 16 bytes in base64";
	if (!wrong)
		return 0;
	snprintf(why, size, "%s", wrong);
	return 400;
}

void
wsup_response(struct buf *b, const struct httphead *request)
{
	char accept[WSUP_ACCEPT_LEN + 1];

	wsup_accept(accept, httphead_get(request, "Sec-WebSocket-Key"));
	buf_printf(b, "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
}

/* Interim answers (1xx) are skipped, up to a few; then comes the 101, or a
 * refusal, whose body is collected as far as it comes. */

enum { INTERIM_MAX = 8 };

struct wsup_dial {
	enum wsup_dial_status status;
	char key[WSUP_KEY_LEN + 1];
	struct httphead *head;
	bool refusing;		/* the head was read, the body comes */
	struct httpbody body;
	size_t body_max;
	int interim;
	char why[256];
};

struct wsup_dial *
wsup_dial_new(const unsigned char random[16], size_t body_max)
{
	struct wsup_dial *d = mem_alloc(sizeof(*d));

	wsup_key(d->key, random);
	d->head = httphead_new(HTTPHEAD_RESPONSE);
	d->body_max = body_max;
	return d;
}

void
wsup_dial_free(struct wsup_dial *d)
{
	if (!d)
		return;
	httphead_free(d->head);
	httpbody_done(&d->body);
	free(d);
}

int
wsup_dial_request(struct wsup_dial *d, struct buf *b, const char *authority,
    const char *target, const char *const *headers)
{
	return wsup_request(b, authority, target, d->key, headers);
}

/* The head is whole. */
static void
judge(struct wsup_dial *d)
{
	int code = httphead_code(d->head);

	if (code < 200 && code != 101 && d->interim++ < INTERIM_MAX) {
		httphead_free(d->head);
		d->head = httphead_new(HTTPHEAD_RESPONSE);
	} else if (wsup_check_response(d->head, d->key, d->why,
	    sizeof(d->why)) == 0) {
		d->status = WSUP_DIAL_UP;
	} else {
		d->refusing = true;
		httpbody_init(&d->body, d->head, HTTPHEAD_RESPONSE,
		    d->body_max);
	}
}

static size_t
take_head(struct wsup_dial *d, const char *p, size_t n)
{
	size_t used;

	switch (httphead_feed(d->head, p, n, &used)) {
	case HTTPHEAD_DONE:
		judge(d);
		break;
	case HTTPHEAD_BAD:
		snprintf(d->why, sizeof(d->why), "the server does not speak "
		    "HTTP/1.1: %s", httphead_why(d->head));
		httphead_free(d->head);
		d->head = NULL;
		d->status = WSUP_DIAL_REFUSED;
		break;
	case HTTPHEAD_MORE:
		break;
	}
	return used;
}

enum wsup_dial_status
wsup_dial_feed(struct wsup_dial *d, const void *p, size_t n, size_t *used)
{
	const char *s = p;
	size_t i = 0, part;

	while (i < n && d->status == WSUP_DIAL_MORE && !d->refusing)
		i += take_head(d, s + i, n - i);
	if (d->status == WSUP_DIAL_MORE && d->refusing) {
		/* a body that is too long or malformed is shown as it is */
		if (httpbody_feed(&d->body, s + i, n - i, &part) !=
		    HTTPHEAD_MORE)
			d->status = WSUP_DIAL_REFUSED;
		i += part;
	}
	*used = i;
	return d->status;
}

enum wsup_dial_status
wsup_dial_end(struct wsup_dial *d)
{
	if (d->status == WSUP_DIAL_MORE && d->refusing)
		d->status = WSUP_DIAL_REFUSED;
	return d->status;
}

const char *
wsup_dial_why(const struct wsup_dial *d)
{
	return d->why;
}

const struct httphead *
wsup_dial_head(const struct wsup_dial *d)
{
	return d->head;
}

const char *
wsup_dial_body(const struct wsup_dial *d, size_t *n)
{
	*n = d->body.data.len;
	return d->body.data.data ? d->body.data.data : "";
}
