/* Tools of MCP servers and their results, as the model sees them. */
#include "tool/mcptool.h"

#include <string.h>

#include "base/buf.h"
#include "tool/decl.h"
#include "base/json.h"
#include "base/utf8.h"

void
mcptool_why(const char *text, char *why, size_t size)
{
	size_t n;

	if (text == NULL || *text == '\0')
		text = "the tool failed and did not say why";
	n = strlen(text);
	if (n >= size)
		n = utf8_cut(text, size - 1);
	memcpy(why, text, n);
	why[n] = '\0';
}

/* Text parts of a result joined by newlines. */
static void
add_content(const struct json *item, struct buf *text, struct json *parts)
{
	const char *type = json_get_str(item, "type", "");
	const char *s = json_get_str(item, "text", NULL);
	struct json *part;

	if (strcmp(type, "resource") == 0) {
		item = json_get(item, "resource");
		s = json_get_str(item, "text", NULL);
	} else if (strcmp(type, "resource_link") == 0) {
		s = json_get_str(item, "uri", NULL);
	}
	if (s != NULL) {
		if (text->len > 0)
			buf_byte(text, '\n');
		buf_str(text, s);
		return;
	}
	s = json_get_str(item, "data", json_get_str(item, "blob", NULL));
	if (s == NULL)
		return;
	part = json_set(json_add(parts, json_object()), "inlineData",
	    json_object());
	json_set(part, "mimeType", json_string(json_get_str(item, "mimeType",
	    "application/octet-stream")));
	json_set(part, "data", json_string(s));
}

void
mcptool_answer(const struct json *result, struct mcptool_result *r, char *error,
    size_t size)
{
	const struct json *item, *structured;
	struct buf text;

	memset(r, 0, sizeof(*r));
	r->parts = json_array();
	buf_init(&text, MCPTOOL_MAX);
	item = json_first(json_get(result, "content"));
	for (; item != NULL; item = json_next(item))
		add_content(item, &text, r->parts);
	structured = json_get(result, "structuredContent");
	if (json_true(json_get(result, "isError"))) {
		buf_byte(&text, '\0');
		mcptool_why(text.len > 1 ? text.data : NULL, error, size);
		r->error = error;
	} else if (json_type(structured) == JSON_OBJECT) {
		r->response = json_copy(structured);
	} else {
		r->response = json_object();
		json_set(r->response, "result",
		    json_stringn(text.len > 0 ? text.data : "", text.len));
	}
	if (json_size(r->parts) == 0 || r->error != NULL) {
		json_free(r->parts);
		r->parts = NULL;
	}
	buf_done(&text);
}

int
mcptool_declare(struct decl *d, const struct json *tool, char *why, size_t size)
{
	const char *name = json_get_str(tool, "name", "");
	const char *about = json_get_str(tool, "description",
	    json_get_str(tool, "title", NULL));
	const struct json *schema = json_get(tool, "inputSchema");
	struct json *f;
	char legal[DECL_NAME_MAX + 1];
	struct buf b;
	int r;

	f = json_object();
	decl_name_mend(name, legal);
	json_set(f, "name", json_string(legal));
	if (about != NULL)
		json_set(f, "description", json_string(about));
	if (json_type(schema) == JSON_OBJECT)
		json_set(f, "parametersJsonSchema", json_copy(schema));
	buf_init(&b, MCPTOOL_MAX);
	json_print(f, &b);
	json_free(f);
	r = decl_parse(d, legal, b.data, b.len, why, size);
	buf_done(&b);
	return r;
}

/* MCP's tasks. */

bool
mcptool_task_needed(const struct json *tool)
{
	return strcmp(json_get_str(json_get(tool, "execution"), "taskSupport",
	    ""), "required") == 0;
}

const char *
mcptool_task_id(const struct json *message)
{
	return json_get_str(json_get(json_get(message, "result"), "task"),
	    "taskId", NULL);
}

struct json *
mcptool_task_params(const char *id)
{
	struct json *p = json_object();

	json_set(p, "taskId", json_string(id));
	return p;
}
