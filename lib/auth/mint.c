/*
 * Ephemeral tokens.  The field names are those of the REST API; it is not
 * certain which API version keeps the method, so both are tried.
 */
#include "auth/mint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/net.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

#define HOST "https://generativelanguage.googleapis.com"

enum {
	CONNECTION_S = 600,	/* about the life of one connection */
	BODY_MAX = 1 << 20
};

struct json *
auth_mint_setup(const char *p, size_t n, char *why, size_t size)
{
	struct json *j = json_parse(p, n, why, size), *inner;
	const char *model;
	char *full;

	if (!j)
		return NULL;
	if (json_type(json_get(j, "setup")) == JSON_OBJECT) {
		inner = json_detach(j, "setup");
		json_free(j);
		j = inner;
	}
	if (json_type(j) != JSON_OBJECT) {
		snprintf(why, size, "no JSON object");
		json_free(j);
		return NULL;
	}
	model = json_get_str(j, "model", NULL);
	if (model && !strchr(model, '/')) {
		full = mem_printf("models/%s", model);
		json_set(j, "model", json_string(full));
		free(full);
	}
	return j;
}

static void
name(struct buf *b, const char *outer, const char *inner)
{
	buf_printf(b, "%s%s%s%s", b->len > 0 ? "," : "", outer,
	    inner ? "." : "", inner ? inner : "");
}

/* The names of the fields that are set, generationConfig's one by one. */
static void
set_fields(struct buf *b, const struct json *setup)
{
	const struct json *j, *k;

	for (j = json_first(setup); j; j = json_next(j)) {
		if (strcmp(json_key(j), "generationConfig") != 0 ||
		    json_type(j) != JSON_OBJECT) {
			name(b, json_key(j), NULL);
			continue;
		}
		for (k = json_first(j); k; k = json_next(k))
			name(b, json_key(j), json_key(k));
	}
}

static void
stamp(struct json *j, const char *key, int64_t t)
{
	char s[AUTH_STAMP];

	auth_text_stamp(s, t, false);
	json_set(j, key, json_string(s));
}

struct json *
auth_mint_body(const struct auth_mint *m, int64_t now)
{
	struct json *j = json_object();
	struct buf mask;

	if (m->uses >= 0)
		json_set(j, "uses", json_integer(m->uses));
	if (m->expire_s >= 0)
		stamp(j, "expireTime", now + m->expire_s);
	if (m->start_s >= 0)
		stamp(j, "newSessionExpireTime", now + m->start_s);
	if (m->setup)
		json_set(j, "bidiGenerateContentSetup", json_copy(m->setup));
	if (!m->lock || strcmp(m->lock, "all") == 0)
		return j;
	buf_init(&mask, 65536);
	if (strcmp(m->lock, "set") == 0)
		set_fields(&mask, m->setup);
	else
		buf_str(&mask, m->lock);
	json_set(j, "fieldMask", json_string(mask.data ? mask.data : ""));
	buf_done(&mask);
	return j;
}

size_t
auth_mint_warnings(const struct auth_mint *m,
    const char *warnings[AUTH_MINT_WARNINGS])
{
	bool all = m->setup && (!m->lock || strcmp(m->lock, "all") == 0);
	int64_t life = m->expire_s < 0 ? 1800 : m->expire_s;
	size_t n = 0;

	if (m->uses == 1 || m->uses == -1)
		warnings[n++] = "one use: resuming does not count, but if a "
		    "handle has expired a fresh session is needed and will be "
		    "refused; --uses 3 leaves room";
	if (life < CONNECTION_S)
		warnings[n++] = "it expires before a connection does (about "
		    "10 min), so nothing can be resumed with it; give a longer "
		    "--expire";
	else if (life <= 1800)
		warnings[n++] = "a conversation begun with it ends when it "
		    "expires (30 min or less), resumed or not; --expire "
		    "19h is the longest";
	if (m->start_s > life)
		warnings[n++] = "--new-session-expire is beyond --expire, "
		    "which decides";
	else if (m->uses != 1 && m->uses != -1 && m->start_s < CONNECTION_S)
		warnings[n++] = "fresh sessions are refused after "
		    "--new-session-expire (60 s by default), so further uses "
		    "do not help a conversation whose handle dies later";
	if (all && !json_get(m->setup, "sessionResumption"))
		warnings[n++] = "the locked setup has no "
		    "\"sessionResumption\", so its connections cannot be "
		    "resumed";
	return n;
}

struct json *
auth_mint_answer(const char *p, size_t n, char *why, size_t size)
{
	struct json *j = json_parse(p, n, why, size);
	const char *s;

	if (!j)
		return NULL;
	s = json_get_str(j, "name", "");
	if (strncmp(s, "auth_tokens/", 12) == 0 && s[12]) {
		for (s += 12; *s > ' ' && *s < 0x7f; s++)
			;
		if (*s == '\0')
			return j;
	}
	snprintf(why, size, "no \"name\" of a token in it");
	json_wipe(j);
	return NULL;
}

/* One request, to one version of the API. */
static int
ask_version(struct auth_net *net, const char *version, const char *key,
    const struct buf *b, struct auth_body *body, struct auth_refusal *r)
{
	char *line = mem_printf("x-goog-api-key: %s", key);
	const char *const headers[] = { "Content-Type: application/json", line,
		NULL };
	const char *const secrets[] = { key, NULL };
	char *full = mem_printf(HOST "/%s/auth_tokens", version);
	char *url = auth_net_url(net, full);
	struct auth_ask ask = {
		.http = { .url = url, .headers = headers, .body = b->data,
		    .body_len = b->len },
		.question = { .place = AUTH_AT_KEY, .secrets = secrets },
	};
	int rc = auth_net_ask(net, &ask, body, r);

	mem_wipe(line, strlen(line));
	free(line);
	free(full);
	free(url);
	return rc;
}

int
auth_mint(struct auth_net *net, const char *key, const struct auth_mint *m,
    struct json **answer, struct auth_refusal *r)
{
	struct json *j = auth_mint_body(m, clock_wall());
	struct auth_body body;
	char why[120];
	struct buf b;
	int rc;

	buf_init(&b, BODY_MAX);
	json_print(j, &b);
	json_free(j);
	rc = ask_version(net, m->version ? m->version : "v1beta", key, &b,
	    &body, r);
	if (r->status == 404 && !m->version) {
		auth_net_note(net, 1, "v1beta has no such method; asking "
		    "v1alpha");
		rc = ask_version(net, "v1alpha", key, &b, &body, r);
	}
	buf_done(&b);
	if (rc != 0)
		return rc;
	*answer = auth_mint_answer(body.p, body.n, why, sizeof why);
	auth_net_body_done(&body);
	return *answer ? 0 : auth_net_refuse(r, CODE_PROTOCOL, "an answer that "
	    "cannot be used: %s", why);
}
