/* Interim answers (1xx) are passed over, up to a few; then comes the 101, or
 * a refusal whose body is collected as far as it goes. */
#include "net/wsdial.h"
#include "net/httpbody.h"
#include "net/httphead.h"
#include "base/mem.h"
#include "net/wsup.h"

#include <stdio.h>
#include <stdlib.h>

enum { INTERIM_MAX = 8 };

struct wsdial {
	enum wsdial_status status;
	char key[WSUP_KEY_LEN + 1];
	struct httphead *head;
	bool refusing;		/* the head was read, the body comes */
	struct httpbody body;
	size_t body_max;
	int interim;
	char why[256];
};

struct wsdial *
wsdial_new(const unsigned char random[16], size_t body_max)
{
	struct wsdial *d = mem_alloc(sizeof(*d));

	wsup_key(d->key, random);
	d->head = httphead_new(HTTPHEAD_RESPONSE);
	d->body_max = body_max;
	return d;
}

void
wsdial_free(struct wsdial *d)
{
	if (!d)
		return;
	httphead_free(d->head);
	httpbody_done(&d->body);
	free(d);
}

int
wsdial_request(struct wsdial *d, struct buf *b, const char *authority,
    const char *target, const char *const *headers)
{
	return wsup_request(b, authority, target, d->key, headers);
}

/* The head is whole. */
static void
judge(struct wsdial *d)
{
	int code = httphead_code(d->head);

	if (code < 200 && code != 101 && d->interim++ < INTERIM_MAX) {
		httphead_free(d->head);
		d->head = httphead_new(HTTPHEAD_RESPONSE);
	} else if (wsup_check_response(d->head, d->key, d->why,
	    sizeof(d->why)) == 0) {
		d->status = WSDIAL_UP;
	} else {
		d->refusing = true;
		httpbody_init(&d->body, d->head, HTTPHEAD_RESPONSE,
		    d->body_max);
	}
}

static size_t
take_head(struct wsdial *d, const char *p, size_t n)
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
		d->status = WSDIAL_REFUSED;
		break;
	case HTTPHEAD_MORE:
		break;
	}
	return used;
}

enum wsdial_status
wsdial_feed(struct wsdial *d, const void *p, size_t n, size_t *used)
{
	const char *s = p;
	size_t i = 0, part;

	while (i < n && d->status == WSDIAL_MORE && !d->refusing)
		i += take_head(d, s + i, n - i);
	if (d->status == WSDIAL_MORE && d->refusing) {
		/* a body that is too long or malformed is shown as it is */
		if (httpbody_feed(&d->body, s + i, n - i, &part) !=
		    HTTPHEAD_MORE)
			d->status = WSDIAL_REFUSED;
		i += part;
	}
	*used = i;
	return d->status;
}

enum wsdial_status
wsdial_end(struct wsdial *d)
{
	if (d->status == WSDIAL_MORE && d->refusing)
		d->status = WSDIAL_REFUSED;
	return d->status;
}

const char *
wsdial_why(const struct wsdial *d)
{
	return d->why;
}

const struct httphead *
wsdial_head(const struct wsdial *d)
{
	return d->head;
}

const char *
wsdial_body(const struct wsdial *d, size_t *n)
{
	*n = d->body.data.len;
	return d->body.data.data ? d->body.data.data : "";
}
