#include "tool/response.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "stream/stream.h"
#include "tool/result.h"

enum { TURN_MAX = STREAM_HEAD_MAX / 8 };

void
response_record(struct buf *b, const struct response *r)
{
	struct response instead;
	struct json *error;

	buf_init(b, STREAM_HEAD_MAX);
	stream_head(b, "tool_response");
	if (r->id != NULL)
		stream_str(b, "id", r->id);
	stream_str(b, "name", r->name);
	stream_json(b, "response", r->response);
	if (r->scheduling != NULL && *r->scheduling != '\0')
		stream_str(b, "scheduling", r->scheduling);
	if (r->more)
		stream_bool(b, "will_continue", true);
	if (r->parts != NULL)
		stream_json(b, "parts", r->parts);
	stream_tail(b, 0);
	if (!b->failed)
		return;
	buf_done(b);
	error = result_error("the answer is over 1 MiB");
	instead = *r;
	instead.response = error;
	instead.parts = NULL;
	response_record(b, &instead);
	json_free(error);
}

void
response_turn(struct buf *b, const struct response *r)
{
	struct buf text;

	buf_init(&text, STREAM_HEAD_MAX);
	buf_printf(&text, "[Result of the tool %s", r->name);
	if (r->id != NULL)
		buf_printf(&text, ", call %s", r->id);
	buf_str(&text, "] ");
	json_print(r->response, &text);
	if (json_size(r->parts) > 0)
		buf_printf(&text, " [%zu pictures or sounds of it are left "
		    "out]", json_size(r->parts));
	buf_init(b, STREAM_HEAD_MAX);
	stream_head(b, "turn");
	stream_str(b, "role", "user");
	stream_strn(b, "text", text.data, text.len > TURN_MAX ?
	    utf8_cut(text.data, TURN_MAX) : text.len);
	stream_bool(b, "complete", true);
	stream_tail(b, 0);
	buf_done(&text);
}

void
response_log(struct buf *b, const struct response_event *e)
{
	buf_init(b, STREAM_HEAD_MAX * 2);
	buf_printf(b, "{\"time\":%lld,\"event\":\"%s\",\"name\":",
	    (long long)clock_wall(), e->event);
	json_quote(b, e->name, strlen(e->name));
	if (e->id != NULL)
		stream_str(b, "id", e->id);
	if (e->serial != 0)
		stream_int(b, "call", (int64_t)e->serial);
	stream_int(b, "ms", clock_ms() - e->came_ms);
	if (e->value != NULL)
		stream_json(b, e->key, e->value);
	buf_str(b, "}\n");
}
