/* A context changed in mid-call: what goes out at once, what waits for the next
 * connection, which of them is resumed, and what happens if it is refused. */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define CONTEXT(members) "{\"type\":\"context\"," members "}"
#define TOOLS "\"tools\":[{\"functionDeclarations\":[{\"name\":\"lamp\"}]}]"
#define RESUMED(h) "\"handle\":\"" h "\""
#define READY "{\"setupComplete\":{}}"

static const char *const model38 = "models/gemini-3.8-live";
static const char *const model31 = "models/gemini-3.1-flash-live-preview";
static const char *const model25 =
    "models/gemini-2.5-flash-native-audio-preview-12-2025";

/* A conversation in which two things were said, and which has a handle. */
static void
talk(struct desk *d, const char *model, const char *quirk)
{
	char why[200];

	desk_init(d, model, BACKEND_GEMINI);
	if (quirk != NULL)
		is_int(family_override(&d->family, quirk, why, sizeof(why)), 0,
		    quirk);
	desk_begin(d);
	desk_live(d, 0);
	desk_gives(d, TEXT("one"));
	desk_says(d, 0, SAYS("two"));
	desk_says(d, 0, COMPLETE);
	desk_handle(d, 0, "H1");
	desk_wait(d, 3000);
	desk_forget(d);
}

static void
end(struct desk *d, int code, const char *what)
{
	session_input_end(d->s, d->now);
	desk_go_on(d, 5000);
	is_int(d->done, code, what);
	ok(!desk_has(d, "BROKEN"), "in order");
	desk_clean(d);
}

/* Each way to a changed context: what of it goes out in the running session,
 * and whether the next one resumes. */
static void
test_ways(void)
{
	static const struct {
		const char *model, *quirk, *record, *now;
		bool next, resumes;
	} v[] = {
		{ model38, NULL, CONTEXT("\"system\":\"be brief\""),
		    "contextUpdate\":{\"systemInstruction", false, false },
		{ model38, NULL, CONTEXT(TOOLS), "contextUpdate\":{\"tools",
		    false, false },
		{ model38, NULL, CONTEXT("\"voice\":\"Kore\""), NULL, true,
		    true },
		{ model38, NULL, CONTEXT("\"system\":\"be brief\",\"voice\":"
		    "\"Kore\""), "contextUpdate\":{\"systemInstruction", true,
		    true },
		{ model38, "context=no", CONTEXT(TOOLS), NULL, true, true },
		{ model38, "context=no", CONTEXT("\"system\":\"be brief\""),
		    NULL, true, false },
		{ model25, NULL, CONTEXT("\"system\":\"be brief\"," TOOLS),
		    "clientContent\":{\"turns\":[{\"parts\":[{\"text\":"
		    "\"be brief\"", true, true },
		{ model25, NULL, CONTEXT("\"voice\":\"Kore\""), NULL, true,
		    true },
		{ model31, NULL, CONTEXT(TOOLS), NULL, true, true },
		{ model31, NULL, CONTEXT("\"system\":\"be brief\""), NULL,
		    true, false },
		{ model31, "resume-setup=all", CONTEXT("\"system\":"
		    "\"be brief\"," TOOLS), NULL, true, true },
		{ model31, "resume-setup=no", CONTEXT("\"voice\":\"Kore\""),
		    NULL, true, false },
	};
	struct desk d;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(*v); i++) {
		talk(&d, v[i].model, v[i].quirk);
		desk_gives(&d, v[i].record);
		if (v[i].now != NULL)
			ok(desk_has(&d, v[i].now), v[i].record);
		else
			is_int(desk_count(&d, "send 0"), 0, v[i].record);
		desk_go_on(&d, 3000);
		is_int(desk_count(&d, "{\"setup\":"), v[i].next,
		    "the next connection");
		is_int(desk_has(&d, RESUMED("H1")), v[i].resumes,
		    "resumes the session");
		is_int(desk_has(&d, "\"text\":\"two\""), v[i].next &&
		    !v[i].resumes, "or is told what was said");
		if (v[i].next) {
			ok(desk_has(&d, "\"reason\":\"context\""), "for this");
			ok(!strstr(v[i].record, "Kore") || desk_has(&d,
			    "\"voiceName\":\"Kore\""), "with the voice");
			ok(!strstr(v[i].record, "lamp") || desk_has(&d,
			    "\"name\":\"lamp\""), "with the tools");
			ok(!strstr(v[i].record, "brief") || desk_has(&d,
			    "\"systemInstruction\":{\"parts\":[{\"text\":"
			    "\"be brief\""), "with the instruction");
		}
		end(&d, 0, "a good conversation");
	}
}

/* The handle of the turn is waited for, but not for ever. */
static void
test_handle(void)
{
	struct desk d;

	talk(&d, model31, NULL);
	desk_gives(&d, TEXT("three"));
	desk_says(&d, 0, SAYS("four"));
	desk_gives(&d, CONTEXT("\"voice\":\"Kore\""));
	desk_open(&d, 1);
	ok(!desk_has(&d, "hangup"), "not while the model speaks");
	desk_says(&d, 0, COMPLETE);
	desk_wait(&d, 1000);
	ok(!desk_has(&d, "hangup"), "nor before the handle of that turn");
	desk_handle(&d, 0, "H2");
	ok(desk_has(&d, "hangup"), "then at once");
	desk_closes(&d, 0, 1000, "");
	ok(desk_has(&d, RESUMED("H2")), "by that handle");
	desk_says(&d, 1, READY);
	end(&d, 0, "a good one");

	talk(&d, model31, NULL);
	desk_gives(&d, TEXT("three"));
	desk_says(&d, 0, SAYS("four"));
	desk_gives(&d, CONTEXT("\"voice\":\"Kore\""));
	desk_says(&d, 0, COMPLETE);
	desk_go_on(&d, 1900);
	ok(!desk_has(&d, "hangup"), "a handle may take 2 s");
	desk_go_on(&d, 1000);
	ok(desk_has(&d, "\"voiceName\":\"Kore\"") && !desk_has(&d,
	    "\"handle\":"), "without it a fresh session follows");
	ok(desk_has(&d, "\"text\":\"four\""), "which is told all");
	end(&d, 0, "a good one");

	talk(&d, model31, NULL);
	desk_closes(&d, 0, 1006, "");
	desk_gives(&d, CONTEXT("\"voice\":\"Kore\""));
	desk_go_on(&d, 3000);
	is_int(desk_count(&d, "{\"setup\":"), 1, "while the connection is away "
	    "the next one has it");
	ok(desk_has(&d, RESUMED("H1")) && desk_has(&d, "\"voiceName\""),
	    "by the handle");
	end(&d, 0, "a good one");
}

/* A line behind the context is for the session that has it. */
static void
test_line(void)
{
	struct desk d;

	talk(&d, model31, NULL);
	desk_gives(&d, CONTEXT(TOOLS));
	ok(!desk_gives_flags(&d, TEXT("three"), NULL, 0, SESSION_TURNS),
	    "a line waits");
	desk_go_on(&d, 1000);
	ok(d.rooms > 0 && desk_has(&d, RESUMED("H1")), "for the session that "
	    "has the tools");
	desk_forget(&d);
	ok(desk_gives_flags(&d, TEXT("three"), NULL, 0, SESSION_TURNS) &&
	    desk_has(&d, "send 1 {\"realtimeInput"), "and goes there");
	desk_says(&d, 1, SAYS("four"));
	desk_says(&d, 1, COMPLETE);
	end(&d, 0, "a good one");

	talk(&d, model31, NULL);
	desk_gives(&d, CONTEXT(TOOLS));
	ok(!desk_gives_flags(&d, TEXT("three"), NULL, 0, SESSION_TURNS),
	    "a line waits");
	desk_wait(&d, 4900);
	is_int(d.rooms, 0, "while no connection can be opened");
	desk_wait(&d, 200);
	ok(d.rooms > 0 && desk_gives_flags(&d, TEXT("three"), NULL, 0,
	    SESSION_TURNS), "but not for ever");
	desk_says(&d, 0, SAYS("four"));
	desk_says(&d, 0, COMPLETE);
	end(&d, 0, "a good one");
}

/* Opens the next connection, up to its setup. */
static void
turn_over(struct desk *d, int from)
{
	desk_open(d, !from);
	desk_closes(d, from, 1000, "");
	desk_forget(d);
}

static void
test_refused(int code, const char *reason)
{
	struct desk d;

	talk(&d, model31, NULL);
	desk_gives(&d, CONTEXT("\"voice\":\"Bob\""));
	turn_over(&d, 0);
	desk_closes(&d, 1, code, reason);
	desk_go_on(&d, 5000);
	ok(desk_has(&d, "\"voiceName\":\"Bob\"") && !desk_has(&d,
	    "\"handle\":"), "refused to the handle: a fresh session has it");
	ok(desk_has(&d, "\"text\":\"two\""), "and is told what was said");
	end(&d, 0, "nothing is lost");

	talk(&d, model31, NULL);
	desk_gives(&d, CONTEXT("\"voice\":\"Bob\""));
	turn_over(&d, 0);
	desk_closes(&d, 1, code, reason);
	desk_wait(&d, 2000);
	desk_open(&d, 0);
	desk_forget(&d);
	desk_closes(&d, 0, code, reason);
	desk_wait(&d, 4000);
	desk_go_on(&d, 2000);
	ok(desk_has(&d, "\"class\":\"input\",\"record\":\"context\""),
	    "refused to that, too: it is reported");
	ok(desk_has(&d, "{\"setup\":") && !desk_has(&d, "voiceName"),
	    "and the setup is again what it was");
	desk_gives(&d, TEXT("three"));
	ok(desk_has(&d, "three"), "the conversation goes on");
	desk_says(&d, 0, SAYS("four"));
	desk_says(&d, 0, COMPLETE);
	end(&d, 65, "and its status tells of the record");
}

int
main(void)
{
	test_ways();
	test_handle();
	test_line();
	test_refused(1007, "Request contains an invalid argument.");
	test_refused(1007, "Invalid value at 'setup.generation_config'");
	test_refused(1008, "Voice Bob is not supported.");
	return tap_done();
}
