/*
 * A session that goes on from what an earlier one kept, and one that cannot
 * keep anything.
 */
#include "../../desk.h"

static void
run(struct desk *d, struct json *state, const char *model)
{
	desk_init(d, model, BACKEND_GEMINI);
	desk_keep(d, state);
	desk_begin(d);
	desk_live(d, 0);
}

/* What was kept. */
static struct json *
finish(struct desk *d)
{
	struct json *state;

	session_stop(d->s, d->now, 0, "test");
	desk_closes(d, 0, 1000, "");
	ok(!desk_has(d, "BROKEN"), "every action was in order");
	state = d->state;
	d->state = NULL;
	desk_end(d);
	return state;
}

static void
test_resume(void)
{
	static const char model[] = "models/gemini-3.8-live";
	struct json *state;
	struct desk d;

	run(&d, NULL, model);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_says(&d, 0, "{\"serverContent\":{\"outputTranscription\":{"
	    "\"text\":\"beta\"},\"turnComplete\":true}}");
	desk_handle(&d, 0, "H7");
	state = finish(&d);
	is_str(json_get_str(state, "handle", ""), "H7", "the handle is kept");
	is_int(json_get_int(state, "handle_at", 0), DESK_DATE, "with its date");

	run(&d, state, model);
	ok(desk_has(&d, "{\"handle\":\"H7\"}"), "the next run resumes");
	desk_says(&d, 0, "{\"serverContent\":{\"modelTurn\":{\"parts\":[{"
	    "\"text\":\"x\"}]}}}");
	ok(desk_has(&d, "\"turn\":2"), "and goes on counting turns");
	state = finish(&d);

	run(&d, state, "models/gemini-3.1-flash-live-preview");
	ok(!desk_has(&d, "H7"), "another model does not take the handle");
	ok(desk_has(&d, "alpha") && desk_has(&d, "beta"), "but the history");
	json_free(finish(&d));
}

static void
test_old(void)
{
	static const char model[] = "models/gemini-3.8-live";
	struct json *state;
	struct desk d;
	int64_t age;
	int i;

	run(&d, NULL, model);
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"alpha\"}");
	desk_handle(&d, 0, "H7");
	age = d.family.handle_s;
	state = finish(&d);
	for (i = 0; i < 2; i++) {
		desk_init(&d, model, BACKEND_GEMINI);
		desk_keep(&d, json_copy(state));
		d.date += age + i;
		desk_begin(&d);
		desk_live(&d, 0);
		is_int(desk_has(&d, "H7"), i == 0, i == 0 ?
		    "a handle is used to the end of its life" :
		    "and not a second longer");
		is_int(desk_has(&d, "alpha"), i, "the history is sent instead");
		json_free(finish(&d));
	}
	json_free(state);
}

/* What cannot be kept is offered again at the next change and at the end. */
static void
test_fault(void)
{
	struct json *state;
	struct desk d;
	int saves;

	run(&d, NULL, "models/gemini-3.8-live");
	d.broken = true;
	desk_handle(&d, 0, "H7");
	saves = d.saves;
	ok(saves > 0 && d.state == NULL, "not kept");
	d.broken = false;
	state = finish(&d);
	is_str(json_get_str(state, "handle", ""), "H7", "kept at the end");
	json_free(state);
}

int
main(void)
{
	test_resume();
	test_old();
	test_fault();
	return tap_done();
}
