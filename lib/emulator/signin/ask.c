/*
 * Answers to requests, as text, JSON and Google's form of an error.
 */
#include "emulator/signin/ask.h"

#include <stdio.h>

#include "base/json.h"

int64_t
ask_life(const struct emuask *q)
{
	return json_get_int(q->settings, "life", 3600);
}

void
ask_text(struct emuask *q, int status, const char *type, const char *body)
{
	q->a->status = status;
	q->a->type = type;
	buf_clear(&q->a->body);
	buf_str(&q->a->body, body);
}

void
ask_json(struct emuask *q, int status, struct json *j)
{
	q->a->status = status;
	q->a->type = "application/json; charset=UTF-8";
	buf_clear(&q->a->body);
	json_pretty(j, &q->a->body);
	buf_byte(&q->a->body, '\n');
	json_free(j);
}

void
ask_error(struct emuask *q, int status, const char *word,
    const char *message, const char *reason, const char *key,
    const char *value)
{
	struct json *j = json_object(), *info, *meta;
	struct json *error = json_set(j, "error", json_object());

	json_set(error, "code", json_integer(status));
	json_set(error, "message", json_string(message));
	json_set(error, "status", json_string(word));
	if (reason) {
		info = json_add(json_set(error, "details", json_array()),
		    json_object());
		json_set(info, "@type", json_string(
		    "type.googleapis.com/google.rpc.ErrorInfo"));
		json_set(info, "reason", json_string(reason));
		json_set(info, "domain", json_string("googleapis.com"));
		meta = json_set(info, "metadata", json_object());
		if (key)
			json_set(meta, key, json_string(value));
	}
	ask_json(q, status, j);
}

void
ask_line(struct emuask *q, const char *s)
{
	size_t i;

	for (i = 0; i < 3 && q->a->lines[i][0]; i++)
		;
	snprintf(q->a->lines[i], sizeof q->a->lines[i], "%s", s);
}
