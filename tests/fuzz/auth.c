/*
 * Every decoder of outside bytes in signing in: the first byte says which.
 * What it takes it must give back whole and fit to be sent.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/aws.h"
#include "auth/cache.h"
#include "auth/cred.h"
#include "auth/jwt.h"
#include "auth/mint.h"
#include "auth/reply.h"
#include "auth/subject.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/date.h"
#include "emulator/signin/grant.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
fit(const char *s)
{
	for (; *s; s++)
		assert(*s > ' ' && *s < 0x7f);
}

static void
cred(const char *p, size_t n)
{
	struct auth_cred c;
	char why[800];
	int rc = auth_cred_parse(&c, p, n, why, sizeof why);

	assert(rc != 0 || c.kind != AUTH_NONE);
	assert(auth_cred_identity(&c) != NULL);
	auth_cred_done(&c);
}

static void
reply(const char *p, size_t n)
{
	struct auth_question q = { .place = AUTH_AT_IAM, .host = "h" };
	struct auth_refusal r;
	struct auth_grant g;
	char why[200];

	if (auth_reply_oauth(&g, p, n, 1000, why, sizeof why) == 0)
		fit(g.token);
	auth_reply_done(&g);
	if (auth_reply_iam(&g, p, n, why, sizeof why) == 0)
		fit(g.token);
	auth_reply_done(&g);
	auth_reply_refused(&r, &q, 403, p, n);
	assert(r.code != 0 && strlen(r.why) < sizeof r.why);
	auth_reply_garbled(&r, &q, p, n, "why");
}

static void
tokens(const char *p, size_t n)
{
	struct auth_jwt_parts t;
	struct auth_aws_keys k;
	struct auth_grant g;
	char why[200];
	struct json *j;
	struct buf b;

	if (auth_jwt_split(&t, p, n, why, sizeof why) == 0) {
		json_free(t.header);
		json_free(t.claims);
	}
	if (auth_aws_keys_parse(&k, p, n, why, sizeof why) == 0)
		fit(k.id);
	auth_aws_keys_done(&k);
	free(auth_aws_region(p, n));
	if (auth_cache_decode(&g, p, n, "") == 0)
		fit(g.token);
	auth_reply_done(&g);
	buf_init(&b, 4096);
	auth_subject_pick(&b, NULL, p, n, why, sizeof why);
	auth_subject_printed(&b, p, n, 1000, 1, why, sizeof why);
	buf_done(&b);
	json_free(auth_mint_answer(p, n, why, sizeof why));
	j = auth_mint_setup(p, n, why, sizeof why);
	if (j) {
		struct auth_mint m = { .setup = j, .lock = "set" };

		json_free(auth_mint_body(&m, 1000));
	}
	json_free(j);
}

static void
words(const char *p, size_t n)
{
	char *s = mem_copy(p, n), tame[64];
	int64_t t;

	date_seconds(s, &t);
	auth_text_safe_url(s);
	auth_text_tame(tame, sizeof tame, s, NULL);
	assert(strlen(tame) < sizeof tame);
	free(auth_text_ini(p, n, "core", "project"));
	free(words_split(s, 16));
	free(s);
}

static void
grants(const char *p, size_t n)
{
	static const char settings[] = "{\"users\":[{\"client_id\":\"i\","
	    "\"client_secret\":\"s\",\"refresh_token\":\"r\"}],"
	    "\"service_accounts\":[{\"client_email\":\"e\","
	    "\"public_key\":\"x\"}],\"aws\":[{\"id\":\"a\","
	    "\"secret\":\"b\"}]}";
	char why[80];
	struct json *s = json_parse(settings, sizeof settings - 1, why,
	    sizeof why);
	struct grant_form f = { grant_form(p, n), NULL };
	struct emugrant g;

	if (f.values) {
		grant_oauth(s, &f, 1000, &g);
		grant_sts(s, &f, 1000, &g);
	}
	json_free(f.values);
	json_free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static void (*const decoders[])(const char *, size_t) = { cred, reply,
		tokens, words, grants };

	if (n > 0)
		decoders[*p % 5]((const char *)p + 1, n - 1);
	return 0;
}
