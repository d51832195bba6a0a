#include "tool/rpc.h"

#include "base/buf.h"
#include "base/json.h"

static struct json *
begin(void)
{
	struct json *j = json_object();

	json_set(j, "jsonrpc", json_string("2.0"));
	return j;
}

static void
end(struct buf *b, struct json *j)
{
	json_print(j, b);
	buf_byte(b, '\n');
	json_free(j);
}

void
rpc_call(struct buf *b, int64_t number, const char *method,
    struct json *params)
{
	struct json *j = begin();

	if (number > 0)
		json_set(j, "id", json_integer(number));
	json_set(j, "method", json_string(method));
	if (params)
		json_set(j, "params", params);
	end(b, j);
}

void
rpc_result(struct buf *b, const struct json *id, struct json *result)
{
	struct json *j = begin();

	json_set(j, "id", json_copy(id));
	json_set(j, "result", result);
	end(b, j);
}

void
rpc_error(struct buf *b, const struct json *id, int code, const char *message)
{
	struct json *j = begin(), *error;

	json_set(j, "id", json_copy(id));
	error = json_set(j, "error", json_object());
	json_set(error, "code", json_integer(code));
	json_set(error, "message", json_string(message));
	end(b, j);
}
