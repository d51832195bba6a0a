/*
 * What users and earlier runs leave in files: a setup and tools, a scenario, a
 * state, refused calls.  The first byte says which.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../desk.h"
#include "dialog/refusal.h"
#include "dialog/setup.h"
#include "emulator/scenario.h"
#include "proto/findings.h"
#include "proto/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
setup(const char *p, size_t n)
{
	struct json *j = json_parse(p, n, NULL, 0), *tools, *made;
	const char *sets[] = { "a.b=1" };
	struct setup_flags f = { .base = j, .model = "models/m",
		.transcripts = SETUP_UNSAID, .sets = sets, .nsets = 1 };
	struct findings found;
	char why[400] = "";

	tools = j != NULL ? setup_tools(j, why, sizeof(why)) : NULL;
	assert(j == NULL || tools != NULL || why[0] != '\0');
	f.tools = tools;
	made = setup_build(&f, why, sizeof(why));
	assert(made != NULL || why[0] != '\0');
	if (made != NULL) {
		setup_declares(made, "f");
		findings_init(&found);
		schema_findings(made, "BidiGenerateContentSetup", "setup",
		    BACKEND_GEMINI, &found);
		findings_done(&found);
	}
	json_free(made);
	json_free(tools);
	json_free(j);
}

static void
scenario(const char *p, size_t n)
{
	struct scenario *s = scenario_new();
	struct scenario_event e = { .conn = 1, .nth = 1, .text = "word" };
	uint64_t random = 1;
	const struct rule *r;
	int64_t after;
	size_t pos;
	char why[200] = "";
	int on;

	if (scenario_add(s, p, n, why, sizeof(why)) == -1)
		assert(why[0] != '\0');
	for (on = 0; on < ON_COUNT; on++) {
		e.on = (enum scenario_on)on;
		pos = 0;
		while ((r = scenario_next(s, &pos, &e, &random, &after)) !=
		    NULL)
			assert(after >= 0 && scenario_do_name(r->act) != NULL);
	}
	scenario_free(s);
}

/* A session that goes on from any state, speaks and saves it. */
static void
state(const char *p, size_t n)
{
	struct json *j = json_parse(p, n, NULL, 0);
	struct desk d;

	if (json_type(j) != JSON_OBJECT) {
		json_free(j);
		return;
	}
	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.quiet = true;
	d.cfg.resume = true;
	desk_keep(&d, j);
	desk_begin(&d);
	desk_serve(&d);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"go on\"}");
	desk_wait(&d, 20000);
	desk_leave(&d);
	assert(d.done != -1);
	assert(!desk_has(&d, "BROKEN"));
	desk_end(&d);
}

/* Lines as tool_call records: each that is refused gets an answer. */
static void
refusals(const char *p, size_t n)
{
	struct refusals *f = refusal_new();
	struct json *setup = json_object();
	struct record r;
	const char *nl;
	size_t k;

	for (; n > 0; p += k, n -= k) {
		nl = memchr(p, '\n', n);
		k = nl != NULL ? (size_t)(nl - p) + 1 : n;
		refusal_add(f, setup, p, k, true);
	}
	refusal_late(f, "id", "name");
	while (refusal_next(f, &r)) {
		assert(strcmp(r.type, "tool_response") == 0);
		assert(json_get(r.head, "response") != NULL);
		refusal_drop(f);
	}
	json_free(setup);
	refusal_free(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static void (*const readers[])(const char *, size_t) = { setup,
		scenario, state, refusals };

	(void)tap_done;		/* of tap.h, which is a test's */
	if (n > 0)
		readers[*p % 4]((const char *)p + 1, n - 1);
	return 0;
}
