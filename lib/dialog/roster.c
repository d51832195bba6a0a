/* Asks for the secret, then sends one request. */
#include "dialog/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "net/http.h"

enum { ANSWER_MAX = 4 << 20, HEADERS_MAX = 32 << 10 };

struct roster {
	const struct roster_opts *o;
	struct loop *loop;
	struct http *http;
	struct json *names;
	char *why;
	size_t size;
};

/* The URL of the list of models, from wss://host/... */
static char *
list_url(const char *ws)
{
	const char *host = strstr(ws, "://");

	host = host != NULL ? host + 3 : ws;
	return mem_printf("http%s://%.*s/v1beta/models?pageSize=1000",
	    strncmp(ws, "wss:", 4) == 0 ? "s" : "", (int)strcspn(host, "/?"),
	    host);
}

static bool
is_live(const struct json *model)
{
	const struct json *way = json_first(json_get(model,
	    "supportedGenerationMethods"));

	for (; way != NULL; way = json_next(way))
		if (json_str(way) != NULL &&
		    strcmp(json_str(way), "bidiGenerateContent") == 0)
			return true;
	return false;
}

static int
read_answer(struct roster *r, const struct http_answer *a)
{
	struct json *j = json_parse(a->body, a->len, NULL, 0);
	const struct json *m = json_first(json_get(j, "models"));
	const char *name, *message;
	int code = CODE_OK;

	if (a->status != 200) {
		message = json_get_str(json_get(j, "error"), "message", "");
		snprintf(r->why, r->size, "the list of models: HTTP %d%s%.300s",
		    a->status, *message != '\0' ? ": " : "", message);
		log_tame(r->why);
		code = a->status == 429 || a->status >= 500 ? CODE_TEMPFAIL :
		    a->status == 400 || a->status == 401 || a->status == 403 ?
		    CODE_REFUSED : CODE_PROTOCOL;
	} else if (j == NULL) {
		snprintf(r->why, r->size, "the list of models is not JSON");
		code = CODE_PROTOCOL;
	}
	for (; code == CODE_OK && m != NULL; m = json_next(m)) {
		name = json_get_str(m, "name", "");
		name += strncmp(name, "models/", 7) == 0 ? 7 : 0;
		if (is_live(m) && *name != '\0')
			json_add(r->names, json_string(name));
	}
	json_free(j);
	return code;
}

static void
answered(void *arg, const struct http_answer *a)
{
	struct roster *r = arg;
	int code;

	if (a->result != HTTP_ANSWERED) {
		snprintf(r->why, r->size, "the list of models: %s", a->why);
		code = a->result == HTTP_CERTIFICATE ? CODE_CONFIG :
		    CODE_UNAVAILABLE;
	} else
		code = read_answer(r, a);
	loop_stop(r->loop, code);
}

/* Sends the request; splits its header lines ("Name: value\r\n") in place. */
static void
ask(struct roster *r, char *lines)
{
	const char *headers[8];
	struct http_request q = { .headers = headers, .max = ANSWER_MAX,
		.ca = r->o->ca, .cafile = r->o->cafile, .cadir = r->o->cadir,
		.direct = endpoint_is_loopback(r->o->ws),
		.connect_ms = r->o->connect_ms };
	char *url = list_url(r->o->ws), *end;
	size_t n = 0;

	for (; n < 7 && (end = strstr(lines, "\r\n")) != NULL;
	    lines = end + 2) {
		*end = '\0';
		headers[n++] = lines;
	}
	headers[n] = NULL;
	q.url = url;
	r->http = http_start(r->loop, &q, answered, r);
	free(url);
}

static void
got(void *arg, const struct token_reply *t)
{
	struct roster *r = arg;
	struct buf b;

	buf_init(&b, HEADERS_MAX);
	/* the emulator requires a key, but any will do */
	if (r->o->credential == CREDENTIAL_NONE)
		buf_str(&b, "x-goog-api-key: none\r\n");
	else if (endpoint_headers(r->o->credential, t->secret,
	    t->quota_project, &b) < 0) {
		snprintf(r->why, r->size, "the key or token is empty, or "
		    "holds what cannot be one");
		loop_stop(r->loop, CODE_CONFIG);
	}
	if (*r->why == '\0')
		ask(r, b.data);
	mem_wipe(b.data, b.len);
	buf_done(&b);
}

static void
failed(void *arg, int code, const char *why)
{
	struct roster *r = arg;

	snprintf(r->why, r->size, "%s", why);
	loop_stop(r->loop, code);
}

int
roster_ask(const struct roster_opts *o, struct json **names, char *why,
    size_t size)
{
	static const struct token_ops ops = { got, failed };
	struct roster r = { .o = o, .loop = loop_new(),
		.names = json_array(), .why = why, .size = size };
	struct token *t = token_new(r.loop, o->token);
	int code;

	*why = '\0';
	token_ask(t, &ops, &r);
	code = loop_run(r.loop);
	http_close(r.http);
	token_free(t);
	loop_free(r.loop);
	*names = r.names;
	if (code == CODE_OK)
		return code;
	json_free(r.names);
	*names = NULL;
	return code;
}
