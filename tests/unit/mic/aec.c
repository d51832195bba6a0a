/* The echo canceller in rooms (tests/room.h), by the figures that it must
 * reach; and the guard by itself. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include <unistd.h>

#include "../../room.h"
#include "../../tap.h"

#include "mic/suppress.h"

struct want {
	const char *name;
	struct room room;
	double erle, cut;	/* dB, at least, at most */
	int heard;		/* of the barge-ins, that may be missed */
};

static void
visit(const struct room *voices, const struct want *w)
{
	struct aec_config c = { .rate = 16000, .samples = ROOM_FRAME,
	    .tail_ms = 200, .guard = true };
	struct room m = w->room;
	double erle, cut, seconds;
	int heard, starts;
	char what[160];

	room_furnish(&m, voices);
	room_make(&m);
	room_run(&m, &c);
	erle = room_erle(&m, 12, 30);
	cut = room_cut(&m);
	starts = room_false(&m, &seconds);
	heard = room_heard(&m);
	snprintf(what, sizeof(what), "%s: open after %.2f s, ERLE %.1f dB",
	    w->name, m.opened, erle);
	/* the far voice begins at 0.3 s */
	ok(m.opened > 0 && m.opened <= 2.2 && erle >= w->erle, what);
	snprintf(what, sizeof(what), "%s: the near voice is cut by %.1f dB",
	    w->name, -cut);
	ok(-cut <= w->cut, what);
	snprintf(what, sizeof(what), "%s: %d false starts, %d of %d barge-ins "
	    "heard", w->name, starts, heard, m.spans);
	ok(starts <= 1 + m.hard && heard >= m.spans - w->heard, what);
	if (m.restart > 0) {
		snprintf(what, sizeof(what), "%s: %d times half duplex, for "
		    "%.2f s at most", w->name, m.closings, m.shut);
		ok(m.closings >= 6 && m.shut < 2, what);
	} else {
		snprintf(what, sizeof(what), "%s: half duplex again for %.2f s "
		    "at most", w->name, m.shut);
		ok(m.shut < 2, what);
	}
	room_free(&m);
}

static void
rooms(void)
{
	const struct want w[] = {
		{ "150 ms, -6 dB", { .reverb = 0.15, .near_db = -6,
		    .seed = 1 }, 35, 3, 0 },
		{ "150 ms, -6 dB, slow to learn", { .reverb = 0.15,
		    .near_db = -6, .seed = 10 }, 35, 4, 0 },
		{ "150 ms, -12 dB, stamps off by 250 us, 100 ppm",
		    { .reverb = 0.15, .near_db = -12, .seed = 2, .ppm = 100,
		    .jitter = 250e-6 }, 35, 3, 0 },
		{ "300 ms, -12 dB, distorting, 250 us, 100 ppm",
		    { .reverb = 0.3, .near_db = -12, .clip = 9000, .seed = 2,
		    .ppm = 100, .jitter = 250e-6 }, 35, 7, 0 },
		/* of some words only the vowels stand out */
		{ "the same, other words", { .reverb = 0.3, .near_db = -12,
		    .clip = 9000, .seed = 11, .ppm = 100, .jitter = 250e-6 },
		    35, 4.5, 0 },
		{ "200 ms, a soft echo, a soft voice, noise of -55 dB",
		    { .reverb = 0.2, .near_db = -6, .seed = 3, .echo_db = -34,
		    .noise_db = -55 }, 25, 5, 1 },
		{ "250 ms, -6 dB, distorting, 1 ms, 200 ppm",
		    { .reverb = 0.25, .near_db = -6, .clip = 9000, .seed = 1,
		    .ppm = 200, .jitter = 1e-3 }, 35, 7, 0 },
		{ "200 ms, -6 dB, clipped hard",
		    { .reverb = 0.2, .near_db = -6, .clip = 6000, .seed = 3,
		    .hard = true }, 25, 7, 0 },
		{ "150 ms, -6 dB, the echo comes 40 ms later at once",
		    { .reverb = 0.15, .near_db = -6, .seed = 1, .ppm = 100,
		    .jump = 0.04, .jump_at = 17.3 }, 25, 3, 0 },
		{ "150 ms, a voice 6 dB louder than the echo",
		    { .reverb = 0.15, .near_db = 6, .seed = 1, .ppm = 100,
		    .jitter = 250e-6 }, 35, 3, 0 },
		{ "275 ms, a soft echo, slow clock, clipped",
		    { .reverb = 0.275, .near_db = -6, .seed = 3, .ppm = -190,
		    .jitter = 1e-3, .echo_db = -34, .bulk = 0.06,
		    .clip = 9000 }, 25, 7, 0 },
		{ "150 ms, headphones, noise of -55 dB",
		    { .reverb = 0.15, .near_db = -6, .seed = 1, .loss = 200,
		    .noise_db = -55 }, 20, 1, 0 },
		{ "150 ms, a microphone whose samples wander about 1000",
		    { .reverb = 0.15, .near_db = -6, .seed = 1,
		    .offset = 1000 }, 35, 3, 0 },
		{ "250 ms, an echo of image sources",
		    { .reverb = 0.25, .near_db = -6, .seed = 1, .images = true,
		    .clip = 9000, .ppm = 200, .jitter = 1e-3 }, 35, 3, 0 },
		{ "240 ms, an echo just over the noise of -55 dB",
		    { .reverb = 0.24, .near_db = 0, .seed = 8, .loss = 16,
		    .echo_db = -34, .noise_db = -55, .ppm = 100,
		    .jitter = 250e-6 }, 35, 7, 0 },
		/* whoever speaks in its first moments is not heard */
		{ "150 ms, -6 dB, started anew every 8 s",
		    { .reverb = 0.15, .near_db = -6, .seed = 3, .restart = 8,
		    .ppm = 100, .jitter = 1e-3 }, 35, 99, 1 }
	};
	struct room voices = { .seed = 1 };
	size_t i;

	if (!ok(room_voices(&voices), "flite and espeak-ng speak"))
		return;
	for (i = 0; i < sizeof(w) / sizeof(w[0]); i++)
		visit(&voices, &w[i]);
	for (i = 0; i < ROOM_VOICES; i++)
		free(voices.voice[i]);
}

/* ms of frames with the same findings; how often the state changed. */
static int
last(struct guard *g, int ms, double mic, double left, double leak, bool late,
    bool jumped)
{
	struct suppress_heard h = { .mic = mic, .left = left, .leak = leak };
	int changes = 0;

	for (; ms > 0; ms -= 20) {
		changes += guard_frame(g, GUARD_LOUD, &h, false, late,
		    jumped ? "jump" : NULL);
		jumped = false;
	}
	return changes;
}

static void
guards(void)
{
	struct suppress_heard h = { 0 };
	struct guard g;

	guard_init(&g, 20);
	(void)guard_frame(&g, GUARD_SILENT, &h, true, false, NULL);
	ok(g.state == GUARD_WAITING && !guard_shut(&g, true),
	    "no loudspeaker, no guard");
	is_int(last(&g, 1000, 1e-3, 1e-3, 1e-3, false, false), 1,
	    "its first news close it");
	ok(guard_shut(&g, true) && !guard_shut(&g, false),
	    "while it can be heard");
	is_int(last(&g, 1000, 1e-3, 1e-5, 1e-7, false, false), 1,
	    "20 dB open it");
	is_str(g.why, "converged", "and that is told");
	ok(!guard_shut(&g, true), "it is open");
	is_int(last(&g, 3000, 2e-3, 1.9e-3, 1e-5, false, false), 0,
	    "a loud voice near by leaves it open");
	is_int(last(&g, 1000, 1e-3, 9e-4, 8e-4, false, false), 1,
	    "echo that is left closes it");
	(void)last(&g, 1000, 1e-3, 1e-5, 1e-7, false, false);
	is_int(last(&g, 100, 1e-3, 1e-5, 1e-7, false, true), 1,
	    "a jump of the stamps closes it");
	guard_init(&g, 20);
	(void)last(&g, 100, 1e-8, 1e-8, 1e-9, false, false);
	is_int(last(&g, 2000, 1e-8, 1e-8, 1e-9, false, false), 1,
	    "no echo at all opens it");
	is_int(last(&g, 3000, 2e-3, 1e-3, 9e-4, false, true), 0,
	    "and no voice closes it then, however a filter takes it");
	is_int(last(&g, 500, 2e-3, 4e-4, 1e-5, false, false), 1,
	    "an echo does, if there is one");
	is_str(g.why, "there is an echo", "and that is told");
	guard_init(&g, 20);
	(void)last(&g, 100, 1e-5, 1e-5, 1e-9, false, false);
	is_int(last(&g, 2000, 1e-5, 1e-5, 1e-9, false, false), 1,
	    "nor more than the room's noise");
	ok(g.none, "is an echo");
	guard_told(&g);
	is_int(last(&g, 300, 1e-8, 1e-8, 1e-9, true, false), 1,
	    "no news close it");
	ok(g.state == GUARD_LOST && guard_shut(&g, false),
	    "whatever is heard");
	(void)last(&g, 1800, 1e-8, 1e-8, 1e-9, true, false);
	guard_told(&g);
	(void)last(&g, 1800, 1e-8, 1e-8, 1e-9, true, false);
	ok(guard_shut(&g, false), "news that lead nowhere do not open it");
	is_int(last(&g, 300, 1e-8, 1e-8, 1e-9, true, false), 1,
	    "two seconds without: then nothing plays");
	ok(!guard_shut(&g, false) && g.state == GUARD_WAITING, "and it waits");
	guard_told(&g);
	is_int(last(&g, 100, 1e-8, 1e-8, 1e-9, true, false), 1,
	    "news that lead nowhere close it again");
	ok(guard_shut(&g, false) && g.state == GUARD_LOST, "at once");
	(void)last(&g, 2000, 1e-8, 1e-8, 1e-9, true, false);
	is_int(last(&g, 100, 1e-8, 1e-8, 1e-9, false, false), 1,
	    "news begin it anew");
	ok(g.state == GUARD_LEARNING, "with half duplex");
}

int
main(void)
{
	guards();
	rooms();
	return tap_done();
}
