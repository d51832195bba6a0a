/* The emulator's ear: levels, lengths, settings, rates. */
#include <math.h>
#include <stdlib.h>

#include "../../tap.h"
#include "emulator/ear.h"
#include "base/mem.h"

struct result {
	int started, ended;	/* ms of audio at which it happened, or -1 */
	int events;
	size_t kept;		/* samples of the turn that ended */
	int rate;
};

/* Hears ms of a tone at a level (dBFS RMS; 0: silence), piece samples at a
 * time. */
static void
hear(struct ear *e, struct result *r, int rate, int ms, double db, size_t piece)
{
	size_t n = (size_t)rate * (size_t)ms / 1000, i, used, take;
	double a = db == 0 ? 0 : pow(10, db / 20) * 32768 * 1.41421356;
	unsigned char *pcm = mem_alloc(2 * n + 2);
	enum ear_event ev;
	int v;

	for (i = 0; i < n; i++) {
		v = (int)lrint(a * sin((double)i * 2 * 3.14159265 * 500 /
		    rate));
		pcm[2 * i] = (unsigned char)(v & 255);
		pcm[2 * i + 1] = (unsigned char)(v >> 8 & 255);
	}
	for (i = 0; i < n; i += used) {
		take = n - i < piece ? n - i : piece;
		ev = ear_hear(e, rate, pcm + 2 * i, take, &used);
		if (ev == EAR_STARTED)
			r->started = (int)ear_time(e);
		if (ev == EAR_ENDED) {
			r->ended = (int)ear_time(e);
			free(ear_take(e, &r->rate, &r->kept));
		}
		r->events += ev != EAR_NOTHING;
	}
	free(pcm);
}

static const struct ear_settings usual = { .prefix_ms = 60,
    .silence_ms = 800 };

static void
test_lengths(void)
{
	static const size_t pieces[] = { 1, 7, 160, 320, 100000 };
	struct result r;
	struct ear *e;
	size_t i;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		r = (struct result){ .started = -1, .ended = -1 };
		e = ear_new(&usual);
		hear(e, &r, 16000, 500, 0, pieces[i]);
		hear(e, &r, 16000, 1000, -20, pieces[i]);
		hear(e, &r, 16000, 1000, 0, pieces[i]);
		is_int(r.started, 560, "begins after 60 ms of sound");
		is_int(r.ended, 2300, "ends after 800 ms of silence");
		is_int(r.events, 2, "once each");
		is_int(ear_turn(e), 1000, "and knows how long it was");
		is_int(r.kept, 16 * (1000 + 300 + 100),
		    "kept: 300 ms before, 100 after");
		ear_free(e);
	}
}

/* Whether a second at the level is speech. */
static bool
speech(struct ear_settings s, double db)
{
	struct result r = { .started = -1, .ended = -1 };
	struct ear *e = ear_new(&s);

	hear(e, &r, 16000, 1000, db, 320);
	ear_free(e);
	return r.started >= 0;
}

static void
test_levels(void)
{
	struct ear_settings low = usual;
	struct result r = { .started = -1, .ended = -1 };
	struct ear *e;

	low.low_start = true;
	ok(speech(usual, -44) && !speech(usual, -46), "-45 dBFS");
	ok(speech(low, -37) && !speech(low, -39), "with low sensitivity -38");
	e = ear_new(&usual);
	hear(e, &r, 16000, 500, -20, 320);
	hear(e, &r, 16000, 2000, -47, 320);
	is_int(r.ended, -1, "within speech 3 dB less are enough");
	hear(e, &r, 16000, 2000, -49, 320);
	ok(r.ended > 0, "4 dB less are silence");
	ear_free(e);
	low = usual;
	low.low_end = true;
	r.ended = -1;
	e = ear_new(&low);
	hear(e, &r, 16000, 500, -20, 320);
	hear(e, &r, 16000, 2000, -54, 320);
	is_int(r.ended, -1, "with low end sensitivity 10 dB");
	ear_free(e);
}

static void
test_short(void)
{
	struct ear_settings s = usual;
	struct result r = { .started = -1, .ended = -1 };
	struct ear *e;

	s.prefix_ms = 200;
	e = ear_new(&s);
	hear(e, &r, 16000, 100, -20, 320);
	hear(e, &r, 16000, 500, 0, 320);
	hear(e, &r, 16000, 150, -20, 320);
	hear(e, &r, 16000, 500, 0, 320);
	is_int(r.events, 0, "sounds shorter than prefixPaddingMs are none");
	ok(ear_quiet(e), "and leave nothing behind");
	ear_free(e);
	s.prefix_ms = 0;
	s.silence_ms = 100;
	r.started = -1;
	e = ear_new(&s);
	hear(e, &r, 16000, 50, -20, 320);
	hear(e, &r, 16000, 90, 0, 320);
	hear(e, &r, 16000, 50, -20, 320);
	hear(e, &r, 16000, 300, 0, 320);
	is_int(r.started, 10, "0 ms begin with the first frame");
	is_int(r.ended, 290, "a pause shorter than silenceDurationMs is none");
	ear_free(e);
}

static void
test_manual(void)
{
	struct ear_settings s = usual;
	struct result r = { .started = -1, .ended = -1 };
	struct ear *e;
	size_t n;
	int rate;
	void *p;

	s.manual = true;
	e = ear_new(&s);
	hear(e, &r, 16000, 500, -20, 320);
	ok(ear_start(e) && !ear_start(e), "the client says when it starts");
	hear(e, &r, 16000, 300, -20, 320);
	ok(ear_end(e) && !ear_end(e), "and when it ends");
	hear(e, &r, 16000, 500, -20, 320);
	is_int(r.events, 0, "nothing else does");
	p = ear_take(e, &rate, &n);
	is_int(n, 300 * 16, "and what is in between counts");
	free(p);
	ear_free(e);
}

static void
test_coverage(void)
{
	struct ear_settings s = usual;
	struct result r = { .started = -1, .ended = -1 };
	struct ear *e;
	size_t n;
	int rate;
	void *p;

	s.all = true;
	e = ear_new(&s);
	hear(e, &r, 16000, 2000, 0, 320);
	hear(e, &r, 16000, 500, -20, 320);
	hear(e, &r, 16000, 800, 0, 320);
	is_int(r.kept, 3300 * 16, "all input is in the turn");
	hear(e, &r, 16000, EAR_KEEP_MS + 5000, -20, 16000);
	ear_end(e);
	p = ear_take(e, &rate, &n);
	is_int(n, EAR_KEEP_MS * 16, "up to a limit");
	free(p);
	ear_free(e);
}

static void
test_rates(void)
{
	struct result r = { .started = -1, .ended = -1 };
	struct ear *e = ear_new(&usual);

	hear(e, &r, 8000, 500, -20, 80);
	hear(e, &r, 24000, 500, -20, 240);
	hear(e, &r, 24000, 900, 0, 240);
	is_int(r.events, 2, "a change of rate does not end the speech");
	is_int(ear_turn(e), 1000, "nor its time");
	is_int(r.rate, 24000, "what was kept has the last rate");
	is_int(r.kept / 24, 1100, "and its length");
	ear_free(e);
}

int
main(void)
{
	test_lengths();
	test_levels();
	test_short();
	test_manual();
	test_coverage();
	test_rates();
	return tap_done();
}
