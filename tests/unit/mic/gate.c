/*
 * What of the microphone goes on: frames of 20 ms whose samples are their own
 * number, so that the output says which of them it was.
 */
#include <stdint.h>
#include <string.h>

#include "mic/gate.h"
#include "../../tap.h"

enum { RATE = 16000, N = 320 };

struct world {
	struct gate *g;
	int frame;		/* the next one's number; its time is 20 * it */
	char log[4096];		/* "s12 " sound of frame 12, "( ) q" */
	int16_t last[N];
	int samples;
};

static void
note(struct world *w, const char *what, int n)
{
	size_t at = strlen(w->log);

	if (n < 0)
		snprintf(w->log + at, sizeof(w->log) - at, "%s ", what);
	else
		snprintf(w->log + at, sizeof(w->log) - at, "%s%d ", what, n);
}

static void
sound(void *arg, int64_t t, const int16_t *p, int n)
{
	struct world *w = arg;

	note(w, "", (int)(t / 20));
	memcpy(w->last, p, (size_t)n * 2);
	w->samples = n;
}

static void
activity(void *arg, int64_t t, bool start)
{
	(void)t;
	note(arg, start ? "(" : ")", -1);
}

static void
quiet(void *arg, int64_t t)
{
	note(arg, "q", (int)(t / 20));
}

static const struct gate_ops ops = { sound, activity, quiet };

static void
begin(struct world *w, struct gate_config *c, enum gate_mode mode)
{
	memset(w, 0, sizeof(*w));
	gate_defaults(c);
	c->mode = mode;
	c->preroll = 40;
	c->tail = 40;
	c->hangover = 60;
	c->onset = 40;
	c->margin = 30;
	c->quiet = 100;
}

/* n frames; samples of the value, or silence. */
static void
frames(struct world *w, int n, bool speech, int value)
{
	int16_t p[N];
	int i;

	for (; n > 0; n--, w->frame++) {
		for (i = 0; i < N; i++)
			p[i] = (int16_t)value;
		gate_frame(w->g, w->frame * 20, w->frame * 20, p, N, speech);
	}
}

static const char *
taken(struct world *w)
{
	static char copy[4096];

	memcpy(copy, w->log, sizeof(copy));
	w->log[0] = '\0';
	return copy;
}

static void
open_gate(void)
{
	struct gate_config c;
	struct world w;

	begin(&w, &c, GATE_OPEN);
	c.muted = true;
	w.g = gate_new(&c, &ops, &w);
	frames(&w, 3, false, 1);
	is_str(taken(&w), "0 1 2 ", "open: everything goes on");
	frames(&w, 9, false, 0);
	is_str(taken(&w), "3 4 5 6 7 q9 ",
	    "100 ms of zeros, then they are held and it is told once");
	frames(&w, 2, false, 5);
	is_str(taken(&w), "12 13 ", "sound goes on at once");
	gate_free(w.g);

	begin(&w, &c, GATE_OPEN);
	w.g = gate_new(&c, &ops, &w);
	frames(&w, 12, false, 0);
	is_str(taken(&w), "0 1 2 3 4 5 6 7 8 9 10 11 ",
	    "silence of a file goes on");
	gate_end(w.g);
	is_str(taken(&w), "", "nothing to end");
	gate_free(w.g);
}

static void
by_key(void)
{
	struct gate_config c;
	struct world w;

	begin(&w, &c, GATE_KEY);
	w.g = gate_new(&c, &ops, &w);
	frames(&w, 10, false, 1);
	is_str(taken(&w), "", "the key is up");
	gate_key(w.g, 200, true);
	is_str(taken(&w), "( 8 9 ", "40 ms before the key");
	gate_key(w.g, 200, true);
	frames(&w, 3, false, 1);
	gate_key(w.g, 250, false);
	frames(&w, 5, false, 1);
	is_str(taken(&w), "10 11 12 13 14 ) ", "and 40 ms behind it");
	frames(&w, 4, false, 1);
	is_str(taken(&w), "q20 ", "quiet is told once");
	frames(&w, 9, false, 1);
	is_str(taken(&w), "", "and not again");
	gate_key(w.g, 31 * 20 - 100, true);
	is_str(taken(&w), "( 24 25 26 27 28 29 30 ",
	    "a key that is told 100 ms late");
	gate_key(w.g, 31 * 20, false);
	frames(&w, 1, false, 1);
	gate_key(w.g, 32 * 20, true);
	frames(&w, 4, false, 1);
	is_str(taken(&w), "31 32 33 34 35 ",
	    "pressed again within the tail it is one activity");
	gate_end(w.g);
	is_str(taken(&w), ") ", "the end ends it");
	ok(gate_down(w.g), "the key is still down");
	gate_free(w.g);
}

static void
by_speech(void)
{
	struct gate_config c;
	struct world w;

	begin(&w, &c, GATE_SPEECH);
	w.g = gate_new(&c, &ops, &w);
	frames(&w, 10, false, 1);
	frames(&w, 1, true, 1);
	frames(&w, 2, false, 1);
	is_str(taken(&w), "", "20 ms are not speech");
	frames(&w, 3, true, 1);
	is_str(taken(&w), "( 11 12 13 14 15 ", "40 ms are, with what was "
	    "before");
	frames(&w, 2, false, 1);
	frames(&w, 1, true, 1);
	frames(&w, 4, false, 1);
	is_str(taken(&w), "16 17 18 19 20 21 ) ",
	    "a pause is bridged, 60 ms of silence are the end");
	gate_key(w.g, 500, true);
	is_str(taken(&w), "", "a key means nothing here");
	gate_free(w.g);
}

static void
half_duplex(void)
{
	struct gate_config c;
	struct world w;
	int i;

	begin(&w, &c, GATE_OPEN);
	w.g = gate_new(&c, &ops, &w);
	frames(&w, 2, false, 7);
	gate_playing(w.g, 40, 50);
	frames(&w, 1, false, 9);
	is_str(taken(&w), "0 1 ", "the frame in which it starts is kept");
	frames(&w, 9, false, 9);
	is_str(taken(&w), "q7 ", "quiet is told");
	gate_playing(w.g, 200, 50);
	/* it fell silent at 190 ms, told at 240: with the margin 220 */
	gate_silent(w.g, 190);
	is_str(taken(&w), "11 ", "what was captured behind the margin goes on");
	frames(&w, 2, false, 7);
	is_str(taken(&w), "12 13 ", "and so on");
	gate_free(w.g);

	begin(&w, &c, GATE_OPEN);
	w.g = gate_new(&c, &ops, &w);
	gate_playing(w.g, 0, 0);
	gate_silent(w.g, 15);
	frames(&w, 3, false, 7);
	for (i = 0; i < N && w.last[i] == 0; i++)
		;
	is_str(taken(&w), "2 ", "two whole frames are masked");
	is_int(i, 80, "and a quarter of the next");
	gate_playing(w.g, 60, 60);
	gate_silent(w.g, 60 + 1);
	frames(&w, 2, false, 7);
	for (i = 0; i < N && w.last[i] == 0; i++)
		;
	is_str(taken(&w), "4 ", "one frame and a half are masked");
	is_int(i, 176, "to the sample");
	gate_free(w.g);

	begin(&w, &c, GATE_OPEN);
	w.g = gate_new(&c, &ops, &w);
	frames(&w, 1, false, 7);
	gate_playing(w.g, 20, 20);
	frames(&w, 110, false, 9);
	is_str(taken(&w), "0 q6 102 103 104 105 106 107 108 109 110 ",
	    "without news for 2 s it is taken for dead");
	gate_free(w.g);

	begin(&w, &c, GATE_SPEECH);
	w.g = gate_new(&c, &ops, &w);
	frames(&w, 5, true, 7);
	(void)taken(&w);
	gate_playing(w.g, 100, 100);
	frames(&w, 5, true, 9);
	is_str(taken(&w), ") q10 ", "an activity ends under the loudspeaker");
	gate_silent(w.g, 200);
	frames(&w, 4, true, 7);
	is_str(taken(&w), "( 11 12 13 ", "and the next one has none of it");
	gate_free(w.g);
}

int
main(void)
{
	open_gate();
	by_key();
	by_speech();
	half_duplex();
	return tap_done();
}
