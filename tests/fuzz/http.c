/*
 * Any bytes as a request with its body, as the answer to an upgrade and as a
 * URL; at once and byte by byte, which has to come to the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/httpbody.h"
#include "net/httphead.h"
#include "base/url.h"
#include "net/wsup.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum httphead_status
request(const uint8_t *p, size_t n, size_t step, size_t *kept)
{
	struct httphead *h = httphead_new(HTTPHEAD_REQUEST);
	enum httphead_status status = HTTPHEAD_MORE;
	struct httpbody b;
	size_t i = 0, used;
	char why[128];

	*kept = 0;
	while (i < n && status == HTTPHEAD_MORE) {
		status = httphead_feed(h, p + i, n - i < step ? n - i : step,
		    &used);
		i += used;
	}
	if (status == HTTPHEAD_DONE) {
		wsup_check_request(h, why, sizeof(why));
		httpbody_init(&b, h, HTTPHEAD_REQUEST, 64);
		status = httpbody_feed(&b, p, 0, &used);
		while (i < n && status == HTTPHEAD_MORE) {
			status = httpbody_feed(&b, p + i,
			    n - i < step ? n - i : step, &used);
			i += used;
		}
		if (b.data.len > 64)
			abort();
		*kept = b.data.len;
		httpbody_done(&b);
	}
	httphead_free(h);
	return status;
}

static enum wsup_dial_status
answer(const uint8_t *p, size_t n, size_t step)
{
	static const unsigned char random[16];
	struct wsup_dial *d = wsup_dial_new(random, 64);
	enum wsup_dial_status status = WSUP_DIAL_MORE;
	size_t i = 0, used;

	while (i < n && status == WSUP_DIAL_MORE) {
		status = wsup_dial_feed(d, p + i, n - i < step ? n - i : step,
		    &used);
		i += used;
	}
	if (status == WSUP_DIAL_MORE)
		status = wsup_dial_end(d);
	wsup_dial_free(d);
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	size_t one, all;
	struct url u;
	char *text, why[128];

	if (request(p, n, 1, &one) != request(p, n, n, &all) || one != all)
		abort();
	if (answer(p, n, 1) != answer(p, n, n))
		abort();
	text = malloc(n + 1);
	memcpy(text, p, n);
	text[n] = '\0';
	if (url_parse(&u, text, why, sizeof(why)) == 0)
		url_done(&u);
	free(text);
	return 0;
}
