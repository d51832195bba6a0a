/*
 * The checks of the emulator's token endpoints: what they must refuse.
 */
#include "../../../rsa.h"
#include "../../../tap.h"

#include <stdlib.h>

#include "auth/aws.h"
#include "auth/text.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "emulator/signin/grant.h"
#include "base/json.h"
#include "base/mem.h"

enum { NOW = 1767225600 };
#define GRANT "grant_type=urn:ietf:params:oauth:grant-type:"
#define HEAD "{\"alg\":\"RS256\",\"kid\":\"k\"}"
#define AUD "\"aud\":\"https://oauth2.googleapis.com/token\""

static struct json *settings;
static struct buf private, public;

static void
add64(struct buf *b, const void *p, size_t n)
{
	char *room = buf_room(b, BASE64_LEN(n));

	buf_added(b, base64_url_encode(room, p, n));
}

/* What comes of an assertion with this header and these claims. */
static void
assertion(const char *head, const char *claims, const char *error,
    const char *piece)
{
	struct grant_form f = { NULL, NULL };
	struct emugrant g;
	struct buf jwt, sig, form;
	char why[120], what[300];

	buf_init(&jwt, 8192);
	buf_init(&sig, 8192);
	buf_init(&form, 16384);
	add64(&jwt, head, strlen(head));
	buf_byte(&jwt, '.');
	add64(&jwt, claims, strlen(claims));
	crypt_rs256_sign(private.data, jwt.data, jwt.len, &sig, why,
	    sizeof why);
	buf_byte(&jwt, '.');
	add64(&jwt, sig.data, sig.len);
	buf_printf(&form, GRANT "jwt-bearer&assertion=%s", jwt.data);
	f.values = grant_form(form.data, form.len);
	grant_oauth(settings, &f, NOW, &g);
	snprintf(what, sizeof what, "%s %s: %s", head, claims, piece);
	if (!error)
		ok(!g.error && strcmp(g.identity, "r@x") == 0, what);
	else if (!ok(g.error && strcmp(g.error, error) == 0 &&
	    strstr(g.text, piece), what))
		printf("# %s: %s\n", g.error ? g.error : "granted", g.text);
	json_free(f.values);
	buf_done(&jwt);
	buf_done(&sig);
	buf_done(&form);
}

static void
test_assertions(void)
{
	assertion(HEAD, "{\"iss\":\"r@x\",\"scope\":\"s\"," AUD
	    ",\"iat\":1767225600,\"exp\":1767229200}", NULL, "granted");
	assertion("{\"alg\":\"none\",\"kid\":\"k\"}", "{\"iss\":\"r@x\","
	    "\"scope\":\"s\"," AUD ",\"iat\":1767225600,\"exp\":1767229200}",
	    "invalid_grant", "alg");
	assertion("{\"alg\":\"RS256\",\"kid\":\"other\"}", "{\"iss\":\"r@x\","
	    "\"scope\":\"s\"," AUD ",\"iat\":1767225600,\"exp\":1767229200}",
	    "invalid_grant", "Signature");
	assertion(HEAD, "{\"iss\":\"other\",\"scope\":\"s\"," AUD
	    ",\"iat\":1767225600,\"exp\":1767229200}", "invalid_grant",
	    "account not found");
	assertion(HEAD, "{\"iss\":\"bad@x\",\"scope\":\"s\"," AUD
	    ",\"iat\":1767225600,\"exp\":1767229200}", "invalid_grant",
	    "Signature");
	assertion(HEAD, "{\"iss\":\"r@x\",\"scope\":\"s\",\"aud\":\"other\""
	    ",\"iat\":1767225600,\"exp\":1767229200}", "invalid_grant",
	    "audience");
	assertion(HEAD, "{\"iss\":\"r@x\",\"scope\":\"s\"," AUD
	    ",\"iat\":1767225600,\"exp\":1767229201}", "invalid_grant",
	    "short-lived");
	assertion(HEAD, "{\"iss\":\"r@x\",\"scope\":\"s\"," AUD
	    ",\"iat\":1767226000,\"exp\":1767226600}", "invalid_grant",
	    "short-lived");
	assertion(HEAD, "{\"iss\":\"r@x\",\"scope\":\"s\"," AUD
	    ",\"iat\":1767220000,\"exp\":1767225000}", "invalid_grant",
	    "short-lived");
	assertion(HEAD, "{\"iss\":\"r@x\"," AUD
	    ",\"iat\":1767225600,\"exp\":1767229200}", "invalid_scope",
	    "scope");
}

/* What comes of a form, at the token endpoint or STS. */
static void
form(bool sts, const char *text, const char *basic, const char *error)
{
	struct grant_form f = { grant_form(text, strlen(text)), basic };
	struct emugrant g;

	if (sts)
		grant_sts(settings, &f, NOW, &g);
	else
		grant_oauth(settings, &f, NOW, &g);
	is_str(g.error ? g.error : "granted", error, text);
	json_free(f.values);
}

static void
test_forms(void)
{
#define REFRESH "grant_type=refresh_token&client_id=i&client_secret=s&"
#define EXCHANGE GRANT "token-exchange&requested_token_type=" \
	"urn:ietf:params:oauth:token-type:access_token&audience=a&scope=s&"
	form(false, REFRESH "refresh_token=r", NULL, "granted");
	form(false, REFRESH "refresh_token=x", NULL, "invalid_grant");
	form(false, "grant_type=refresh_token&client_id=i&client_secret=x&"
	    "refresh_token=r", NULL, "invalid_client");
	form(false, "grant_type=other", NULL, "unsupported_grant_type");
	form(false, "", NULL, "unsupported_grant_type");
	form(false, GRANT "jwt-bearer&assertion=a.b.c", NULL, "invalid_grant");
	form(true, "grant_type=refresh_token&refresh_token=r", "i:s",
	    "granted");
	form(true, "grant_type=refresh_token&refresh_token=r", "i:x",
	    "invalid_client");
	form(true, EXCHANGE "subject_token=good", NULL, "granted");
	form(true, EXCHANGE "subject_token=bad", NULL, "invalid_grant");
	form(true, GRANT "token-exchange&subject_token=good", NULL,
	    "invalid_request");
	ok(grant_form("a=b&c", 5) == NULL, "no form");
}

/* A request signed for Amazon, with one thing wrong at a time. */
static void
amazon(const char *what, const char *id, const char *secret,
    const char *audience, int64_t at, const char *error)
{
	char *i = mem_str(id), *s = mem_str(secret), why[100];
	struct auth_aws_keys k = { i, s, NULL };
	struct grant_form f = { NULL, NULL };
	struct emugrant g;
	struct buf subject, b;

	buf_init(&subject, 65536);
	buf_init(&b, 1 << 20);
	auth_aws_subject(&subject, "https://sts.{region}.amazonaws.com?"
	    "Action=GetCallerIdentity", "us-east-1", &k, audience, at, why,
	    sizeof why);
	auth_text_pair(&b, "grant_type",
	    "urn:ietf:params:oauth:grant-type:token-exchange");
	auth_text_pair(&b, "requested_token_type",
	    "urn:ietf:params:oauth:token-type:access_token");
	auth_text_pair(&b, "audience", "a");
	auth_text_pair(&b, "scope", "s");
	auth_text_pair(&b, "subject_token_type",
	    "urn:ietf:params:aws:token-type:aws4_request");
	auth_text_pair(&b, "subject_token", subject.data);
	f.values = grant_form(b.data, b.len);
	grant_sts(settings, &f, NOW, &g);
	is_str(g.error ? g.error : "granted", error, what);
	json_free(f.values);
	buf_done(&subject);
	buf_done(&b);
	free(i);
	free(s);
}

int
main(void)
{
	struct json *list, *j;

	buf_init(&private, 8192);
	buf_init(&public, 8192);
	rsa_new(&private, &public);
	settings = json_object();
	list = json_set(settings, "service_accounts", json_array());
	j = json_add(list, json_object());
	json_set(j, "client_email", json_string("r@x"));
	json_set(j, "private_key_id", json_string("k"));
	json_set(j, "public_key", json_string(public.data));
	j = json_add(list, json_object());
	json_set(j, "client_email", json_string("bad@x"));
	json_set(j, "private_key_id", json_string("k"));
	json_set(j, "public_key", json_string("none"));
	j = json_add(json_set(settings, "users", json_array()),
	    json_object());
	json_set(j, "client_id", json_string("i"));
	json_set(j, "client_secret", json_string("s"));
	json_set(j, "refresh_token", json_string("r"));
	json_add(json_set(settings, "subjects", json_array()),
	    json_string("good"));
	j = json_add(json_set(settings, "aws", json_array()), json_object());
	json_set(j, "id", json_string("AK"));
	json_set(j, "secret", json_string("sk"));

	test_assertions();
	test_forms();
	amazon("Amazon's signature", "AK", "sk", "a", NOW, "granted");
	amazon("another secret", "AK", "other", "a", NOW, "invalid_grant");
	amazon("an unknown id", "XX", "sk", "a", NOW, "invalid_grant");
	amazon("another audience", "AK", "sk", "b", NOW, "invalid_grant");
	amazon("too old", "AK", "sk", "a", NOW - 901, "invalid_grant");
	amazon("too new", "AK", "sk", "a", NOW + 901, "invalid_grant");
	json_free(settings);
	buf_done(&private);
	buf_done(&public);
	return tap_done();
}
