/*
 * What goes out on the wire when a conversation has to go on without a handle,
 * for each family of models on each backend, message by message: the
 * service's schema (checked at the desk for all that is sent) and the
 * family's own rules.
 */
#include "../../desk.h"
#include "../../tap.h"
#include "proto/client.h"

#define COMPLETE "{\"serverContent\":{\"turnComplete\":true}}"
#define SAYS(t) "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" t \
	"\"}}}"
#define HEARS(t) "{\"serverContent\":{\"inputTranscription\":{\"text\":\"" t \
	"\"}}}"

static const struct {
	const char *model;
	enum backend backend;
} models[] = {
	{ "models/gemini-2.0-flash-live-001", BACKEND_GEMINI },
	{ "publishers/google/models/gemini-2.0-flash-live-preview-04-09",
	    BACKEND_VERTEX },
	{ "models/gemini-2.5-flash-native-audio-latest", BACKEND_GEMINI },
	{ "publishers/google/models/gemini-live-2.5-flash-native-audio",
	    BACKEND_VERTEX },
	{ "models/gemini-3.1-flash-live-preview", BACKEND_GEMINI },
	{ "models/gemini-3.8-live", BACKEND_GEMINI },
	{ "publishers/google/models/gemini-3.8-live", BACKEND_VERTEX },
	{ "models/gemini-3.8-live-extended-thinking", BACKEND_GEMINI },
	{ "models/gemini-3.5-live-translate-preview", BACKEND_GEMINI },
	{ "models/gemini-3.5-transcribe-live", BACKEND_GEMINI },
	{ "models/gemini-9-live", BACKEND_GEMINI },
};

/* The n-th message sent in the log, parsed; NULL beyond the last. */
static struct json *
sent(const struct desk *d, int n)
{
	const char *p = d->log.data, *nl;

	while (p != NULL && (p = strstr(p, "send ")) != NULL) {
		p += 7;
		nl = strchr(p, '\n');
		if (n-- == 0)
			return json_parse(p, (size_t)(nl - p), NULL, 0);
	}
	return NULL;
}

/* A conversation of two turns with a tool, and a third question by voice. */
static void
talk(struct desk *d)
{
	desk_gives(d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_says(d, 0, SAYS("beta"));
	desk_says(d, 0, COMPLETE);
	desk_says(d, 0, HEARS("gamma"));
	desk_says(d, 0, "{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\","
	    "\"name\":\"clock\",\"args\":{}}]}}");
	desk_gives(d, "{\"type\":\"tool_response\",\"id\":\"c1\","
	    "\"name\":\"clock\",\"response\":{\"now\":\"noon\"}}");
	desk_says(d, 0, SAYS("delta"));
	desk_says(d, 0, COMPLETE);
	desk_wait(d, 15000);
}

static bool
roles(const struct json *turns)
{
	const struct json *t;
	const char *last = "model", *role;

	for (t = json_first(turns); t != NULL; t = json_next(t)) {
		role = json_get_str(t, "role", "none");
		if (strcmp(role, last) == 0 || (strcmp(role, "user") != 0 &&
		    strcmp(role, "model") != 0))
			return false;
		last = role;
	}
	return true;
}

static void
check(struct desk *d, bool owed)
{
	const struct family *f = &d->family;
	struct json *setup = sent(d, 0), *seed = sent(d, 1);
	struct json *content = json_get(seed, "clientContent");
	struct json *turns = json_get(content, "turns");
	bool history = f->seed == SEED_HISTORY;
	const char *last;

	is_int(json_true(json_path(setup, "setup.historyConfig."
	    "initialHistoryInClientContent")), history,
	    "historyConfig as the family wants it");
	if (f->seed == SEED_NO) {
		ok(content == NULL, "this family takes no history");
	} else {
		ok(json_size(turns) >= 4, "the history is the first message");
		ok(roles(turns), "roles alternate and begin with the user's");
		ok(!json_get(json_at(json_get(json_at(turns, 2), "parts"), 0),
		    "functionResponse"), "tools stand as text");
		last = json_get_str(json_at(turns, json_size(turns) - 1),
		    "role", "");
		if (f->seed_user_end)
			is_str(last, "user", "it ends with the user");
		is_int(json_true(json_get(content, "turnComplete")),
		    history || owed, "turnComplete as the family wants it");
		if (history && owed)
			ok(desk_count(d, "send 0") == 3, "and a start");
	}
	ok(!desk_has(d, "\"handle\":null") && !desk_has(d, "\"handle\":\"\""),
	    "no empty handle");
	json_free(setup);
	json_free(seed);
}

static void
run(size_t i, bool owed)
{
	struct desk d;

	printf("# %s%s\n", models[i].model, owed ? ", an answer owed" : "");
	desk_init(&d, models[i].model, models[i].backend);
	desk_begin(&d);
	desk_live(&d, 0);
	talk(&d);
	if (owed) {
		desk_says(&d, 0, HEARS("epsilon"));
		desk_says(&d, 0, SAYS("ze"));
	}
	desk_closes(&d, 0, 1006, "");
	desk_forget(&d);
	desk_live(&d, 0);
	check(&d, owed);
	ok(!desk_has(&d, "BROKEN"), "all of it is in the schema");
	if (desk_has(&d, "BROKEN"))
		desk_show(&d);
	desk_end(&d);
}

/* --greet by the family's way. */
static void
greet(size_t i)
{
	struct desk d;
	struct buf b;

	desk_init(&d, models[i].model, models[i].backend);
	d.cfg.greet = "Say hello.";
	desk_begin(&d);
	desk_live(&d, 0);
	buf_init(&b, 4096);
	proto_client_start(&d.family, "Say hello.", &b);
	if (d.family.id == FAMILY_TRANSCRIBE)
		ok(!desk_has(&d, "Say hello."), "a model that only "
		    "transcribes is not asked for one");
	else
		ok(desk_has(&d, b.data), "the greeting is asked for in the "
		    "family's way");
	ok(!desk_has(&d, "BROKEN"), "which is in the schema");
	buf_done(&b);
	desk_end(&d);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		run(i, false);
		run(i, true);
		greet(i);
	}
	return tap_done();
}
