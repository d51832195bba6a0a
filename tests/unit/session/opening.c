/* How a conversation opens, and who speaks in it: turns that 3.1 takes before
 * all else and not later; a model that chooses when to speak. */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define TURN(role, t, more) "{\"type\":\"turn\",\"role\":\"" role \
	"\",\"text\":\"" t "\"" more "}"
#define OPEN ",\"complete\":false"
#define ACTIVITY(s) "{\"type\":\"activity\",\"state\":\"" s "\"}"
#define CONTENT(role, t) "clientContent\":{\"turns\":[{\"role\":\"" role \
	"\",\"parts\":[{\"text\":\"" t "\"}]}],\"turnComplete\":false}"

static const char *const model31 = "models/gemini-3.1-flash-live-preview";

/* What was said before, in both names, and then the user types. */
static void
open_with(struct desk *d)
{
	desk_gives(d, TURN("user", "I am Ann", OPEN));
	desk_gives(d, TURN("model", "Hello Ann", OPEN));
	desk_gives(d, TEXT("Who am I?"));
}

static void
test_opening(void)
{
	struct desk d;

	desk_talks(&d, model31);
	open_with(&d);
	ok(desk_has(&d, CONTENT("user", "I am Ann")) &&
	    desk_has(&d, CONTENT("model", "Hello Ann")),
	    "3.1: turns before all else go out as they are");
	ok(desk_has(&d, "{\"realtimeInput\":{\"text\":\"Who am I?\"}}"),
	    "typed text behind them does not");
	ok(!desk_has(&d, "historyConfig"), "no history was announced");
	desk_gives(&d, TURN("model", "Later", OPEN));
	ok(desk_has(&d, "turn record: this model takes nothing but"),
	    "and none goes out after it");
	desk_says(&d, 0, AUDIO);
	desk_says(&d, 0, COMPLETE);
	desk_closes(&d, 0, 1006, "");
	desk_wait(&d, 2000);
	desk_serve(&d);
	is_int(desk_count(&d, "I am Ann"), 2,
	    "a fresh session is told them as its history");
	ok(desk_has(&d, "historyConfig"), "which is announced");
	desk_clean(&d);
}

/* They wait for a connection, and go with one that failed to the next. */
static void
test_early(void)
{
	struct desk d;

	desk_init(&d, model31, BACKEND_GEMINI);
	desk_begin(&d);
	open_with(&d);
	desk_live(&d, 0);
	is_int(desk_count(&d, CONTENT("user", "I am Ann")), 1,
	    "before the connection: once it is there");
	desk_closes(&d, 0, 1006, "");
	desk_wait(&d, 2000);
	desk_serve(&d);
	is_int(desk_count(&d, CONTENT("user", "I am Ann")), 2,
	    "nothing was answered: they open the next session");
	is_int(desk_count(&d, CONTENT("model", "Hello Ann")), 2, "both");
	is_int(desk_count(&d, "Who am I?"), 2, "and the question");
	ok(!desk_has(&d, "historyConfig"), "in the same way");
	desk_clean(&d);
}

/* What is not the beginning: sound went out, or the conversation is older. */
static void
test_late(void)
{
	struct desk d;

	desk_talks(&d, model31);
	desk_sound(&d, 100, 2000, 0);
	desk_gives(&d, TURN("model", "Hi", OPEN));
	ok(desk_has(&d, "turn record: this model takes nothing but"),
	    "after sound none is taken");
	desk_clean(&d);

	desk_init(&d, model31, BACKEND_GEMINI);
	json_set_path(d.setup, "sessionResumption.handle",
	    json_string("H"));
	desk_begin(&d);
	desk_live(&d, 0);
	desk_gives(&d, TURN("model", "Hi", OPEN));
	ok(desk_has(&d, "turn record: this model takes nothing but"),
	    "nor where the session is resumed");
	desk_clean(&d);
}

/* The user speaks, by manual activity, and the model says nothing. */
static void
be_silent(struct desk *d, const char *model, enum backend backend)
{
	int i;

	desk_init(d, model, backend);
	json_set_path(d->setup, "realtimeInputConfig."
	    "automaticActivityDetection.disabled", json_bool(true));
	desk_begin(d);
	desk_live(d, 0);
	desk_gives(d, ACTIVITY("start"));
	desk_sound(d, 1000, 4000, SESSION_LIVE);
	desk_gives(d, ACTIVITY("end"));
	for (i = 0; i < 1500 && d->done == -1; i++) {
		desk_wait(d, 200);
		desk_serve(d);
	}
}

static void
test_silent(void)
{
	static const struct {
		const char *model;
		enum backend backend;
		bool chooses;
	} of[] = {
		{ "models/gemini-3.8-live", BACKEND_GEMINI, true },
		{ "models/gemini-3.8-live-extended-thinking", BACKEND_GEMINI,
		    true },
		{ "publishers/google/models/gemini-3.8-live", BACKEND_VERTEX,
		    true },
		{ "models/gemini-3.1-flash-live-preview", BACKEND_GEMINI,
		    false },
		{ "models/gemini-2.5-flash-native-audio-latest",
		    BACKEND_GEMINI, false },
	};
	struct desk d;
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(*of); i++) {
		be_silent(&d, of[i].model, of[i].backend);
		is_int(d.done, of[i].chooses ? -1 : CODE_TEMPFAIL,
		    of[i].model);
		is_int(d.dials, of[i].chooses ? 1 : 2, "connections");
		ok(desk_has(&d, "\"remedy\":\"nudge\"") != of[i].chooses,
		    "whether it is nudged");
		ok(desk_has(&d, "\"remedy\":\"none\"") == of[i].chooses,
		    "or its silence only reported");
		is_int(desk_count(&d, "turnComplete\":true") +
		    desk_count(&d, "\"text\":\" \""), of[i].chooses ? 0 : 1,
		    "what went out to make it speak");
		desk_clean(&d);
	}
}

/* A model that only transcribes answers no words: none go out. */
static void
test_transcribes(void)
{
	struct desk d;

	desk_init(&d, "models/gemini-3.5-transcribe-live", BACKEND_GEMINI);
	d.cfg.greet = "Hello";
	desk_begin(&d);
	desk_live(&d, 0);
	desk_gives(&d, TEXT("hi"));
	ok(!desk_has(&d, "realtimeInput"), "neither a greeting nor a text");
	ok(desk_has(&d, "is left out") && desk_has(&d, "only hears"),
	    "which is said");
	session_input_end(d.s, d.now);
	desk_wait(&d, 5000);
	desk_serve(&d);
	is_int(d.done, CODE_DATA, "the text was not taken: 65");
	desk_clean(&d);
}

int
main(void)
{
	test_opening();
	test_early();
	test_late();
	test_silent();
	test_transcribes();
	return tap_done();
}
