/*
 * Every fault at every state of a conversation, with a service that then
 * behaves and with one that never says a word again: nothing may crash, hang,
 * dial in a loop, write records a player cannot follow, or forget a text.
 */
#include <stdlib.h>

#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#define ANSWER "{\"type\":\"tool_response\",\"id\":\"c1\"," \
	"\"name\":\"clock\",\"response\":{\"now\":\"12:00\"}}"

static void
promise(struct desk *d)
{
	desk_gives(d, "{\"type\":\"text\",\"text\":\"promise\"}");
}

static void
dialling(struct desk *d)
{
	promise(d);
}

static void
setup(struct desk *d)
{
	desk_open(d, 0);
	promise(d);
}

static void
live(struct desk *d)
{
	desk_live(d, 0);
	desk_wait(d, 15000);
}

static void
idle(struct desk *d)
{
	desk_live(d, 0);
	desk_handle(d, 0, "H1");
	desk_wait(d, 15000);
}

static void
speaking(struct desk *d)
{
	idle(d);
	desk_sound(d, 500, 9000, SESSION_LIVE);
}

static void
asked(struct desk *d)
{
	idle(d);
	promise(d);
}

static void
answering(struct desk *d)
{
	asked(d);
	desk_says(d, 0, AUDIO);
}

static void
generated(struct desk *d)
{
	answering(d);
	desk_says(d, 0, "{\"serverContent\":{\"generationComplete\":true}}");
}

static void
interrupted(struct desk *d)
{
	answering(d);
	desk_says(d, 0, "{\"serverContent\":{\"interrupted\":true}}");
}

static void
tool(struct desk *d)
{
	asked(d);
	desk_says(d, 0, CALL("c1"));
}

static void
tool_answered(struct desk *d)
{
	tool(d);
	desk_gives(d, ANSWER);
}

static void
away(struct desk *d)
{
	asked(d);
	desk_says(d, 0, "{\"goAway\":{\"timeLeft\":\"10s\"}}");
}

static void
away_open(struct desk *d)
{
	away(d);
	desk_open(d, 1);
}

static void
away_tool(struct desk *d)
{
	tool(d);
	desk_says(d, 0, "{\"goAway\":{\"timeLeft\":\"10s\"}}");
	desk_open(d, 1);
}

static void
switching(struct desk *d)
{
	idle(d);
	desk_says(d, 0, "{\"goAway\":{\"timeLeft\":\"10s\"}}");
	desk_open(d, 1);
	promise(d);
}

static void
switched(struct desk *d)
{
	switching(d);
	desk_closes(d, 0, 1000, "");
}

static void
resumed(struct desk *d)
{
	switched(d);
	desk_serve(d);
}

static void
waiting(struct desk *d)
{
	asked(d);
	desk_closes(d, 0, 1006, "");
	desk_open(d, 0);
	desk_closes(d, 0, 1011, "Internal error encountered.");
}

static void
input_ended(struct desk *d)
{
	asked(d);
	session_input_end(d->s, d->now);
}

static void
ending(struct desk *d)
{
	idle(d);
	session_input_end(d->s, d->now);
}

static void
full(struct desk *d)
{
	idle(d);
	d->queued = 1 << 30;
	desk_sound(d, 2000, 9000, SESSION_LIVE);
}

static void
held(struct desk *d)
{
	answering(d);
	session_hold(d->s, d->now, true);
}

static void
activity(struct desk *d)
{
	idle(d);
	desk_says(d, 0, AUDIO);
	desk_gives(d, "{\"type\":\"activity\",\"state\":\"start\"}");
	desk_sound(d, 100, 9000, SESSION_LIVE);
}

static const struct state {
	const char *name;
	void (*reach)(struct desk *);
	bool promised;
} states[] = {
	{ "dialling", dialling, true }, { "setup", setup, true },
	{ "live", live, false }, { "idle", idle, false },
	{ "user speaks", speaking, false }, { "asked", asked, true },
	{ "answering", answering, false }, { "generated", generated, false },
	{ "interrupted", interrupted, false }, { "tool", tool, false },
	{ "tool answered", tool_answered, false }, { "away", away, true },
	{ "away, next open", away_open, true },
	{ "away, tool", away_tool, false },
	{ "switching", switching, true }, { "switched", switched, true },
	{ "resumed", resumed, true }, { "waiting", waiting, true },
	{ "input ended", input_ended, true }, { "ending", ending, false },
	{ "socket full", full, false }, { "output full", held, false },
	{ "activity", activity, false },
};

/* A fault is a letter for its kind and what goes with it. */
static const struct fault {
	char kind;
	int code;
	const char *text;
} faults[] = {
	{ 'n', 0, "nothing" },
	{ 'c', 1000, "" }, { 'c', 1001, "" }, { 'c', 1002, "" },
	{ 'c', 1005, "" }, { 'c', 1006, "" }, { 'c', 1009, "" },
	{ 'c', 1007, "Request contains an invalid argument." },
	{ 'c', 1007, "Invalid JSON payload received. Unknown name \"x\"" },
	{ 'c', 1007, "API key expired. Please renew the API key." },
	{ 'c', 1008, "Requested entity was not found." },
	{ 'c', 1008, "Operation is not implemented, or supported" },
	{ 'c', 1008, "models/X is not found for API version v1beta" },
	{ 'c', 1008, "" },
	{ 'c', 1011, "Internal error encountered." },
	{ 'c', 1011, "The service is currently unavailable." },
	{ 'c', 1011, "Deadline expired before operation could complete." },
	{ 'c', 1011, "You exceeded your current quota" },
	{ 'c', 1011, "" }, { 'c', 1012, "" }, { 'c', 1013, "" },
	{ 'c', 4000, "gateway" },
	{ 'r', 401, "" }, { 'r', 403, "" }, { 'r', 404, "" },
	{ 'r', 429, "" }, { 'r', 500, "" }, { 'r', 503, "" },
	{ 'd', CODE_UNAVAILABLE, "Connection refused" },
	{ 'd', CODE_REFUSED, "no token" },
	{ 'd', CODE_TEMPFAIL, "no token now" },
	{ 'm', 0, "" }, { 'm', 0, "{" }, { 'm', 0, "[]" }, { 'm', 0, "null" },
	{ 'm', 0, "\xff\xfe" }, { 'm', 0, "{}" }, { 'm', 0, "{\"news\":1}" },
	{ 'm', 0, "{\"setupComplete\":{}}" }, { 'm', 0, AUDIO },
	{ 'm', 0, COMPLETE }, { 'm', 0, CALL("c1") },
	{ 'm', 0, "{\"serverContent\":{\"interrupted\":true}}" },
	{ 'm', 0, "{\"serverContent\":{\"generationComplete\":true}}" },
	{ 'm', 0, "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inline"
	    "Data\":{\"mimeType\":\"audio/pcm\",\"data\":\"!\"}}]}}}" },
	{ 'm', 0, "{\"toolCallCancellation\":{\"ids\":[\"c1\",\"zz\"]}}" },
	{ 'm', 0, "{\"goAway\":{\"timeLeft\":\"0s\"}}" },
	{ 'm', 0, "{\"goAway\":{\"timeLeft\":\"3600s\"}}" },
	{ 'm', 0, "{\"goAway\":{}}" },
	{ 'm', 0, "{\"sessionResumptionUpdate\":{}}" },
	{ 'm', 0, "{\"sessionResumptionUpdate\":{\"newHandle\":\"H5\","
	    "\"resumable\":true,\"lastConsumedClientMessageIndex\":"
	    "\"9223372036854775807\"}}" },
	{ 'm', 0, "{\"sessionResumptionUpdate\":{\"newHandle\":\"H5\","
	    "\"resumable\":true,\"lastConsumedClientMessageIndex\":\"-7\"}}" },
	{ 'm', 0, "{\"error\":{\"code\":500,\"message\":\"bad\"}}" },
	{ 'u', 0, "{\"type\":\"activity\",\"state\":\"start\"}" },
	{ 'u', 0, "{\"type\":\"activity\",\"state\":\"end\"}" },
	{ 'u', 0, "{\"type\":\"audio_end\"}" },
	{ 'u', 0, "{\"type\":\"interrupt\"}" },
	{ 'u', 0, "{\"type\":\"context\",\"system\":\"be brief\"}" },
	{ 'u', 0, "{\"type\":\"played\",\"turn\":1,\"ms\":3,"
	    "\"interrupted\":true}" },
	{ 'u', 0, ANSWER },
	{ 'u', 0, "{\"type\":\"raw\",\"message\":{\"realtimeInput\":{}}}" },
	{ 'a', 0, "a minute of sound" }, { 'e', 0, "input ends" },
	{ 'h', 0, "output full" }, { 't', 0, "ten minutes" },
};

static void
strike(struct desk *d, const struct fault *f)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (!d->held[i])
			continue;
		if (f->kind == 'c')
			desk_closes(d, i, f->code, f->text);
		else if (f->kind == 'm' && !d->calling[i])
			desk_says(d, i, f->text);
		else if ((f->kind == 'r' || f->kind == 'd') && d->calling[i]) {
			d->held[i] = d->calling[i] = false;
			session_refused(d->s, d->now, i, f->kind == 'r' ?
			    f->code : 0, f->text, strlen(f->text),
			    f->kind == 'd' ? f->code : 0, f->text);
		}
	}
	switch (f->kind) {
	case 'u': desk_gives(d, f->text); break;
	case 'a': desk_sound(d, 60000, 9000, SESSION_LIVE); break;
	case 'e': session_input_end(d->s, d->now); break;
	case 'h': session_hold(d->s, d->now, true); break;
	case 't': desk_wait(d, 600000); break;
	default: break;
	}
}

/* The text went out on the last session, or had its answer before. */
static bool
kept(const struct desk *d)
{
	const char *p = d->log.data, *setup = NULL, *last = NULL, *q;

	for (q = p; (q = strstr(q, "{\"setup\":")) != NULL; q++)
		setup = q;
	for (q = p; (q = strstr(q, "\"promise\"")) != NULL; q++)
		last = q;
	return last != NULL && (setup == NULL || last > setup ||
	    strstr(setup, "{\"handle\":") != NULL);
}

static const char *
behaving(struct desk *d, const struct state *st)
{
	int i, dials = d->dials;

	d->queued = 0;
	for (i = 0; i < 60; i++) {
		desk_serve(d);
		desk_wait(d, 1000);
	}
	if (d->dials - dials > 16)
		return "dials in a loop";
	if (d->done != -1)
		return NULL;
	session_hold(d->s, d->now, false);
	desk_gives(d, "{\"type\":\"text\",\"text\":\"after\"}");
	for (i = 0; i < 3; i++) {
		desk_serve(d);
		desk_wait(d, 100);
	}
	if (d->done == -1 && !d->closing[0] && !d->closing[1] &&
	    !desk_has(d, "\"after\""))
		return "is deaf afterwards";
	if (d->done == -1 && st->promised && !kept(d))
		return "forgot the text";
	session_input_end(d->s, d->now);
	for (i = 0; i < 600 && d->done == -1; i++) {
		desk_refuses(d);
		desk_serve(d);
		desk_wait(d, 1000);
	}
	return d->done == -1 ? "never ends" : NULL;
}

static const char *
mute(struct desk *d)
{
	int dials = d->dials;

	desk_wait(d, 600000);
	if (d->dials - dials > 24)
		return "dials in a loop";
	if (d->done == -1)
		session_stop(d->s, d->now, 130, "signal");
	desk_wait(d, 2000);
	return d->done == -1 ? "does not stop" : NULL;
}

static bool
run(const struct state *st, const struct fault *f, bool behaves)
{
	const char *why;
	struct desk d;
	bool manual = st->reach == activity;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	if (manual)
		json_set_path(d.setup, "realtimeInputConfig.automaticActivity"
		    "Detection.disabled", json_bool(true));
	desk_begin(&d);
	st->reach(&d);
	strike(&d, f);
	why = behaves ? behaving(&d, st) : mute(&d);
	if (why == NULL && desk_has(&d, "BROKEN"))
		why = "an action out of order";
	if (why != NULL) {
		printf("# %s, %c %d %s, %s: %s\n", st->name, f->kind, f->code,
		    f->text, behaves ? "behaves" : "mute", why);
		if (getenv("SHOW") != NULL)
			desk_show(&d);
	}
	desk_end(&d);
	return why == NULL;
}

int
main(void)
{
	char what[100];
	size_t i, k, good, bad = 0;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		good = 0;
		for (k = 0; k < sizeof(faults) / sizeof(faults[0]); k++)
			if (run(&states[i], &faults[k], true) &&
			    run(&states[i], &faults[k], false))
				good++;
			else
				bad++;
		snprintf(what, sizeof(what), "%s: %zu faults", states[i].name,
		    good);
		ok(bad == 0, what);
		bad = 0;
	}
	return tap_done();
}
