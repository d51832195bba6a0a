/*
 * Signature Version 4: the request in one canonical form, its digest in a
 * string with time and scope, signed with a key derived from the secret by
 * day, region and service.
 */
#include "auth/aws.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/text.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/url.h"
#include "base/why.h"

enum { CANON_MAX = 65536, PARAMS_MAX = 64, HEX = 64 };

static void
wipe_free(char *s)
{
	if (s)
		mem_wipe(s, strlen(s));
	free(s);
}

void
auth_aws_keys_done(struct auth_aws_keys *k)
{
	wipe_free(k->id);
	wipe_free(k->secret);
	wipe_free(k->session);
	memset(k, 0, sizeof *k);
}

/* Whether s is valid in a header line. */
static bool
visible(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

int
auth_aws_keys_parse(struct auth_aws_keys *k, const char *p, size_t n,
    char *why, size_t size)
{
	struct json *j = json_parse(p, n, why, size);
	const char *id = json_get_str(j, "AccessKeyId", "");
	const char *secret = json_get_str(j, "SecretAccessKey", "");
	const char *session = json_get_str(j, "Token", NULL);

	memset(k, 0, sizeof *k);
	if (!j)
		return -1;
	if (!*id || !*secret || !visible(id) ||
	    (session && !visible(session))) {
		snprintf(why, size, "no \"AccessKeyId\" and "
		    "\"SecretAccessKey\" in it");
		json_wipe(j);
		return -1;
	}
	k->id = mem_str(id);
	k->secret = mem_str(secret);
	k->session = session && *session ? mem_str(session) : NULL;
	json_wipe(j);
	return 0;
}

char *
auth_aws_region(const char *zone, size_t n)
{
	size_t i;

	while (n > 0 && isspace((unsigned char)zone[n - 1]))
		n--;
	if (n < 3 || n > 40)
		return NULL;
	for (i = 0; i < n; i++)
		if (!islower((unsigned char)zone[i]) && zone[i] != '-' &&
		    !isdigit((unsigned char)zone[i]))
			return NULL;
	return mem_copy(zone, n - 1);	/* without the zone's letter */
}

static void
hex(char *dst, const unsigned char *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		*dst++ = digit[p[i] >> 4];
		*dst++ = digit[p[i] & 15];
	}
	*dst = '\0';
}

static void
hex_sha256(char *dst, const void *p, size_t n)
{
	unsigned char digest[32];

	crypt_sha256(digest, p, n);
	hex(dst, digest, sizeof digest);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The query with its parameters sorted.  They are already encoded, and kept as
 * they are. */
static int
add_query(struct buf *b, const char *query)
{
	char *copy = mem_str(query), *list[PARAMS_MAX], *p = copy, *amp;
	size_t n = 0, i;
	bool left;

	while (p && *p && n < PARAMS_MAX) {
		amp = strchr(p, '&');
		if (amp)
			*amp++ = '\0';
		list[n++] = p;
		p = amp;
	}
	qsort(list, n, sizeof *list, by_text);
	for (i = 0; i < n; i++) {
		buf_str(b, i > 0 ? "&" : "");
		buf_str(b, list[i]);
		if (!strchr(list[i], '='))
			buf_byte(b, '=');
	}
	left = p && *p;
	free(copy);
	return left ? -1 : 0;
}

static void
add_path(struct buf *b, const char *path, size_t n)
{
	char one[2] = "";

	for (; n > 0; path++, n--) {
		one[0] = *path;
		if (*path == '/')
			buf_byte(b, '/');
		else
			auth_text_escape(b, one);
	}
}

static const char *
names(const struct auth_aws_request *r, const struct auth_aws_keys *k)
{
	if (r->content_type)
		return k->session ?
		    "content-type;host;x-amz-date;x-amz-security-token" :
		    "content-type;host;x-amz-date";
	return k->session ? "host;x-amz-date;x-amz-security-token" :
	    "host;x-amz-date";
}

/* The canonical request. */
static int
canon(struct buf *b, const struct auth_aws_request *r,
    const struct auth_aws_keys *k, const char *stamp, char *why, size_t size)
{
	const char *body = r->body ? r->body : "";
	char digest[HEX + 1], *host;
	struct url url;
	size_t n;
	int rc;

	if (url_parse(&url, r->url, why, size) == -1)
		return -1;
	n = strcspn(url.target, "?");
	buf_printf(b, "%s\n", r->method);
	add_path(b, url.target, n);
	buf_byte(b, '\n');
	rc = add_query(b, url.target + n + (url.target[n] == '?'));
	buf_byte(b, '\n');
	if (r->content_type)
		buf_printf(b, "content-type:%s\n", r->content_type);
	host = url_authority(&url);
	buf_printf(b, "host:%s\nx-amz-date:%s\n", host, stamp);
	if (k->session)
		buf_printf(b, "x-amz-security-token:%s\n", k->session);
	hex_sha256(digest, body, strlen(body));
	buf_printf(b, "\n%s\n%s", names(r, k), digest);
	free(host);
	url_done(&url);
	if (rc == -1 || b->failed)
		return why_say(-1, why, size, "the URL to sign is too long");
	return 0;
}

static void
signing_key(unsigned char key[32], const struct auth_aws_request *r,
    const char *secret, const char *day)
{
	char *first = mem_printf("AWS4%s", secret);
	unsigned char out[32];

	crypt_hmac_sha256(key, first, strlen(first), day, strlen(day));
	wipe_free(first);
	crypt_hmac_sha256(out, key, 32, r->region, strlen(r->region));
	crypt_hmac_sha256(key, out, 32, r->service, strlen(r->service));
	crypt_hmac_sha256(out, key, 32, "aws4_request", 12);
	memcpy(key, out, 32);
	mem_wipe(out, sizeof out);
}

int
auth_aws_sign(struct buf *out, const struct auth_aws_request *r,
    const struct auth_aws_keys *k, char *why, size_t size)
{
	char stamp[AUTH_STAMP], day[9], digest[HEX + 1], sig[HEX + 1];
	unsigned char key[32], mac[32];
	struct buf text;

	auth_text_stamp(stamp, r->now, true);
	snprintf(day, sizeof day, "%.8s", stamp);
	buf_init(&text, CANON_MAX);
	if (canon(&text, r, k, stamp, why, size) == -1) {
		buf_wipe(&text);
		return -1;
	}
	hex_sha256(digest, text.data, text.len);
	buf_wipe(&text);
	buf_init(&text, CANON_MAX);
	buf_printf(&text, "AWS4-HMAC-SHA256\n%s\n%s/%s/%s/aws4_request\n%s",
	    stamp, day, r->region, r->service, digest);
	signing_key(key, r, k->secret, day);
	crypt_hmac_sha256(mac, key, sizeof key, text.data, text.len);
	mem_wipe(key, sizeof key);
	buf_wipe(&text);
	hex(sig, mac, sizeof mac);
	buf_printf(out, "AWS4-HMAC-SHA256 Credential=%s/%s/%s/%s/aws4_request, "
	    "SignedHeaders=%s, Signature=%s", k->id, day, r->region,
	    r->service, names(r, k), sig);
	return out->failed ? -1 : 0;
}

static void
pair(struct json *list, const char *key, const char *value)
{
	struct json *j = json_add(list, json_object());

	json_set(j, "key", json_string(key));
	json_set(j, "value", json_string(value));
}

/* The URL with {region} filled in; freed by the caller. */
static char *
regional(const char *url, const char *region)
{
	const char *at = strstr(url, "{region}");

	if (!at)
		return mem_str(url);
	return mem_printf("%.*s%s%s", (int)(at - url), url, region, at + 8);
}

/* The signed request as JSON. */
static struct json *
request_json(const struct auth_aws_request *r, const struct auth_aws_keys *k,
    const char *authorization, const char *audience)
{
	struct json *j = json_object(), *list = json_array();
	char stamp[AUTH_STAMP], why[80], *host = NULL;
	struct url url;

	if (url_parse(&url, r->url, why, sizeof why) == 0) {
		host = url_authority(&url);
		url_done(&url);
	}
	auth_text_stamp(stamp, r->now, true);
	pair(list, "Authorization", authorization);
	pair(list, "host", host ? host : "");
	pair(list, "x-amz-date", stamp);
	if (k->session)
		pair(list, "x-amz-security-token", k->session);
	pair(list, "x-goog-cloud-target-resource", audience);
	json_set(j, "url", json_string(r->url));
	json_set(j, "method", json_string(r->method));
	json_set(j, "headers", list);
	free(host);
	return j;
}

int
auth_aws_subject(struct buf *out, const char *url, const char *region,
    const struct auth_aws_keys *k, const char *audience, int64_t now,
    char *why, size_t size)
{
	char *place = regional(url, region);
	struct auth_aws_request r = { .method = "POST", .url = place,
		.region = region, .service = "sts", .now = now };
	struct json *j;
	struct buf b;
	int rc;

	buf_init(&b, CANON_MAX);
	rc = auth_aws_sign(&b, &r, k, why, size);
	if (rc == 0) {
		j = request_json(&r, k, b.data, audience);
		buf_clear(&b);
		json_print(j, &b);
		json_wipe(j);
		auth_text_escape(out, b.data);
		rc = out->failed || b.failed ? -1 : 0;
		if (rc == -1)
			snprintf(why, size, "the signed request is too long");
	}
	buf_wipe(&b);
	free(place);
	return rc;
}
