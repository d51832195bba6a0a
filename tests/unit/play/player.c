/*
 * The play queue against a device that is a few lines of arithmetic: every
 * sample is numbered, so what the device heard tells the whole story.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "play/player.h"
#include "../../tap.h"

enum { RATE = 24000, PERIOD = 480, BUFFER = 2400, MOST = 1 << 22 };

struct world {
	struct player *p;
	int64_t now;
	int16_t *heard;		/* all that the device played */
	int nheard;
	int16_t buffer[BUFFER];	/* and what it holds */
	int level;
	struct player_news news[4096];
	int nnews;
};

static void
on_news(void *arg, const struct player_news *n)
{
	struct world *w = arg;

	if (w->nnews < 4096)
		w->news[w->nnews++] = *n;
}

static const struct player_ops ops = { on_news };

static void
begin(struct world *w, int64_t prebuffer)
{
	struct player_config c = { .rate = RATE, .period = PERIOD,
	    .prebuffer = prebuffer, .limit = 1 << 20, .volume = 1 };

	memset(w, 0, sizeof(*w));
	w->heard = malloc(MOST * sizeof(*w->heard));
	w->p = player_new(&c, &ops, w);
}

static void
done(struct world *w)
{
	player_free(w->p);
	free(w->heard);
}

static void
fill(struct world *w)
{
	int n;

	while (w->level < BUFFER && (n = player_fill(w->p, w->now,
	    w->buffer + w->level, BUFFER - w->level)) > 0)
		w->level += n;
}

/* The device plays for so many ms; it must not run dry while sound waits. */
static void
play(struct world *w, int ms)
{
	int n;

	for (; ms > 0; ms--) {
		n = RATE / 1000;
		n = n < w->level ? n : w->level;
		memcpy(w->heard + w->nheard, w->buffer, (size_t)n * 2);
		w->nheard += n;
		w->level -= n;
		memmove(w->buffer, w->buffer + n, (size_t)w->level * 2);
		w->now++;
		player_heard(w->p, w->now, w->level, w->level);
		fill(w);
	}
}

static void
interrupt(struct world *w, int64_t turn)
{
	player_heard(w->p, w->now, w->level, w->level);
	if (player_holds(w->p, turn))
		w->level = 0;
	player_interrupt(w->p, w->now, turn);
	fill(w);
}

/* Samples first, first + 1... of a turn. */
static bool
add(struct world *w, int64_t turn, int first, int samples)
{
	int16_t *p = malloc((size_t)samples * 2);
	bool taken;
	int i;

	for (i = 0; i < samples; i++)
		p[i] = (int16_t)(first + i);
	taken = player_add(w->p, w->now, turn, RATE, p, (size_t)samples);
	free(p);
	return taken;
}

/* Whether the device heard exactly first to last, silence aside, from its
 * sample *at on. */
static bool
heard(const struct world *w, int *at, int first, int last)
{
	for (; *at < w->nheard && first <= last; ++*at)
		if (w->heard[*at] == first)
			first++;
		else if (w->heard[*at] != 0)
			return false;
	return first == last + 1;
}

static bool
only_silence(const struct world *w, int at)
{
	while (at < w->nheard && w->heard[at] == 0)
		at++;
	return at == w->nheard;
}

static const struct player_news *
last_done(const struct world *w, int64_t turn)
{
	int i;

	for (i = w->nnews - 1; i >= 0; i--)
		if (w->news[i].turn == turn && w->news[i].done)
			return &w->news[i];
	return NULL;
}

static void
whole_turns(void)
{
	struct world *w = malloc(sizeof(*w));
	const struct player_news *n;
	int at = 0;

	begin(w, 0);
	ok(add(w, 1, 1, 2400) && add(w, 1, 2401, 100), "a turn in two pieces");
	player_turn_done(w->p, w->now, 1);
	add(w, 2, 5001, 4800);
	is_int(player_queued(w->p), 304, "ms are queued");
	fill(w);
	is_int(w->nnews, 1, "its beginning is told before it is heard");
	ok(w->news[0].playing && w->news[0].turn == 1, "as playing");
	play(w, 500);
	ok(heard(w, &at, 1, 2500), "all of turn 1 is heard");
	ok(heard(w, &at, 5001, 9800), "and all of turn 2");
	n = last_done(w, 1);
	ok(n != NULL && n->ms == 104 && !n->interrupted, "turn 1: 104 ms");
	ok(last_done(w, 2) == NULL && !player_done(w->p), "turn 2 may go on");
	is_int(player_dry(w->p), 1, "so it is out of sound");
	player_turn_done(w->p, w->now, 2);
	n = last_done(w, 2);
	ok(n != NULL && n->ms == 200, "until it is complete: 200 ms");
	player_input_done(w->p);
	ok(player_done(w->p) && !player_busy(w->p), "done");
	is_int(player_deadline(w->p), INT64_MAX, "nothing to wait for");
	done(w);
	free(w);
}

static void
interruptions(void)
{
	struct world *w = malloc(sizeof(*w));
	const struct player_news *n;
	int at = 0, before;

	begin(w, 0);
	add(w, 1, 1, 24000);
	fill(w);
	play(w, 250);
	before = w->nheard;
	interrupt(w, 1);
	is_int(w->nheard, before, "not a sample after it");
	is_int(w->level, 0, "the device was emptied");
	n = last_done(w, 1);
	ok(n != NULL && n->interrupted && n->ms == 250, "heard for 250 ms");
	ok(!add(w, 1, 9000, 100), "late sound of the turn is left out");
	is_int(player_stale(w->p), 4, "and counted");
	play(w, 100);
	is_int(w->nheard, before, "silence stays");
	ok(heard(w, &at, 1, 6000), "what was heard was right");

	/* the device holds the end of turn 2 and the beginning of turn 3 */
	add(w, 2, 1, 1200);
	add(w, 3, 10001, 4800);
	fill(w);
	play(w, 20);
	at = w->nheard;
	interrupt(w, 2);
	play(w, 400);
	ok(heard(w, &at, 10001, 14800), "the next turn is played from its "
	    "first sample on");
	ok(only_silence(w, at), "once");
	n = last_done(w, 2);
	ok(n != NULL && n->interrupted && n->ms == 20, "turn 2: 20 ms");

	interrupt(w, 7);
	n = last_done(w, 7);
	ok(n != NULL && n->interrupted && n->ms == 0,
	    "an interruption of a turn never heard is answered");
	interrupt(w, 7);
	ok(!add(w, 5, 1, 100) && add(w, 8, 1, 100), "earlier ones are stale, "
	    "later ones are not");
	interrupt(w, 0);
	ok(!add(w, 8, 1, 10), "without a number: everything so far");
	add(w, 0, 301, 100);
	at = w->nheard;
	fill(w);
	play(w, 50);
	ok(heard(w, &at, 301, 400), "sound without a turn is played");
	player_new_stream(w->p);
	ok(add(w, 1, 1, 100), "a new stream counts anew");
	interrupt(w, 1);
	ok(!add(w, 1, 1, 100), "and interrupts its own");
	done(w);
	free(w);
}

static void
out_of_order(void)
{
	struct world *w = malloc(sizeof(*w));
	int i;

	begin(w, 0);
	for (i = 0; i < 300; i++) {
		add(w, 1 + (i * 7) % 10, 1, 200 + i);
		fill(w);
		play(w, i % 5);
		if (i % 4 == 0)
			interrupt(w, (i * 3) % 10);
		if (i % 50 == 49)
			player_new_stream(w->p);
		if (i % 13 == 0) {
			player_lost(w->p, w->now);
			w->level = 0;
		}
	}
	ok(true, "turns in any order are survived");
	done(w);
	free(w);
}

static void
lost_device(void)
{
	struct world *w = malloc(sizeof(*w));
	int at = 0;

	begin(w, 0);
	add(w, 1, 1, 9600);
	player_turn_done(w->p, 0, 1);
	fill(w);
	play(w, 100);
	w->level = 0;
	player_lost(w->p, w->now);
	ok(player_wants(w->p, w->now), "what was not heard waits again");
	fill(w);
	play(w, 600);
	ok(heard(w, &at, 1, 9600), "nothing is lost or doubled");
	is_int(last_done(w, 1)->ms, 400, "and the turn was heard whole");
	done(w);
	free(w);
}

static void
starting(void)
{
	struct world *w = malloc(sizeof(*w));

	begin(w, 60);
	add(w, 1, 1, 480);
	fill(w);
	is_int(w->level, 0, "20 ms wait for the pre-buffer");
	is_int(player_deadline(w->p), 60, "but not longer than it");
	w->now = 60;
	fill(w);
	ok(w->level >= 480, "then they go");
	play(w, 300);
	add(w, 1, 481, 480);
	fill(w);
	is_int(w->level, 0, "after a pause it waits again");
	add(w, 1, 961, 960);
	fill(w);
	is_int(w->level, 1440, "until there is enough");
	play(w, 300);
	add(w, 1, 1, 480);
	player_turn_done(w->p, w->now, 1);
	fill(w);
	ok(w->level >= 480, "the end of a turn waits for nothing");
	done(w);

	/* a real-time source: no silence inside its sound */
	begin(w, 60);
	for (int i = 0; i < 50; i++) {
		add(w, 1, 1 + i * 480, 480);
		fill(w);
		play(w, 20);
	}
	play(w, 200);
	{
		int i = 0, gaps = 0;

		while (i < w->nheard && w->heard[i] != 24000)
			gaps += w->heard[i++] == 0;
		is_int(gaps, 0, "sound at real time has no gaps");
	}
	done(w);
	free(w);
}

static void
rates(void)
{
	struct world *w = malloc(sizeof(*w));
	int16_t sine[16000];
	int i, sound = 0;

	begin(w, 0);
	for (i = 0; i < 16000; i++)
		sine[i] = (int16_t)(i % 16 < 8 ? 8000 : -8000);
	player_add(w->p, 0, 1, 16000, sine, 16000);
	player_add(w->p, 0, 1, 24000, sine, 12000);
	player_add(w->p, 0, 1, 48000, sine, 16000);
	player_turn_done(w->p, 0, 1);
	fill(w);
	play(w, 1000);
	is_int(last_done(w, 1) == NULL, 1, "still playing after 1 s");
	play(w, 1200);
	for (i = 0; i < w->nheard; i++)
		sound += w->heard[i] != 0;
	ok(sound > 43500 && sound <= 44000, "1 s, 0.5 s and 0.33 s of it");
	ok(last_done(w, 1) != NULL && last_done(w, 1)->ms == 1833,
	    "1833 ms heard");
	done(w);
	free(w);
}

static void
limits(void)
{
	struct world *w = malloc(sizeof(*w));
	int i;

	begin(w, 0);
	for (i = 0; i < 100 && !player_full(w->p); i++)
		add(w, 1, 1, 24000);
	is_int(i, 22, "full at a mebibyte");
	interrupt(w, 1);
	ok(!player_full(w->p), "empty after an interruption");
	done(w);
	free(w);
}

int
main(void)
{
	whole_turns();
	interruptions();
	out_of_order();
	lost_device();
	starting();
	rates();
	limits();
	return tap_done();
}
