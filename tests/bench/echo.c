/* The echo canceller's table: rooms and seeds of tests/room.h.  An argument is
 * the number of seeds, 3 by default; a second one a part of the rooms' names. */
#define _POSIX_C_SOURCE 200809L
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../room.h"

static void
visit(const struct room *voices, const char *name, const struct room *want)
{
	struct aec_config c = { .rate = 16000, .samples = ROOM_FRAME,
	    .tail_ms = 200, .guard = true };
	struct room m = *want;
	double seconds;
	int starts;

	room_furnish(&m, voices);
	room_make(&m);
	room_run(&m, &c);
	starts = room_false(&m, &seconds);
	printf("%-40s %4d %6.2f %6.1f %6.1f %5d %5d/%d %6.2f\n", name,
	    (int)m.seed, m.opened - 0.3, room_erle(&m, 12, 30), -room_cut(&m),
	    starts, room_heard(&m), m.spans, m.cpu);
	fflush(stdout);
	room_free(&m);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		struct room room;
	} t[] = {
		{ "150 ms, near -6 dB", { .reverb = 0.15, .near_db = -6 } },
		{ "near -12 dB", { .reverb = 0.15, .near_db = -12 } },
		{ "distorting loudspeaker", { .reverb = 0.15, .near_db = -6,
		    .clip = 9000 } },
		{ "stamps off by 250 us, 100 ppm", { .reverb = 0.15,
		    .near_db = -6, .jitter = 250e-6, .ppm = 100 } },
		{ "stamps off by 1 ms, 100 ppm", { .reverb = 0.15,
		    .near_db = -6, .jitter = 1e-3, .ppm = 100 } },
		{ "the same, started anew every 8 s", { .reverb = 0.15,
		    .near_db = -6, .jitter = 1e-3, .ppm = 100, .restart = 8 } },
		{ "300 ms, distorting, -12 dB, 250 us", { .reverb = 0.3,
		    .near_db = -12, .clip = 9000, .jitter = 250e-6,
		    .ppm = 100 } },
		{ "250 ms, distorting, 200 ppm, 1 ms", { .reverb = 0.25,
		    .near_db = -6, .clip = 9000, .jitter = 1e-3,
		    .ppm = 200 } },
		{ "200 ms, clipped hard", { .reverb = 0.2, .near_db = -6,
		    .clip = 6000, .hard = true } }
	};
	struct room voices = { .seed = 1 }, m;
	int seeds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 3, s;
	size_t i;

	if (!room_voices(&voices)) {
		fprintf(stderr, "echo: flite or espeak-ng is missing\n");
		return 1;
	}
	printf("%-40s %4s %6s %6s %6s %5s %7s %6s\n", "echo cancelling", "seed",
	    "open s", "ERLE", "cut dB", "false", "heard", "CPU/m");
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (s = 1; s <= seeds && (argc < 3 ||
		    strstr(t[i].name, argv[2]) != NULL); s++) {
			m = t[i].room;
			m.seed = (uint64_t)s;
			visit(&voices, t[i].name, &m);
		}
	for (i = 0; i < ROOM_VOICES; i++)
		free(voices.voice[i]);
	return 0;
}
