/* From wishes to endpoint, setup and the source of the secret. */
#include "../../tap.h"

#include "base/json.h"
#include "base/log.h"
#include "dialog/plan.h"

static char why[256];

static const struct plan_wish nothing = {
	.setup = { .transcripts = SETUP_UNSAID }, .token_fd = -1
};

static void
test_gemini(void)
{
	struct plan_wish w = nothing;
	struct plan p;

	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_CONFIG, "no key");
	ok(strstr(why, "GEMINI_API_KEY"), "and it says which");
	plan_done(&p);
	w.env_key = "AIzaSomething";
	w.setup.model = "gemini-3.8-live";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_OK, "a key");
	is_str(p.where.url, "wss://generativelanguage.googleapis.com/ws/"
	    "google.ai.generativelanguage.v1beta.GenerativeService."
	    "BidiGenerateContent", "the service's URL");
	is_str(json_get_str(p.setup, "model", ""), "models/gemini-3.8-live",
	    "the model as the service spells it");
	is_str(p.token.key, "AIzaSomething", "the key");
	is_int(p.where.credential, CREDENTIAL_KEY, "is a key");
	plan_done(&p);
	w.env_key = "auth_tokens/abc";
	plan_make(&p, &w, why, sizeof(why));
	is_int(p.where.credential, CREDENTIAL_EPHEMERAL, "an ephemeral one");
	plan_done(&p);
}

static void
test_emulator(void)
{
	struct plan_wish w = nothing;
	struct plan p;

	w.emulator = "127.0.0.1:8765";
	w.env_key = "secret";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_OK, "an emulator");
	ok(strncmp(p.where.url, "ws://127.0.0.1:8765/", 20) == 0,
	    "is called in clear");
	is_int(p.where.credential, CREDENTIAL_NONE, "and shown no key");
	ok(!p.token.key, "not even held");
	plan_done(&p);
	w.emulator = "example.org:80";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_CONFIG,
	    "nowhere else in clear");
	plan_done(&p);
	w.emulator = "127.0.0.1:8765";
	w.key_file = "/some/file";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_OK, "a key file");
	is_int(p.where.credential, CREDENTIAL_KEY, "is shown when given");
	plan_done(&p);
}

static void
test_vertex(void)
{
	struct plan_wish w = nothing;
	struct plan p;

	w.backend = BACKEND_VERTEX;
	w.project = "p1";
	w.location = "us-central1";
	w.env_key = "key";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_OK, "a project");
	ok(p.gl_auth && !p.token.key, "asks gl-auth");
	is_int(p.where.credential, CREDENTIAL_BEARER, "for a token");
	ok(strstr(p.where.model, "projects/p1/locations/us-central1/"),
	    "the model's long name");
	plan_done(&p);
	w.token_cmd = "print-token";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_OK, "--token-cmd");
	ok(!p.gl_auth, "takes its place");
	plan_done(&p);
	w.key_file = "f";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_USAGE, "not two");
	plan_done(&p);
}

static void
test_gateway(void)
{
	struct plan_wish w = nothing;
	struct plan p;

	w.url = "wss://gateway.example/live?x=1";
	w.setup.model = "my-model";
	w.env_key = "secret";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_OK, "a gateway");
	is_str(p.where.url, w.url, "its URL as it is");
	is_str(p.where.model, "my-model", "the model as it is");
	is_int(p.where.credential, CREDENTIAL_NONE, "and no Google key");
	plan_done(&p);
}

static void
test_family(void)
{
	const char *quirk = "carrier=nonsense";
	struct plan_wish w = nothing;
	struct plan p;

	w.no_secret = true;
	w.text_only = true;
	w.setup.model = "gemini-2.0-flash-exp";
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_OK, "text only");
	is_str(json_str(json_at(json_path(p.setup,
	    "generationConfig.responseModalities"), 0)), "TEXT",
	    "from a model that writes");
	plan_done(&p);
	w.setup.model = "gemini-3.8-live";
	plan_make(&p, &w, why, sizeof(why));
	is_str(json_str(json_at(json_path(p.setup,
	    "generationConfig.responseModalities"), 0)), "AUDIO",
	    "not from one that only speaks");
	plan_done(&p);
	w.setup.model = "gemini-9-live";
	plan_make(&p, &w, why, sizeof(why));
	is_str(json_str(json_at(json_path(p.setup,
	    "generationConfig.responseModalities"), 0)), "AUDIO",
	    "nor from one that nobody knows");
	plan_done(&p);
	w.quirks = &quirk;
	w.nquirks = 1;
	is_int(plan_make(&p, &w, why, sizeof(why)), CODE_USAGE,
	    "an unknown switch");
	plan_done(&p);
}

int
main(void)
{
	test_gemini();
	test_emulator();
	test_vertex();
	test_gateway();
	test_family();
	return tap_done();
}
