/* URLs, hosts, model names, headers: the table of the protocol's section 1. */
#include "../../tap.h"

#include "base/buf.h"
#include "proto/endpoint.h"

#define G "google.ai.generativelanguage."
#define GM ".GenerativeService.BidiGenerateContent"
#define V "google.cloud.aiplatform."
#define VM ".LlmBidiService/BidiGenerateContent"

static const struct {
	struct endpoint_wish wish;
	const char *url, *model;
} good[] = {
	{ { .model = "gemini-3.8-live", .credential = CREDENTIAL_KEY },
	    "wss://generativelanguage.googleapis.com/ws/" G "v1beta" GM,
	    "models/gemini-3.8-live" },
	{ { .model = "models/m", .credential = CREDENTIAL_EPHEMERAL,
	    .version = "v1alpha" },
	    "wss://generativelanguage.googleapis.com/ws/" G "v1alpha" GM
	    "Constrained", "models/m" },
	{ { .model = "tunedModels/m", .host = "proxy.example:8443" },
	    "wss://proxy.example:8443/ws/" G "v1beta" GM, "tunedModels/m" },
	{ { .backend = BACKEND_VERTEX, .model = "m", .project = "p",
	    .credential = CREDENTIAL_BEARER },
	    "wss://us-central1-aiplatform.googleapis.com/ws/" V "v1beta1" VM,
	    "projects/p/locations/us-central1/publishers/google/models/m" },
	{ { .backend = BACKEND_VERTEX, .model = "m", .project = "p",
	    .location = "global", .credential = CREDENTIAL_BEARER },
	    "wss://aiplatform.googleapis.com/ws/" V "v1beta1" VM,
	    "projects/p/locations/global/publishers/google/models/m" },
	{ { .backend = BACKEND_VERTEX, .model = "pub/m", .project = "p",
	    .location = "eu", .credential = CREDENTIAL_BEARER,
	    .version = "v1" },
	    "wss://aiplatform.eu.rep.googleapis.com/ws/" V "v1" VM,
	    "projects/p/locations/eu/publishers/pub/models/m" },
	{ { .backend = BACKEND_VERTEX, .model = "publishers/google/models/m",
	    .project = "p", .location = "europe-west4",
	    .credential = CREDENTIAL_BEARER },
	    "wss://europe-west4-aiplatform.googleapis.com/ws/" V "v1beta1" VM,
	    "projects/p/locations/europe-west4/publishers/google/models/m" },
	{ { .backend = BACKEND_VERTEX, .model = "projects/q/locations/l/x",
	    .credential = CREDENTIAL_BEARER },
	    "wss://us-central1-aiplatform.googleapis.com/ws/" V "v1beta1" VM,
	    "projects/q/locations/l/x" },
	{ { .backend = BACKEND_VERTEX, .model = "m",
	    .credential = CREDENTIAL_KEY },
	    "wss://aiplatform.googleapis.com/ws/" V "v1beta1" VM,
	    "publishers/google/models/m" },
	/* a gateway's URL is used as it is */
	{ { .model = "their/own:name", .url = "wss://gw.example/a?b=c" },
	    "wss://gw.example/a?b=c", "their/own:name" },
	{ { .model = "m", .url = "https://gw.example/a/",
	    .credential = CREDENTIAL_KEY }, "wss://gw.example/a/",
	    "models/m" },
	{ { .model = "m", .url = "http://127.0.0.1:8080/x" },
	    "ws://127.0.0.1:8080/x", "m" },
	{ { .model = "m", .url = "ws://[::1]:8080/x" }, "ws://[::1]:8080/x",
	    "m" },
	/* the emulator comes before everything */
	{ { .model = "m", .emulator = "127.0.0.1:8765",
	    .url = "wss://gw.example/" },
	    "ws://127.0.0.1:8765/ws/" G "v1beta" GM, "models/m" },
	{ { .model = "m", .emulator = "wss://emulator.example:1/",
	    .backend = BACKEND_VERTEX },
	    "wss://emulator.example:1/ws/" V "v1beta1" VM,
	    "publishers/google/models/m" },
	{ { .model = "m", .emulator = "localhost:1" },
	    "ws://localhost:1/ws/" G "v1beta" GM, "models/m" },
};

static const struct {
	struct endpoint_wish wish;
	const char *why;
} bad[] = {
	{ { .model = NULL }, "no model is named" },
	{ { .model = "" }, "no model is named" },
	{ { .model = "../m" },
	    "model name '../m' holds \"..\", \"?\" or \"&\"" },
	{ { .model = "m?key=x" },
	    "model name 'm?key=x' holds \"..\", \"?\" or \"&\"" },
	{ { .model = "m&x" },
	    "model name 'm&x' holds \"..\", \"?\" or \"&\"" },
	{ { .model = "m\n" },
	    "model name holds a space or a byte that is not ASCII" },
	{ { .model = "m", .url = "ws://gw.example/x" },
	    "ws://gw.example would send everything in clear: use wss://" },
	{ { .model = "m", .emulator = "emulator.example:8765" },
	    "GL_EMULATOR_HOST: ws://emulator.example would send everything "
	    "in clear: use wss://" },
	{ { .model = "m", .emulator = "8765" },
	    "GL_EMULATOR_HOST: 8765 has no port: HOST:PORT wanted, as "
	    "gl-emulator prints it" },
	{ { .model = "m", .emulator = "[::1]" },
	    "GL_EMULATOR_HOST: [::1] has no port: HOST:PORT wanted, as "
	    "gl-emulator prints it" },
	{ { .model = "m", .version = "v1/../x" },
	    "'v1/../x' is not an API version" },
	{ { .model = "m", .backend = BACKEND_VERTEX, .location = "a.evil/" },
	    "'a.evil/' is not a location" },
	{ { .model = "m", .backend = BACKEND_VERTEX, .project = "p/q" },
	    "'p/q' is not a project" },
	{ { .model = "m", .host = "h/x" }, "'h/x' is not a host" },
	{ { .model = "m", .backend = BACKEND_VERTEX,
	    .credential = CREDENTIAL_BEARER },
	    "Vertex AI needs a project: --project or GOOGLE_CLOUD_PROJECT" },
	{ { .model = "m", .backend = BACKEND_VERTEX,
	    .credential = CREDENTIAL_EPHEMERAL },
	    "ephemeral tokens are for the Gemini Developer API only" },
};

static void
wishes(void)
{
	struct endpoint e;
	char why[256];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		why[0] = '\0';
		if (!ok(endpoint_init(&e, &good[i].wish, why, sizeof(why))
		    == 0, good[i].url)) {
			printf("# %s\n", why);
			continue;
		}
		is_str(e.url, good[i].url, "URL");
		is_str(e.model, good[i].model, "model");
		endpoint_done(&e);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why[0] = '\0';
		is_int(endpoint_init(&e, &bad[i].wish, why, sizeof(why)), -1,
		    bad[i].why);
		is_str(why, bad[i].why, "said");
		endpoint_done(&e);
	}
	is_int(endpoint_init(&e, &(struct endpoint_wish){ .model = "m",
	    .url = "nonsense" }, why, sizeof(why)), -1, "no URL");
	endpoint_done(&e);
}

static void
headers(void)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	is_int(endpoint_headers(CREDENTIAL_KEY, "AIza1", NULL, &b), 0, "key");
	is_str(b.data, "x-goog-api-key: AIza1\r\n", "its header");
	buf_clear(&b);
	endpoint_headers(CREDENTIAL_EPHEMERAL, "auth_tokens/x", NULL, &b);
	is_str(b.data, "Authorization: Token auth_tokens/x\r\n", "ephemeral");
	buf_clear(&b);
	endpoint_headers(CREDENTIAL_BEARER, "ya29.x", "q", &b);
	is_str(b.data, "Authorization: Bearer ya29.x\r\n"
	    "x-goog-user-project: q\r\n", "access token and quota project");
	buf_clear(&b);
	is_int(endpoint_headers(CREDENTIAL_NONE, NULL, NULL, &b), 0, "none");
	is_int((int)b.len, 0, "no header");
	is_int(endpoint_headers(CREDENTIAL_KEY, "a\r\nb: c", NULL, &b), -1,
	    "a secret with a line break");
	is_int(endpoint_headers(CREDENTIAL_KEY, "", NULL, &b), -1,
	    "an empty secret");
	is_int(endpoint_headers(CREDENTIAL_BEARER, "a", "q\n", &b), -1,
	    "a project with a line break");
	is_int((int)b.len, 0, "nothing was added");
	buf_done(&b);
	ok(endpoint_is_ephemeral("auth_tokens/a") &&
	    !endpoint_is_ephemeral("AQ.x"), "which keys are ephemeral");
	ok(endpoint_is_loopback("ws://127.0.0.1:1/") &&
	    endpoint_is_loopback("wss://localhost/x") &&
	    !endpoint_is_loopback("ws://127.0.0.1.example/") &&
	    !endpoint_is_loopback("127.0.0.1"), "what is loopback");
}

static void
matched(const char *path, int backend, bool constrained, const char *version)
{
	struct endpoint_path p;

	if (backend < 0) {
		is_int(endpoint_match(path, &p), -1, path);
		return;
	}
	ok(endpoint_match(path, &p) == 0 && (int)p.backend == backend &&
	    p.constrained == constrained, path);
	is_str(p.version, version, "version");
}

static void
paths(void)
{
	matched("/ws/" G "v1beta" GM, BACKEND_GEMINI, false, "v1beta");
	matched("//ws//" G "v1alpha" GM "Constrained?access_token=x",
	    BACKEND_GEMINI, true, "v1alpha");
	matched("/ws/" G "v1beta" GM "?key=a/b", BACKEND_GEMINI, false,
	    "v1beta");
	matched("/ws/" V "v1" VM, BACKEND_VERTEX, false, "v1");
	matched("/ws/" V "v1" VM "x", -1, false, NULL);
	matched("/ws/" G "v1beta" GM "x", -1, false, NULL);
	matched("/ws/" G GM, -1, false, NULL);
	matched("/ws/" G "v/1" GM, -1, false, NULL);
	matched("/ws/" G "v12345678901234567890" GM, -1, false, NULL);
	matched("/", -1, false, NULL);
	matched("", -1, false, NULL);
}

int
main(void)
{
	wishes();
	headers();
	paths();
	is_str(endpoint_default_model(BACKEND_GEMINI), "gemini-3.8-live",
	    "the usual model");
	return tap_done();
}
