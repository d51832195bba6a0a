/* What a call leaves behind: records, turns, lines of the log, messages. */
#include "tool/response.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "stream/stream.h"
#include "tool/rpc.h"

#include "../../tap.h"

static bool
same(struct buf *b, const char *want)
{
	bool yes = !b->failed && b->len == strlen(want) &&
	    memcmp(b->data, want, b->len) == 0;

	if (!yes)
		printf("# got: %.*s\n", (int)b->len, b->data);
	buf_done(b);
	return yes;
}

static struct json *
parsed(const char *s)
{
	return json_parse(s, strlen(s), NULL, 0);
}

static void
records(void)
{
	struct json *one = parsed("{\"result\":\"x\\ny\"}");
	struct json *parts = parsed("[{\"a\":1},{}]");
	struct response r = { .id = "c1", .name = "f", .response = one,
	    .scheduling = "" };
	struct buf b;
	char *long_text = mem_alloc(STREAM_HEAD_MAX + 1);
	struct json *much = json_object();

	response_record(&b, &r);
	ok(same(&b, "{\"type\":\"tool_response\",\"id\":\"c1\","
	    "\"name\":\"f\",\"response\":{\"result\":\"x\\ny\"}}\n"),
	    "an answer");
	r.scheduling = "WHEN_IDLE";
	r.more = true;
	r.id = NULL;
	r.parts = parts;
	response_record(&b, &r);
	ok(same(&b, "{\"type\":\"tool_response\",\"name\":\"f\","
	    "\"response\":{\"result\":\"x\\ny\"},\"scheduling\":\"WHEN_IDLE\","
	    "\"will_continue\":true,\"parts\":[{\"a\":1},{}]}\n"),
	    "a part of one, without an id");
	response_turn(&b, &r);
	ok(same(&b, "{\"type\":\"turn\",\"role\":\"user\",\"text\":"
	    "\"[Result of the tool f] {\\\"result\\\":\\\"x\\\\ny\\\"} "
	    "[2 pictures or sounds of it are left out]\","
	    "\"complete\":true}\n"), "a turn that tells it");

	memset(long_text, 'x', STREAM_HEAD_MAX);
	json_set(much, "result", json_string(long_text));
	r.response = much;
	response_record(&b, &r);
	ok(same(&b, "{\"type\":\"tool_response\",\"name\":\"f\","
	    "\"response\":{\"error\":\"the answer is over 1 MiB\"},"
	    "\"scheduling\":\"WHEN_IDLE\",\"will_continue\":true}\n"),
	    "an answer that is too long is an error");
	response_turn(&b, &r);
	ok(!b.failed && b.len < STREAM_HEAD_MAX / 2, "a long turn is cut");
	buf_done(&b);
	free(long_text);
	json_free(much);
	json_free(parts);
	json_free(one);
}

static void
lines(void)
{
	struct json *value = parsed("{\"n\":1}"), *j;
	struct response_event e = { .event = "call", .name = "a\"b",
	    .serial = 7, .key = "args", .value = value };
	struct buf b;

	response_log(&b, &e);
	ok(!b.failed && b.data[b.len - 1] == '\n', "a line of the log");
	j = json_parse(b.data, b.len - 1, NULL, 0);
	ok(strcmp(json_get_str(j, "name", ""), "a\"b") == 0 &&
	    json_get(j, "id") == NULL && json_get(j, "call") != NULL &&
	    json_get(j, "ms") != NULL && json_get(json_get(j, "args"), "n"),
	    "with what it knows, and JSON");
	json_free(j);
	buf_done(&b);
	json_free(value);
}

static void
messages(void)
{
	struct json *params = parsed("{\"a\":[]}"), *id = parsed("\"x\"");
	struct buf b;

	buf_init(&b, 1000);
	rpc_call(&b, 3, "tools/call", params);
	rpc_call(&b, 0, "notifications/initialized", NULL);
	ok(same(&b, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\","
	    "\"params\":{\"a\":[]}}\n{\"jsonrpc\":\"2.0\",\"method\":"
	    "\"notifications/initialized\"}\n"),
	    "a request and a notification");
	buf_init(&b, 1000);
	rpc_result(&b, id, json_object());
	rpc_error(&b, id, RPC_NO_METHOD, "no");
	ok(same(&b, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{}}\n"
	    "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":-32601,"
	    "\"message\":\"no\"}}\n"), "an answer and an error");
	json_free(id);
}

int
main(void)
{
	records();
	lines();
	messages();
	return tap_done();
}
