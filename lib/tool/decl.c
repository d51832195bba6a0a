/* One function's declaration: read, checked, and cleaned of our own members. */
#include "tool/decl.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/family.h"
#include "base/json.h"
#include "base/why.h"
#include "proto/schema.h"

bool
decl_name_ok(const char *s)
{
	return strlen(s) <= DECL_NAME_MAX && proto_check_name(s);
}

void
decl_name_mend(const char *from, char to[DECL_NAME_MAX + 1])
{
	size_t n = 0;

	if (!isalpha((unsigned char)*from) && *from != '_')
		to[n++] = '_';
	for (; *from != '\0' && n < DECL_NAME_MAX; from++) {
		to[n] = *from;
		if (!isalnum((unsigned char)*from) &&
		    strchr("_:.-", *from) == NULL)
			to[n] = '_';
		n++;
	}
	to[n] = '\0';
}

/* Whether a schema is the API's own: its types are in upper case. */
static bool
api_schema(const struct json *schema)
{
	const char *type = json_get_str(schema, "type", NULL);

	return type != NULL && isupper((unsigned char)*type);
}

static int
fail(char *why, size_t size, const char *where, const char *what)
{
	return why_say(-1, why, size, "%s: %s", where, what);
}

static int
take_parameters(struct json *f, char *why, size_t size)
{
	struct json *p = json_get(f, "parameters"), *raw;
	const char *type;
	bool api;

	raw = json_get(f, "parametersJsonSchema");
	if (p != NULL && raw != NULL)
		return fail(why, size, "parameters",
		    "beside parametersJsonSchema: only one of them");
	if (p == NULL && raw == NULL)
		return 0;
	if (json_type(p ? p : raw) != JSON_OBJECT)
		return fail(why, size, "parameters", "an object wanted");
	api = p != NULL && api_schema(p);
	p = p ? p : raw;
	type = json_get_str(p, "type", NULL);
	if (type == NULL || strcmp(type, api ? "OBJECT" : "object") != 0)
		return fail(why, size, "parameters.type",
		    "\"object\" wanted: arguments come as an object");
	if (json_size(json_get(p, "properties")) == 0) {
		json_set(f, "parameters", NULL);
		json_set(f, "parametersJsonSchema", NULL);
	} else if (!api && raw == NULL) {
		json_set(f, "parametersJsonSchema",
		    json_detach(f, "parameters"));
	}
	return 0;
}

static int
take_timeout(struct decl *d, struct json *f, char *why, size_t size)
{
	const struct json *t = json_get(f, "timeout");
	double s = json_num(t, -1);
	const char *text = json_str(t);
	char *end;

	if (t == NULL)
		return 0;
	if (text != NULL) {
		s = strtod(text, &end);
		if (strcmp(end, "ms") == 0)
			s /= 1000;
		else if (strcmp(end, "m") == 0)
			s *= 60;
		else if (strcmp(end, "s") != 0 && *end != '\0')
			s = -1;
	}
	if (!(s >= 0.001 && s <= 86400))
		return fail(why, size, "timeout",
		    "seconds up to 86400, or a text like \"2m\" wanted");
	d->timeout_ms = (int64_t)(s * 1000 + 0.5);
	json_set(f, "timeout", NULL);
	return 0;
}

static int
take_scheduling(struct decl *d, struct json *f, char *why, size_t size)
{
	const char *s = json_get_str(f, "scheduling", NULL);

	if (json_get(f, "scheduling") == NULL)
		return 0;
	if (s == NULL || (strcmp(s, "SILENT") != 0 &&
	    strcmp(s, "WHEN_IDLE") != 0 && strcmp(s, "INTERRUPT") != 0))
		return fail(why, size, "scheduling",
		    "SILENT, WHEN_IDLE or INTERRUPT wanted");
	snprintf(d->scheduling, sizeof(d->scheduling), "%s", s);
	json_set(f, "scheduling", NULL);
	return 0;
}

static int
take_bool(struct json *f, const char *key, bool *v, char *why, size_t size)
{
	const struct json *j = json_get(f, key);

	if (j == NULL)
		return 0;
	if (json_type(j) != JSON_BOOL)
		return fail(why, size, key, "true or false wanted");
	*v = json_true(j);
	json_set(f, key, NULL);
	return 0;
}

static int
take_name(struct decl *d, struct json *f, const char *name, char *why,
    size_t size)
{
	const char *own = json_get_str(f, "name", name);

	if (json_get(f, "name") != NULL && json_str(json_get(f, "name")) ==
	    NULL)
		return fail(why, size, "name", "a text wanted");
	if (!decl_name_ok(own)) {
		snprintf(why, size, "name: '%.140s' is none that the service "
		    "takes: a letter or '_' first, then letters, digits, '_', "
		    "':', '.' or '-', at most %d; rename the file, or give "
		    "\"name\" in its declaration", own, DECL_NAME_MAX);
		return -1;
	}
	snprintf(d->name, sizeof(d->name), "%s", own);
	json_set(f, "name", json_string(d->name));
	return 0;
}

/* Checks for what the service itself would refuse in it. */
static int
check(const struct json *f, char *why, size_t size)
{
	struct findings found;
	size_t i;
	int r = 0;

	findings_init(&found);
	schema_findings(f, "FunctionDeclaration", "", BACKEND_GEMINI, &found);
	for (i = 0; i < found.n && r == 0; i++)
		if (found.v[i].fatal)
			r = fail(why, size, "declaration", found.v[i].text);
	findings_done(&found);
	return r;
}

int
decl_parse(struct decl *d, const char *name, const char *text, size_t n,
    char *why, size_t size)
{
	const char *behavior;
	struct json *f;

	memset(d, 0, sizeof(*d));
	f = json_parse(text, n, why, size);
	if (f == NULL)
		return -1;
	d->function = f;
	if (json_type(f) != JSON_OBJECT) {
		fail(why, size, "declaration", "an object wanted");
		goto bad;
	}
	if (take_name(d, f, name, why, size) == -1 ||
	    take_parameters(f, why, size) == -1 ||
	    take_timeout(d, f, why, size) == -1 ||
	    take_scheduling(d, f, why, size) == -1 ||
	    take_bool(f, "confirm", &d->confirm, why, size) == -1 ||
	    take_bool(f, "ack", &d->ack, why, size) == -1 ||
	    check(f, why, size) == -1)
		goto bad;
	behavior = json_get_str(f, "behavior", "");
	d->nonblocking = strcmp(behavior, "NON_BLOCKING") == 0;
	return 0;
bad:
	decl_done(d);
	return -1;
}

void
decl_done(struct decl *d)
{
	json_free(d->function);
	d->function = NULL;
}
