/*
 * Sound servers under load, in rooms of tests/room.h: every seven seconds a
 * piece of the echo is lost or comes twice, so that it stands elsewhere from
 * then on; or a piece of silence is in it; or the microphone loses a period.
 * The canceller may become half duplex for a moment each time, but what it
 * cannot explain does not pass as a voice, but for one in a vowel of the same
 * pitch, or three in the worst room; and it hears those who speak.  With an
 * argument, all rooms.
 */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include <unistd.h>

#include "../../room.h"
#include "../../tap.h"

enum { SOON = 4 };		/* rooms without an argument */

static void
visit(const struct room *voices, const char *name, const struct room *want,
    int most)
{
	struct aec_config c = { .rate = ROOM_RATE, .samples = ROOM_FRAME,
	    .tail_ms = 200, .guard = true };
	struct room m = *want;
	double seconds, cut;
	int heard, starts;
	char what[200];

	room_furnish(&m, voices);
	if (m.reverb == 0) {
		m.reverb = 0.15;
		m.direct = 6;
	}
	m.near_db = -6;
	m.ppm = 50;
	m.jitter = 250e-6;
	m.glitch_every = 7.03;
	room_make(&m);
	room_run(&m, &c);
	starts = room_false(&m, &seconds);
	heard = room_heard(&m);
	cut = room_cut(&m);
	snprintf(what, sizeof(what), "%s: %d false starts, %d of %d "
	    "barge-ins heard, the voice cut by %.1f dB", name, starts, heard,
	    m.spans, -cut);
	ok(starts <= most && heard >= m.spans - 1 && -cut <= 10, what);
	room_free(&m);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		struct room room;
		int starts;	/* false ones at most */
	} t[] = {
		{ "a quantum of 5.3 ms lost and doubled",
		    { .glitch = 0.00533, .seed = 2 }, 1 },
		{ "an underrun of 90 ms that the stamps tell",
		    { .glitch = 0.09, .hole = 0.09, .glitch_told = true,
		    .seed = 4 }, 1 },
		{ "fifteen frames of 48 kHz lost and doubled, by a cable",
		    { .glitch = 0.0003125, .reverb = 0.02, .direct = 40,
		    .seed = 3 }, 1 },
		{ "a period of the microphone's lost",
		    { .drop = 0.02, .seed = 6 }, 1 },
		{ "a block of 20 ms doubled and lost",
		    { .glitch = -0.02, .seed = 3 }, 3 },
		{ "5 ms of silence in it", { .hole = 0.005, .seed = 5 }, 1 }
	};
	struct room voices = { .seed = 1 };
	size_t i, n = argc > 1 ? sizeof(t) / sizeof(t[0]) : SOON;

	(void)argv;
	if (!ok(room_voices(&voices), "flite and espeak-ng speak"))
		return tap_done();
	for (i = 0; i < n; i++)
		visit(&voices, t[i].name, &t[i].room, t[i].starts);
	for (i = 0; i < ROOM_VOICES; i++)
		free(voices.voice[i]);
	return tap_done();
}
