/*
 * Builds and splits JSON Web Tokens: header, claims and signature in base64url.
 */
#include "auth/jwt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/why.h"

static int
add64(struct buf *out, const void *p, size_t n)
{
	char *room = buf_room(out, BASE64_LEN(n));

	if (!room)
		return -1;
	buf_added(out, base64_url_encode(room, p, n));
	return 0;
}

/* Appends a JSON value in base64url, and frees it. */
static int
add_json(struct buf *out, struct json *j)
{
	struct buf text;
	int rc;

	buf_init(&text, AUTH_JWT_MAX);
	json_print(j, &text);
	json_free(j);
	rc = text.failed ? -1 : add64(out, text.data, text.len);
	buf_done(&text);
	return rc;
}

static struct json *
header(const struct auth_jwt *t)
{
	struct json *j = json_object();

	json_set(j, "alg", json_string("RS256"));
	json_set(j, "typ", json_string("JWT"));
	if (t->key_id)
		json_set(j, "kid", json_string(t->key_id));
	return j;
}

static struct json *
claims(const struct auth_jwt *t)
{
	struct json *j = json_object();

	json_set(j, "iss", json_string(t->issuer));
	json_set(j, "scope", json_string(t->scopes));
	json_set(j, "aud", json_string(AUTH_JWT_AUDIENCE));
	json_set(j, "iat", json_integer(t->now));
	json_set(j, "exp", json_integer(t->now + t->life));
	return j;
}

int
auth_jwt_make(struct buf *out, const struct auth_jwt *t, char *why,
    size_t size)
{
	size_t start = out->len;
	struct buf sig;
	int rc;

	if (add_json(out, header(t)) == -1 || buf_byte(out, '.') == -1 ||
	    add_json(out, claims(t)) == -1)
		return why_say(-1, why, size, "the assertion is over %d bytes",
		    AUTH_JWT_MAX);
	buf_init(&sig, 1024);
	rc = crypt_rs256_sign(t->key, out->data + start, out->len - start,
	    &sig, why, size);
	if (rc == 0 && (buf_byte(out, '.') == -1 ||
	    add64(out, sig.data, sig.len) == -1)) {
		snprintf(why, size, "the assertion is over %d bytes",
		    AUTH_JWT_MAX);
		rc = -1;
	}
	buf_done(&sig);
	return rc;
}

/* Decodes n characters of base64url; freed by the caller. */
static unsigned char *
decode64(const char *p, size_t n, size_t *len)
{
	char *text = mem_copy(p, n);
	unsigned char *out = mem_alloc(n / 4 * 3 + 4);
	ssize_t got;
	size_t i;

	for (i = 0; i < n; i++)
		if (text[i] == '+' || text[i] == '/' || text[i] == '=')
			text[i] = '!';	/* not in this alphabet */
		else if (text[i] == '-')
			text[i] = '+';
		else if (text[i] == '_')
			text[i] = '/';
	got = base64_decode(out, text, n);
	free(text);
	if (got == -1) {
		free(out);
		return NULL;
	}
	*len = (size_t)got;
	return out;
}

static struct json *
part(const char *p, size_t n, char *why, size_t size)
{
	size_t len;
	unsigned char *text = decode64(p, n, &len);
	struct json *j;

	if (!text) {
		snprintf(why, size, "a part is not base64url");
		return NULL;
	}
	j = json_parse((char *)text, len, why, size);
	free(text);
	if (j && json_type(j) != JSON_OBJECT) {
		json_free(j);
		snprintf(why, size, "a part is not a JSON object");
		return NULL;
	}
	return j;
}

static int
signature(struct auth_jwt_parts *t, const char *p, size_t n)
{
	size_t len;
	unsigned char *sig = decode64(p, n, &len);

	if (!sig)
		return -1;
	if (len > 0 && len <= sizeof t->signature) {
		memcpy(t->signature, sig, len);
		t->signature_len = len;
	}
	free(sig);
	return t->signature_len > 0 ? 0 : -1;
}

int
auth_jwt_split(struct auth_jwt_parts *t, const char *p, size_t n, char *why,
    size_t size)
{
	const char *dot, *dot2, *end = p + n;

	memset(t, 0, sizeof *t);
	dot = n <= AUTH_JWT_MAX ? memchr(p, '.', n) : NULL;
	dot2 = dot ? memchr(dot + 1, '.', (size_t)(end - dot - 1)) : NULL;
	if (!dot2 || memchr(dot2 + 1, '.', (size_t)(end - dot2 - 1)))
		return why_say(-1, why, size, "not three parts");
	t->signed_len = (size_t)(dot2 - p);
	t->header = part(p, (size_t)(dot - p), why, size);
	if (!t->header)
		return -1;
	t->claims = part(dot + 1, (size_t)(dot2 - dot - 1), why, size);
	if (!t->claims)
		goto no_claims;
	if (signature(t, dot2 + 1, (size_t)(end - dot2 - 1)) == -1) {
		snprintf(why, size, "no signature that could be one");
		goto no_signature;
	}
	return 0;

no_signature:
	json_free(t->claims);
no_claims:
	json_free(t->header);
	t->header = t->claims = NULL;
	return -1;
}
