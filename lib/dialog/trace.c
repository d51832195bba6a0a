/* One line per message; a message that is not JSON is written as a string. */
#include "dialog/trace.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "proto/rest.h"
#include "stream/stream.h"

enum { LINE_MAX_BYTES = 40 << 20 };

struct trace {
	struct output *out;
	struct buf line;
	int64_t zero;
	bool lost;		/* a line that was too long */
};

struct trace *
trace_open(struct loop *loop, const char *path, const struct output_ops *ops,
    void *arg, int64_t now)
{
	struct trace *t = mem_alloc(sizeof(*t));

	t->out = output_open(loop, path, TRACE_QUEUE_MAX, ops, arg);
	if (!t->out) {
		free(t);
		return NULL;
	}
	t->zero = now;
	buf_init(&t->line, LINE_MAX_BYTES);
	return t;
}

void
trace_close(struct trace *t)
{
	if (!t)
		return;
	output_close(t->out);
	buf_done(&t->line);
	free(t);
}

static void
begin(struct trace *t, int64_t now, int conn)
{
	buf_clear(&t->line);
	stream_head(&t->line, "trace");
	stream_int(&t->line, "t", now - t->zero);
	stream_int(&t->line, "conn", conn);
}

static void
end(struct trace *t)
{
	stream_tail(&t->line, 0);
	if (t->line.failed)
		t->lost = true;
	else
		(void)output_add(t->out, t->line.data, t->line.len, NULL, 0);
}

/* Hides a handle, with which anybody can continue the conversation. */
static void
redact(struct json *object, const char *key)
{
	if (json_get(object, key))
		json_set(object, key, json_string("(taken out)"));
}

static void
redact_all(struct json *m)
{
	static const char *const camel = "sessionResumption";
	static const char *const snake = "session_resumption";

	redact(json_get(json_get(m, "setup"), camel), "handle");
	redact(json_get(json_get(m, "setup"), snake), "handle");
	proto_rest_hide(m);
}

void
trace_message(struct trace *t, int64_t now, int conn, bool out, const char *p,
    size_t n)
{
	struct json *m;

	if (!t)
		return;
	begin(t, now, conn);
	stream_str(&t->line, "dir", out ? "out" : "in");
	m = json_parse(p, n, NULL, 0);
	if (m) {
		redact_all(m);
		stream_json(&t->line, "message", m);
	} else {
		stream_strn(&t->line, "text", p, n);
	}
	json_free(m);
	end(t);
}

void
trace_event(struct trace *t, int64_t now, int conn, const char *what,
    int code, const char *text)
{
	if (!t)
		return;
	begin(t, now, conn);
	stream_str(&t->line, "event", what);
	if (code)
		stream_int(&t->line, "code", code);
	if (text && *text)
		stream_str(&t->line, "text", text);
	end(t);
}

struct output_fate
trace_fate(const struct trace *t)
{
	struct output_fate f = output_fate(t ? t->out : NULL);

	f.lost |= t && t->lost;
	return f;
}
