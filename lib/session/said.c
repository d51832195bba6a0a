/* Everything here came from outside, and will be quoted in a sentence. */
#include "session/said.h"

#include <string.h>

#include "base/duration.h"
#include "base/json.h"
#include "base/utf8.h"

enum { REASON_MAX = 123 };	/* of a close frame */

/* Words on one line, as far as they fit. */
static void
put(char *to, size_t size, const char *from, size_t n)
{
	static const char more[] = "...";
	size_t used = 0, i = 0, bad, len, word = 0;
	int columns;

	while (i < n && used + 4 + sizeof(more) < size) {
		bad = utf8_unsafe(from + i, n - i);
		if (bad > 0 || from[i] == ' ') {
			i += bad > 0 ? bad : 1;
			if (used > 0 && to[used - 1] != ' ') {
				word = used;
				to[used++] = ' ';
			}
			continue;
		}
		len = utf8_char(from + i, n - i, &columns);
		memcpy(to + used, from + i, len);
		used += len;
		i += len;
	}
	if (i < n && word > 0)
		used = word;
	while (used > 0 && to[used - 1] == ' ')
		used--;
	memcpy(to + used, more, i < n && used > 0 ? sizeof(more) : 0);
	if (i >= n || used == 0)
		to[used] = '\0';
}

/* The wait in an error's details. */
static int64_t
retry(const struct json *error)
{
	const struct json *j;
	int64_t ms;

	for (j = json_first(json_get(error, "details")); j != NULL;
	    j = json_next(j)) {
		ms = duration_ms(json_get_str(j, "retryDelay", NULL));
		if (ms > 0)
			return ms;
	}
	return 0;
}

void
said_error(struct said *s, const struct json *error)
{
	const char *text, *status = json_get_str(error, "status", "");
	int64_t code = json_get_int(error, "code", 0);
	size_t n;

	memset(s, 0, sizeof(*s));
	text = json_strn(json_type(error) == JSON_STRING ? error :
	    json_get(error, "message"), &n);
	if (text != NULL)
		put(s->text, sizeof(s->text), text, n);
	put(s->status, sizeof(s->status), status, strlen(status));
	s->code = code > 0 && code < 1000 ? (int)code : 0;
	s->retry_ms = retry(error);
}

void
said_body(struct said *s, const char *body, size_t n)
{
	struct json *root = json_parse(body, n, NULL, 0);
	const struct json *j = json_type(root) == JSON_ARRAY ?
	    json_first(root) : root;

	memset(s, 0, sizeof(*s));
	if (json_get(j, "error") != NULL)
		said_error(s, json_get(j, "error"));
	else if (root != NULL)
		said_error(s, j);
	else if (n > 0 && memchr(body, '<', n) == NULL)
		put(s->text, sizeof(s->text), body, n);
	json_free(root);
}

void
said_reason(struct said *s, const char *reason)
{
	size_t n = strlen(reason);

	memset(s, 0, sizeof(*s));
	put(s->text, sizeof(s->text), reason, n);
	if (n >= REASON_MAX)
		put(s->text + strlen(s->text), 16, "...", 3);
}
