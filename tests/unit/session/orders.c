/*
 * Every order of up to six different things that the service says, on a fresh
 * and on a resumed connection: the records stay such that a player can follow
 * them, no time stands still, nothing is dialled in a loop, the end is reached.
 */
#include "../../desk.h"
#include "../../tap.h"

#ifdef __SANITIZE_ADDRESS__
enum { EVENTS = 9, LENGTH = 5 };	/* for the time that it takes */
#else
enum { EVENTS = 9, LENGTH = 6 };
#endif

static const char *const events[EVENTS] = {
	"{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{"
	    "\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AAAA\"}}]},"
	    "\"outputTranscription\":{\"text\":\"word \"}}}",
	"{\"serverContent\":{\"inputTranscription\":{\"text\":\"hear\"}}}",
	"{\"serverContent\":{\"interrupted\":true}}",
	"{\"serverContent\":{\"generationComplete\":true}}",
	"{\"serverContent\":{\"turnComplete\":true}}",
	"{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"f\"}]}}",
	"{\"toolCallCancellation\":{\"ids\":[\"c1\"]}}",
	"{\"sessionResumptionUpdate\":{\"newHandle\":\"H\","
	    "\"resumable\":true}}",
	"{\"goAway\":{\"timeLeft\":\"5s\"}}",
};

struct walk {
	bool resumed;
	int order[LENGTH];
	bool used[EVENTS];
	long runs, bad;
};

static void
say(struct desk *d, int event)
{
	int conn = d->held[1] && !d->calling[1] && !d->asking[1] &&
	    !d->closing[1] && d->sends > 1 ? 1 : 0;

	if (!d->held[conn])
		conn = !conn;
	if (d->held[conn] && !d->calling[conn])
		desk_says(d, conn, events[event]);
}

static void
run(struct walk *w, int length)
{
	struct desk d;
	int i;

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d.quiet = true;
	desk_begin(&d);
	desk_serve(&d);
	if (w->resumed) {
		desk_handle(&d, 0, "H0");
		desk_closes(&d, 0, 1006, "");
		desk_serve(&d);
	}
	desk_gives(&d, "{\"type\":\"text\",\"text\":\"hello\"}");
	for (i = 0; i < length; i++) {
		say(&d, w->order[i]);
		if (i % 2)
			desk_serve(&d);
	}
	for (i = 0; i < 8; i++) {
		desk_serve(&d);
		desk_wait(&d, 5000);
	}
	if (d.done == -1)
		session_stop(d.s, d.now, 0, "test");
	desk_wait(&d, 2000);
	w->runs++;
	if (d.log.len > 0 || d.done == -1 || d.dials > 12) {
		if (w->bad++ < 10) {
			printf("# order");
			for (i = 0; i < length; i++)
				printf(" %d", w->order[i]);
			printf(": %s, %d dials, exit %d\n", d.log.len > 0 ?
			    d.log.data : "", d.dials, d.done);
		}
	}
	desk_end(&d);
}

static void
walk(struct walk *w, int length)
{
	int i;

	run(w, length);
	if (length == LENGTH)
		return;
	for (i = 0; i < EVENTS; i++) {
		if (w->used[i])
			continue;
		w->used[i] = true;
		w->order[length] = i;
		walk(w, length + 1);
		w->used[i] = false;
	}
}

int
main(void)
{
	struct walk w = { .resumed = false };
	char what[80];

	for (;;) {
		walk(&w, 0);
		snprintf(what, sizeof(what), "%ld orders on a %s connection",
		    w.runs, w.resumed ? "resumed" : "fresh");
		ok(w.bad == 0, what);
		if (w.resumed)
			break;
		w = (struct walk){ .resumed = true };
	}
	return tap_done();
}
