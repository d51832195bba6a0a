/*
 * What happens to a canceller that has converged, in rooms of tests/room.h:
 * the volume is turned, the loudspeaker's rate or numbering changes, news of it
 * come late or hardly in time, the canceller itself is started in the middle.
 * Each may make it half duplex for two seconds, and nothing more; the volume for
 * one and a half.
 */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include <unistd.h>

#include "../../room.h"
#include "../../tap.h"

static void
visit(const struct room *voices, const char *name, const struct room *want)
{
	struct aec_config c = { .rate = ROOM_RATE, .samples = ROOM_FRAME,
	    .tail_ms = 200, .guard = true };
	struct room m = *want;
	double erle, seconds;
	int heard, starts;
	char what[200];

	room_furnish(&m, voices);
	m.reverb = 0.15;
	if (m.near_db == 0)
		m.near_db = -6;
	m.seed = 1;
	m.ppm = 100;
	m.jitter = 250e-6;
	room_make(&m);
	room_run(&m, &c);
	erle = room_erle(&m, 22, 30);
	starts = room_false(&m, &seconds);
	heard = room_heard(&m);
	snprintf(what, sizeof(what), "%s: open after %.2f s, then shut %d "
	    "times, for %.2f s at most", name, m.opened, m.closings, m.shut);
	ok(m.opened > 0 && m.opened <= m.join_at + 2.3 && m.closings <= 4 &&
	    m.shut < (m.volume < 0 ? 1.5 : 2), what);
	snprintf(what, sizeof(what), "%s: ERLE %.1f dB, %d false starts, %d "
	    "of %d barge-ins heard", name, erle, starts, heard, m.spans);
	ok(erle >= 35 && starts <= 1 && heard == m.spans, what);
	room_free(&m);
}

int
main(void)
{
	static const struct {
		const char *name;
		struct room room;
	} t[] = {
		{ "turned up by 6 dB", { .volume = 6, .volume_at = 17.3 } },
		{ "turned down by 6 dB", { .volume = -6,
		    .volume_at = 17.3 } },
		{ "turned down by 12 dB", { .volume = -12,
		    .volume_at = 17.3, .near_db = -12 } },
		{ "from 24 to 48 kHz", { .next_rate = 48000,
		    .change_at = 17.3 } },
		{ "another gl-play", { .anew = true, .change_at = 17.3 } },
		{ "told 40 ms before it sounds, as with -B 20",
		    { .ahead = 0.04 } },
		{ "the same, and the echo comes 15 ms earlier at once",
		    { .ahead = 0.04, .jump = -0.015, .jump_at = 17.3 } },
		{ "no news for 1 s", { .late = 1, .late_at = 17.3 } },
		{ "started in the middle", { .join_at = 5.3 } }
	};
	struct room voices = { .seed = 1 };
	size_t i;

	if (!ok(room_voices(&voices), "flite and espeak-ng speak"))
		return tap_done();
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		visit(&voices, t[i].name, &t[i].room);
	for (i = 0; i < ROOM_VOICES; i++)
		free(voices.voice[i]);
	return tap_done();
}
