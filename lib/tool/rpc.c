#include "tool/rpc.h"

#include <ctype.h>
#include <string.h>

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

/* Where the string that begins at p ends; end if it does not. */
static const char *
behind(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

/* A whole number above 0, with nothing after it. */
static bool
whole(const char *p, const char *end, int64_t *number)
{
	const char *from = p;

	for (*number = 0; p < end && isdigit((unsigned char)*p) &&
	    p - from < 18; p++)
		*number = *number * 10 + (*p - '0');
	p = json_space(p, end);
	return *number > 0 && p < end && (*p == ',' || *p == '}');
}

bool
rpc_answers(const char *p, size_t n, int64_t *number)
{
	const char *end = p + n, *key, *after;
	size_t depth = 0;
	bool found = false;

	for (p = json_space(p, end); p < end; p++) {
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth -= depth > 0;
		if (*p != '"')
			continue;
		key = p;
		p = behind(p, end) - 1;
		after = json_space(p + 1, end);
		if (depth != 1 || after == end || *after != ':')
			continue;
		if (p - key == 7 && memcmp(key, "\"method\"", 8) == 0)
			return false;
		if (p - key == 3 && memcmp(key, "\"id\"", 4) == 0)
			found = whole(json_space(after + 1, end), end, number);
	}
	return found;
}
