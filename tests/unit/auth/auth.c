/*
 * The pure parts of signing in: encodings, credentials files, assertions,
 * Amazon's signature against published values, answers, subject tokens, the
 * cache's file, ephemeral tokens.
 */
#include "../../rsa.h"
#include "../../tap.h"

#include <stdlib.h>

#include "auth/aws.h"
#include "auth/cache.h"
#include "auth/cred.h"
#include "auth/jwt.h"
#include "auth/mint.h"
#include "auth/reply.h"
#include "auth/subject.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

static void
test_text(void)
{
	static const char ini[] = "[a]\nproject = one\n[core]\n account=x\n"
	    "# project = no\nproject =  two \r\n[other]\nproject = three";
	static const char *const secrets[] = { "secret-word", NULL };
	static const char *const codes[] = { "1//a+b", "%7B%22c", NULL };
	char s[60], *v;
	struct buf b;

	buf_init(&b, 1000);
	auth_text_pair(&b, "a b", "c&d=\xc3\xa4/~");
	auth_text_pair(&b, "none", NULL);
	auth_text_pair(&b, "e", "");
	is_str(b.data, "a%20b=c%26d%3D%C3%A4%2F~&e=", "a form");
	buf_done(&b);
	auth_text_stamp(s, 1709251199, false);
	is_str(s, "2024-02-29T23:59:59Z", "a stamp");
	auth_text_stamp(s, 1315611360, true);
	is_str(s, "20110909T233600Z", "a basic stamp");
	v = auth_text_ini(ini, sizeof ini - 1, "core", "project");
	is_str(v, "two", "an INI value");
	free(v);
	v = auth_text_ini(ini, sizeof ini - 1, "other", "project");
	is_str(v, "three", "the last line needs no end");
	free(v);
	ok(!auth_text_ini(ini, 20, "core", "project"), "not there");
	auth_text_tame(s, sizeof s, " a\tb\n\x1b[31m secret-word c ", secrets);
	is_str(s, "a b [31m (left out) c", "outside text is tamed");
	auth_text_tame(s, sizeof s, "a\xc2\x9b" "1m\xc2\x80 \xc2\x9f\xc2\xa0",
	    NULL);
	is_str(s, "a 1m \xc2\xa0", "controls of two bytes too");
	auth_text_tame(s, sizeof s, "(secret-w) secret-", secrets);
	is_str(s, "((left out)) secret-", "also what a peer cut");
	auth_text_tame(s, sizeof s, "x=1%2F%2fa%2Bb%", codes);
	is_str(s, "x=(left out)%", "percent-encoded");
	auth_text_tame(s, sizeof s, "1//a+%62, %257B%2522c 25%7", codes);
	is_str(s, "(left out), (left out) 25%7", "mixed, twice, none");
	auth_text_tame(s, 16, "1234567890", NULL);
	is_str(s, "12345", "and cut");
	auth_text_tame(s, sizeof s, "\xff\xfe", NULL);
	ok(strspn(s, "?") == strlen(s), "and is UTF-8");
	ok(auth_text_safe_url("https://x.example/y"), "https is safe");
	ok(auth_text_safe_url("http://127.0.0.1:80/"), "so is loopback");
	ok(auth_text_safe_url("http://localhost"), "by its name too");
	ok(!auth_text_safe_url("http://localhost.evil.example/"), "not more");
	ok(!auth_text_safe_url("http://127.0.0.1@evil.example/"), "no user");
	ok(!auth_text_safe_url("http://10.0.0.1/"), "not a near machine");
	ok(!auth_text_safe_url("ftp://127.0.0.1/"), "not ftp");
}

/* The three values that Amazon published with this id and secret. */
static void
test_aws_published(void)
{
	char id[] = "AKIDEXAMPLE";
	char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
	struct auth_aws_keys k = { id, secret, NULL };
	struct auth_aws_request post = { "POST", "https://iam.amazonaws.com/",
		"Action=ListUsers&Version=2010-05-08", "us-east-1", "iam",
		"application/x-www-form-urlencoded; charset=utf-8",
		1315611360 };
	struct auth_aws_request get = { "GET", "https://iam.amazonaws.com/"
		"?Action=ListUsers&Version=2010-05-08", NULL, "us-east-1",
		"iam", "application/x-www-form-urlencoded; charset=utf-8",
		1440938160 };
	struct auth_aws_request vanilla = { "GET",
		"https://example.amazonaws.com/", NULL, "us-east-1", "service",
		NULL, 1440938160 };
	char why[100];
	struct buf b;

	buf_init(&b, 1000);
	is_int(auth_aws_sign(&b, &post, &k, why, sizeof why), 0, "a POST");
	is_str(b.data, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20110909/"
	    "us-east-1/iam/aws4_request, "
	    "SignedHeaders=content-type;host;x-amz-date, "
	    "Signature=ced6826de92d2bdeed8f846f0bf508e8559e98e4b0199114b84c"
	    "54174deb456c", "... as published");
	buf_clear(&b);
	auth_aws_sign(&b, &get, &k, why, sizeof why);
	ok(strstr(b.data, "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e0"
	    "6b5924a6f2b5d7") != NULL, "a GET with a query, as published");
	buf_clear(&b);
	auth_aws_sign(&b, &vanilla, &k, why, sizeof why);
	ok(strstr(b.data, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b"
	    "8aae1d763fbf31") != NULL, "the plainest, as published");
	vanilla.url = "nothing";
	buf_clear(&b);
	is_int(auth_aws_sign(&b, &vanilla, &k, why, sizeof why), -1,
	    "no URL, no signature");
	buf_done(&b);
}

static void
test_aws(void)
{
	static const char doc[] = "{\"Code\":\"Success\",\"AccessKeyId\":"
	    "\"id\",\"SecretAccessKey\":\"key\",\"Token\":\"session\"}";
	struct auth_aws_keys k;
	char why[100], *region;
	struct buf b;
	size_t i;

	is_int(auth_aws_keys_parse(&k, doc, sizeof doc - 1, why, sizeof why),
	    0, "a role's keys");
	is_str(k.session, "session", "with a session");
	buf_init(&b, 65536);
	is_int(auth_aws_subject(&b, "https://sts.{region}.amazonaws.com?"
	    "Action=GetCallerIdentity&Version=2011-06-15", "eu-west-1", &k,
	    "//aud", 1700000000, why, sizeof why), 0, "a subject token");
	ok(strstr(b.data, "%7B%22url%22%3A%22https%3A%2F%2Fsts.eu-west-1.") ==
	    b.data, "... is a request to the region");
	ok(strstr(b.data, "x-goog-cloud-target-resource%22%2C%22value%22%3A"
	    "%22%2F%2Faud") != NULL, "... for the audience");
	buf_done(&b);
	auth_aws_keys_done(&k);
	for (i = 0; i < sizeof doc - 1; i++)
		if (auth_aws_keys_parse(&k, doc, i, why, sizeof why) == 0)
			break;
	is_int(i, sizeof doc - 1, "cut anywhere it is none");
	region = auth_aws_region("us-east-1b\n", 11);
	is_str(region, "us-east-1", "a zone's region");
	free(region);
	ok(!auth_aws_region("<html>", 6), "HTML is not a zone");
	ok(!auth_aws_region("a", 1), "nor is a letter");
}

static int
parse(const char *s, char *why, size_t size)
{
	struct auth_cred c;
	int rc = auth_cred_parse(&c, s, strlen(s), why, size);

	auth_cred_done(&c);
	return rc;
}

static void
test_cred(void)
{
	static const char user[] = "{\"type\":\"impersonated_service_account\""
	    ",\"service_account_impersonation_url\":\"https://i.example/v1/"
	    "projects/-/serviceAccounts/a@b.example:generateAccessToken\","
	    "\"delegates\":[\"d\"],\"source_credentials\":{\"type\":"
	    "\"authorized_user\",\"client_id\":\"i\",\"client_secret\":"
	    "\"secretly\",\"refresh_token\":\"r\"}}";
	struct auth_cred c;
	char why[800];
	size_t i, bad = 0;

	is_int(auth_cred_parse(&c, user, strlen(user), why, sizeof why), 0,
	    "an impersonated account");
	is_int(c.kind, AUTH_IMPERSONATED, "... is one");
	is_str(auth_cred_identity(&c), "a@b.example", "... of this name");
	is_int(c.source->kind, AUTH_USER, "... by a user");
	is_int(json_size(c.delegates), 1, "... with a delegate");
	auth_cred_done(&c);
	for (i = 0; i < sizeof user - 1; i++) {
		char *copy = mem_copy(user, i);

		if (auth_cred_parse(&c, copy, i, why, sizeof why) !=
		    CODE_DATA || strstr(why, "secretly"))
			bad++;
		auth_cred_done(&c);
		free(copy);
	}
	is_int(bad, 0, "cut anywhere: 65, and no secret in the sentence");
	is_int(parse("{\"type\":\"impersonated_service_account\","
	    "\"service_account_impersonation_url\":\"https://i.example/"
	    "serviceAccounts/../../x?:generateAccessToken\","
	    "\"source_credentials\":{}}", why, sizeof why), CODE_CONFIG,
	    "an account's name is not a path");
	is_int(parse("{\"type\":\"service_account\",\"client_email\":\"a\","
	    "\"private_key\":\"k\",\"token_uri\":\"http://e.example/\"}", why,
	    sizeof why), CODE_CONFIG, "assertions go over https only");
	is_int(parse("{\"type\":\"service_account\",\"client_email\":\"a\","
	    "\"private_key\":\"k\",\"universe_domain\":\"u.example\"}", why,
	    sizeof why), CODE_CONFIG, "no other universes");
	is_int(parse("{\"type\":7}", why, sizeof why), CODE_DATA,
	    "a type that is not a string");
	is_int(parse("", why, sizeof why), CODE_DATA, "nothing");
}

static void
test_jwt(void)
{
	struct buf private, public, token;
	struct auth_jwt t = { NULL, "kid", "me@x", "s1 s2", 1000, 3600 };
	struct auth_jwt_parts p;
	char why[200];
	size_t i, good = 0;

	buf_init(&private, 8192);
	buf_init(&public, 8192);
	buf_init(&token, AUTH_JWT_MAX);
	rsa_new(&private, &public);
	t.key = private.data;
	is_int(auth_jwt_make(&token, &t, why, sizeof why), 0, "an assertion");
	is_int(auth_jwt_split(&p, token.data, token.len, why, sizeof why), 0,
	    "... comes apart");
	is_str(json_get_str(p.header, "kid", NULL), "kid", "its header");
	is_str(json_get_str(p.claims, "aud", NULL), AUTH_JWT_AUDIENCE,
	    "its audience");
	is_int(json_get_int(p.claims, "exp", 0), 4600, "its end");
	is_int(crypt_rs256_verify(public.data, token.data, p.signed_len,
	    p.signature, p.signature_len, why, sizeof why), 0,
	    "its signature is good");
	token.data[3] ^= 1;
	is_int(crypt_rs256_verify(public.data, token.data, p.signed_len,
	    p.signature, p.signature_len, why, sizeof why), -1,
	    "... and not with a bit changed");
	token.data[3] ^= 1;
	json_free(p.header);
	json_free(p.claims);
	for (i = 0; i < token.len; i++)
		if (auth_jwt_split(&p, token.data, i, why, sizeof why) == 0) {
			/* a shorter signature is one to look at */
			if (i <= p.signed_len)
				good++;
			json_free(p.header);
			json_free(p.claims);
		}
	is_int(good, 0, "cut before the signature it is none");
	t.key = "-----BEGIN PRIVATE KEY-----\nAAAA\n";
	is_int(auth_jwt_make(&token, &t, why, sizeof why), -1, "a bad key");
	ok(strstr(why, "AAAA") == NULL, "... of which nothing is said");
	buf_done(&private);
	buf_done(&public);
	buf_done(&token);
}

/* Both decoders refuse a whole answer cut anywhere. */
static void
test_reply(void)
{
	static const char a[] = "{\"access_token\":\"ya29.x\","
	    "\"expires_in\":\"3599\",\"token_type\":\"Bearer\"}";
	static const char i[] = "{\"accessToken\":\"ya29.y\","
	    "\"expireTime\":\"2026-01-01T00:00:00Z\"}";
	struct auth_grant g;
	char why[200];
	size_t n, good = 0;

	is_int(auth_reply_oauth(&g, a, sizeof a - 1, 1000, why, sizeof why),
	    0, "a token");
	is_int(g.expiry, 4599, "... its end, though a string");
	auth_reply_done(&g);
	is_int(auth_reply_iam(&g, i, sizeof i - 1, why, sizeof why), 0,
	    "IAM's");
	is_int(g.expiry, 1767225600, "... its end");
	auth_reply_done(&g);
	for (n = 0; n < sizeof a - 1; n++)
		good += auth_reply_oauth(&g, a, n, 0, why, sizeof why) == 0;
	for (n = 0; n < sizeof i - 1; n++)
		good += auth_reply_iam(&g, i, n, why, sizeof why) == 0;
	is_int(good, 0, "cut anywhere: none");
	is_int(auth_reply_oauth(&g, "{\"access_token\":\"a\\r\\nX: y\"}", 28,
	    0, why, sizeof why), -1, "no line break in a token");
	is_int(auth_reply_oauth(&g, "[]", 2, 0, why, sizeof why), -1,
	    "no object");
}

static void
refused(const char *what, enum auth_place place, enum auth_kind kind,
    int status, const char *body, int code, const char *piece)
{
	struct auth_cred c = { .kind = kind, .email = "r@x" };
	static const char *const secrets[] = { "hush-hush", NULL };
	struct auth_question q = { .place = place, .host = "h", .cred = &c,
		.project = "p", .secrets = secrets };
	struct auth_refusal r;
	char line[300];

	auth_reply_refused(&r, &q, status, body, strlen(body));
	snprintf(line, sizeof line, "%s: the code", what);
	is_int(r.code, code, line);
	snprintf(line, sizeof line, "%s: %s", what, piece);
	if (!ok(strstr(r.why, piece) != NULL && !strstr(r.why, "hush"), line))
		printf("# %s\n", r.why);
}

static void
test_refused(void)
{
	refused("no body", AUTH_AT_TOKEN, AUTH_USER, 400, "", CODE_REFUSED,
	    "not accepted");
	refused("rapt", AUTH_AT_TOKEN, AUTH_USER, 400, "{\"error\":"
	    "\"invalid_grant\",\"error_subtype\":\"invalid_rapt\"}",
	    CODE_REFUSED, "log in again");
	refused("a secret comes back", AUTH_AT_TOKEN, AUTH_USER, 400,
	    "{\"error\":\"invalid_grant\",\"error_description\":"
	    "\"hush-hush\"}", CODE_REFUSED, "(left out)");
	refused("IAM's API", AUTH_AT_IAM, AUTH_IMPERSONATED, 403,
	    "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\","
	    "\"message\":\"m\",\"details\":[{\"reason\":\"SERVICE_DISABLED\","
	    "\"metadata\":{\"service\":\"iamcredentials.googleapis.com\"}}]}}",
	    CODE_REFUSED, "gcloud services enable "
	    "iamcredentials.googleapis.com --project=p");
	refused("IAM 404", AUTH_AT_IAM, AUTH_IMPERSONATED, 404,
	    "{\"error\":{\"status\":\"NOT_FOUND\"}}", CODE_CONFIG,
	    "does not exist");
	refused("quota project", AUTH_AT_SERVICE, AUTH_USER, 403,
	    "{\"error\":{\"status\":\"PERMISSION_DENIED\",\"details\":"
	    "[{\"reason\":\"USER_PROJECT_DENIED\"}]}}", CODE_REFUSED,
	    "serviceUsageConsumer");
	refused("overload", AUTH_AT_TOKEN, AUTH_USER, 429, "x", CODE_TEMPFAIL,
	    "try again");
	refused("odd shapes", AUTH_AT_TOKEN, AUTH_USER, 418,
	    "{\"error\":[1,{\"status\":{}}]}", CODE_REFUSED, "418");
	refused("1xx", AUTH_AT_TOKEN, AUTH_USER, 204, "", CODE_PROTOCOL,
	    "204");
}

static void
test_subject(void)
{
	static const char doc[] = "{\"version\":1,\"success\":true,"
	    "\"token_type\":\"urn:ietf:params:oauth:token-type:saml2\","
	    "\"saml_response\":\"saml\",\"expiration_time\":2000}";
	char why[300];
	struct buf b;
	size_t i, good = 0;
	static const char fields[] = "{\"type\":\"json\","
	    "\"subject_token_field_name\":\"f\"}";
	struct json *format = json_parse(fields, sizeof fields - 1, why,
	    sizeof why);

	buf_init(&b, 20);
	is_int(auth_subject_pick(&b, NULL, "abc\n", 4, why, sizeof why), 0,
	    "text is taken whole");
	is_str(b.data, "abc\n", "... with its newline");
	is_int(auth_subject_pick(&b, NULL, "", 0, why, sizeof why), -1,
	    "empty");
	is_int(auth_subject_pick(&b, NULL, "0123456789012345678901", 22, why,
	    sizeof why), -1, "too long");
	buf_clear(&b);
	is_int(auth_subject_pick(&b, format, "{\"f\":\"x\"}", 9, why,
	    sizeof why), 0, "a field");
	is_int(auth_subject_pick(&b, format, "{\"g\":\"x\"}", 9, why,
	    sizeof why), -1, "not that field");
	is_int(auth_subject_pick(&b, format, "{\"f\":1}", 7, why,
	    sizeof why), -1, "no string");
	buf_clear(&b);
	is_int(auth_subject_printed(&b, doc, sizeof doc - 1, 1000, 1, why,
	    sizeof why), 0, "a program's answer");
	is_str(b.data, "saml", "... its token");
	is_int(auth_subject_printed(&b, doc, sizeof doc - 1, 3000, 1, why,
	    sizeof why), 1, "expired in a file");
	is_int(auth_subject_printed(&b, doc, sizeof doc - 1, 3000, 0, why,
	    sizeof why), -1, "expired at once");
	for (i = 0; i < sizeof doc - 1; i++)
		good += auth_subject_printed(&b, doc, i, 0, 0, why,
		    sizeof why) == 0;
	is_int(good, 0, "cut anywhere: none");
	json_free(format);
	buf_done(&b);
}

static void
test_cache(void)
{
	const char *a[] = { "x", "y", NULL }, *b[] = { "xy", "", NULL };
	char k1[AUTH_KEY], k2[AUTH_KEY], doc[200];
	struct auth_grant g;
	size_t i, n, good = 0;

	auth_cache_key(k1, a);
	auth_cache_key(k2, b);
	is_int(strlen(k1), 64, "a digest");
	ok(strcmp(k1, k2) != 0, "parts are kept apart");
	n = (size_t)snprintf(doc, sizeof doc, "{\"key\":\"%s\",\"expiry\":7,"
	    "\"token\":\"t\"}", k1);
	is_int(auth_cache_decode(&g, doc, n, k1), 0, "an entry");
	is_int(g.expiry, 7, "... its end");
	auth_reply_done(&g);
	is_int(auth_cache_decode(&g, doc, n, k2), -1, "not another's");
	for (i = 0; i < n; i++)
		good += auth_cache_decode(&g, doc, i, k1) == 0;
	is_int(good, 0, "cut anywhere: none");
}

static void
test_mint(void)
{
	static const char file[] = "{\"setup\":{\"model\":\"m\","
	    "\"generationConfig\":{\"temperature\":1,\"topK\":2},"
	    "\"sessionResumption\":{}}}";
	struct auth_mint m = { .uses = 3, .expire_s = 60, .start_s = -1,
		.lock = "set" };
	const char *w[AUTH_MINT_WARNINGS];
	char why[100];
	struct json *j;
	struct buf b;

	m.setup = auth_mint_setup(file, sizeof file - 1, why, sizeof why);
	j = auth_mint_body(&m, 1767225600);
	buf_init(&b, 4096);
	json_print(j, &b);
	is_str(b.data, "{\"uses\":3,\"expireTime\":\"2026-01-01T00:01:00Z\","
	    "\"bidiGenerateContentSetup\":{\"model\":\"models/m\","
	    "\"generationConfig\":{\"temperature\":1,\"topK\":2},"
	    "\"sessionResumption\":{}},\"fieldMask\":\"model,"
	    "generationConfig.temperature,generationConfig.topK,"
	    "sessionResumption\"}", "a request");
	json_free(j);
	json_free(m.setup);
	buf_done(&b);
	m.setup = NULL;
	m.lock = NULL;
	m.expire_s = m.start_s = 68000;
	is_int(auth_mint_warnings(&m, w), 0, "long enough: no warning");
	m.uses = -1;
	is_int(auth_mint_warnings(&m, w), 1, "one use: a warning");
	ok(!auth_mint_answer("{\"name\":\"x\"}", 12, why, sizeof why),
	    "no token in an answer");
	ok(!auth_mint_answer("{\"name\":\"auth_tokens/a b\"}", 26, why,
	    sizeof why), "nor with a space");
	j = auth_mint_answer("{\"name\":\"auth_tokens/ab\"}", 25, why,
	    sizeof why);
	ok(j != NULL, "a token");
	json_free(j);
}

int
main(void)
{
	test_text();
	test_aws_published();
	test_aws();
	test_cred();
	test_jwt();
	test_reply();
	test_refused();
	test_subject();
	test_cache();
	test_mint();
	return tap_done();
}
