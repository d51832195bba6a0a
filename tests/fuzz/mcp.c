/*
 * Any bytes as what an MCP server writes: the same is said, asked and answered
 * however they are cut; each call has one result at most, and each line that is
 * sent is one of JSON.  The first byte: bites, whether calls are cancelled, and
 * whether the server reads.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "loop/loop.h"
#include "tool/mcptalk.h"
#include "tool/mcptool.h"

enum { CALLS = 64, SENT = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct peer {
	struct mcptalk *talk;
	struct buf log;
	enum { UNUSED, OPEN, SETTLED } calls[CALLS];
	int n, sent;
	bool cancels, deaf;
};

static int
on_send(void *arg, const struct buf *line)
{
	struct peer *x = arg;
	struct json *j;

	assert(line->len > 1);
	assert(memchr(line->data, '\n', line->len) ==
	    line->data + line->len - 1);
	j = json_parse(line->data, line->len, NULL, 0);
	assert(json_type(j) == JSON_OBJECT);
	json_free(j);
	if (x->deaf && x->sent++ >= SENT)
		return -1;
	buf_add(&x->log, line->data, line->len);
	return 0;
}

/* Three of them are called, and the call before is taken back. */
static void
on_tools(void *arg, const struct json *list)
{
	struct peer *x = arg;
	const struct json *t = json_first(list);
	int k;

	buf_printf(&x->log, "%zu tools\n", json_size(list));
	assert(json_size(list) <= 4096);
	if (x->cancels && x->n > 0 && x->calls[x->n - 1] == OPEN) {
		x->calls[x->n - 1] = SETTLED;
		mcptalk_cancel(x->talk, &x->calls[x->n - 1]);
	}
	for (k = 0; k < 3 && t != NULL && x->n < CALLS; k++) {
		x->calls[x->n] = OPEN;
		if (mcptalk_call(x->talk, json_get_str(t, "name", ""), NULL,
		    &x->calls[x->n], 1000) == -1)
			x->calls[x->n] = SETTLED;
		x->n++;
		t = json_next(t);
	}
}

static void
on_result(void *arg, void *call, struct mcptool_result *r)
{
	struct peer *x = arg;
	int i = 0;

	while (call != &x->calls[i])
		i++;
	assert(x->calls[i] == OPEN);
	x->calls[i] = SETTLED;
	assert((r->error == NULL) != (r->response == NULL));
	buf_printf(&x->log, "%d: %s\n", i, r->error ? r->error : "");
	json_print(r->response, &x->log);
	json_print(r->parts, &x->log);
}

static void
on_told(void *arg, enum mcp_level level, const char *text)
{
	struct peer *x = arg;

	buf_printf(&x->log, "%d %s\n", (int)level, text);
}

static void
on_give_up(void *arg, bool for_good)
{
	struct peer *x = arg;

	buf_printf(&x->log, "given up %d\n", for_good);
}

static void
on_read(void *arg)
{
	(void)arg;
}

static const struct mcptalk_ops ops = { on_send, on_tools, on_result, on_told,
	on_give_up, on_read };

/* What came of it all. */
static void
talk(struct loop *loop, unsigned how, const char *p, size_t n, size_t bite,
    struct peer *x)
{
	size_t k;
	int i;

	memset(x, 0, sizeof(*x));
	x->cancels = how & 64;
	x->deaf = how & 128;
	buf_init(&x->log, 64 << 20);
	x->talk = mcptalk_new(loop, &ops, x);
	for (; n > 0; p += k, n -= k) {
		k = bite < n ? bite : n;
		if (mcptalk_feed(x->talk, p, k) == -1)
			break;
	}
	mcptalk_fail(x->talk, "it died");
	for (i = 0; i < x->n; i++)
		assert(x->calls[i] == SETTLED);
	mcptalk_free(x->talk);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct loop *loop;
	struct peer a, b;

	if (n == 0)
		return 0;
	loop = loop_new();
	talk(loop, p[0], (const char *)p + 1, n - 1, n, &a);
	talk(loop, p[0], (const char *)p + 1, n - 1, (p[0] & 63) + 1, &b);
	assert(a.log.len == b.log.len);
	assert(memcmp(a.log.data, b.log.data, a.log.len) == 0);
	buf_done(&a.log);
	buf_done(&b.log);
	loop_free(loop);
	return 0;
}
