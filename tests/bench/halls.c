/*
 * The echo canceller in rooms drawn at random: each number makes another one,
 * with voices, a loudspeaker, clocks and a mishap of its own.  Arguments: how
 * many rooms, 40 by default, and the first one's number.
 */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include <unistd.h>

#include "../room.h"

enum { MOST = 1000, MEASURES = 8, CASTS = 6 };

static const char *const measure[MEASURES] = { "open s", "ERLE", "ERLE end",
    "cut dB", "false", "missed", "shut s", "CPU/m" };

static double
between(uint64_t *seed, double least, double most)
{
	return least + (most - least) * room_random(seed);
}

/* A room, and in words what is special about it. */
static void
draw(struct room *m, int number, char *what, size_t size)
{
	static const double near[] = { -12, -6, -6, 0, 6 };
	static const char *const mishap[] = { "", "moved", "paused",
	    "turned down", "turned up", "", "restarted", "" };
	uint64_t seed = (uint64_t)number * UINT64_C(0x9e3779b97f4a7c15) + 3;
	int i;

	for (i = 0; i < 10; i++)
		(void)room_random(&seed);
	m->seed = (uint64_t)number;
	m->reverb = between(&seed, 0.06, 0.3);
	m->direct = between(&seed, -3, 6);
	m->near_db = near[number % 5];
	m->ppm = between(&seed, -200, 200);
	m->jitter = number % 3 == 0 ? 1e-3 : number % 3 == 1 ? 250e-6 : 50e-6;
	m->bulk = between(&seed, 0.003, 0.08);
	m->ahead = between(&seed, 0.06, 0.4);
	m->echo_db = between(&seed, -36, -18);
	m->noise_db = between(&seed, -80, -55);
	m->loud_rate = number % 4 == 0 ? 48000 : 24000;
	m->music = number % 10 == 7;
	if (number % 3 == 2) {
		m->clip = between(&seed, 6000, 12000);
		m->hard = number % 2 == 0;
	}
	i = number / 3 % 8;
	if (i == 1)
		m->other_at = between(&seed, 15, 20);
	else if (i == 2) {
		m->pause = 4;
		m->pause_at = between(&seed, 14, 18);
	} else if (i == 3 || i == 4) {
		m->volume = i == 3 ? -8 : 4;
		m->volume_at = between(&seed, 15, 20);
	} else if (i == 6) {
		m->anew = true;
		m->change_at = between(&seed, 15, 20);
	}
	snprintf(what, size, "%3.0f ms %+5.0f dB near %+3.0f %+5.0f ppm %4.0f "
	    "us noise %3.0f%s%s%s %s", m->reverb * 1e3, m->echo_db + 18,
	    m->near_db, m->ppm, m->jitter * 1e6, m->noise_db,
	    m->clip > 0 ? m->hard ? " clipped" : " bent" : "",
	    m->music ? " music" : "", m->loud_rate > 24000 ? " 48k" : "",
	    mishap[i]);
}

/* How many of the voices are loud enough for an ear even alone. */
static int
audible(struct room *m)
{
	int16_t *out = m->out;
	int i, n;

	m->out = calloc(ROOM_SAMPLES, sizeof(*m->out));
	for (i = 0; i < ROOM_SAMPLES; i++)
		m->out[i] = room_clip(m->near[i]);
	n = room_heard(m);
	free(m->out);
	m->out = out;
	return n;
}

/* Until when nothing has happened in this room. */
static double
calm(const struct room *m)
{
	return m->other_at > 0 ? m->other_at : m->volume_at > 0 ?
	    m->volume_at : m->pause > 0 ? m->pause_at : m->anew ?
	    m->change_at - 0.5 : 30;
}

/* Seconds of the far end that had been heard when both could speak. */
static double
spoken(const struct room *m)
{
	float *echo = m->echo;
	double sum, least = pow(32768 * pow(10, m->echo_db / 20 - 1), 2);
	int i, k, n = 0;

	for (i = 0; i + ROOM_FRAME <= m->opened * ROOM_RATE; i += ROOM_FRAME) {
		for (k = 0, sum = 0; k < ROOM_FRAME; k++)
			sum += (double)echo[i + k] * echo[i + k];
		n += sum > least * ROOM_FRAME;
	}
	return (double)n * ROOM_FRAME / ROOM_RATE;
}

static void
visit(const struct room *voices, int number, double *v)
{
	struct aec_config c = { .rate = ROOM_RATE, .samples = ROOM_FRAME,
	    .tail_ms = 200, .guard = true };
	struct room m = { 0 };
	double seconds;
	char what[120];
	int i;

	memcpy(m.voice, voices->voice, sizeof(m.voice));
	memcpy(m.voice_n, voices->voice_n, sizeof(m.voice_n));
	draw(&m, number, what, sizeof(what));
	room_make(&m);
	room_run(&m, &c);
	v[0] = m.opened < 0 ? 99 : spoken(&m);
	v[1] = room_erle(&m, 12, calm(&m));
	v[2] = room_erle(&m, 82, 99);
	v[3] = -room_cut(&m);
	v[4] = m.opened < 0 ? 0 : room_false(&m, &seconds);
	v[5] = audible(&m) - room_heard(&m);
	v[6] = m.shut;
	v[7] = m.cpu;
	printf("%3d", number);
	for (i = 0; i < MEASURES; i++)
		printf(" %6.2f", v[i]);
	printf("  %s\n", what);
	fflush(stdout);
	room_free(&m);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char *argv[])
{
	static const char *const cast[CASTS][2] = {
		{ "slt", "-v en-us+f3 -s 170" }, { "-v en-gb+m3", "-v de" },
		{ "rms", "-v fr+f2" }, { "-v es+f4 -s 180", "-v en-us" },
		{ "awb", "-v en+whisper" }, { "-v en+croak", "-v it+m7 -p 30" }
	};
	static struct room voices[CASTS];
	static double v[MOST][MEASURES], row[MOST];
	int n = argc > 1 ? atoi(argv[1]) : 40, i, k;
	int first = argc > 2 ? atoi(argv[2]) : 1;

	n = n > MOST ? MOST : n;
	for (i = 0; i < CASTS; i++) {
		voices[i].seed = 1;
		if (!room_cast(&voices[i], cast[i][0], cast[i][1])) {
			fprintf(stderr, "halls: flite or espeak-ng is missing\n");
			return 1;
		}
	}
	printf("  #");
	for (k = 0; k < MEASURES; k++)
		printf(" %6.6s", measure[k]);
	printf("\n");
	for (i = 0; i < n; i++)
		visit(&voices[(first + i) % CASTS], first + i, v[i]);
	for (k = 0; k < MEASURES; k++) {
		for (i = 0; i < n; i++)
			row[i] = v[i][k];
		qsort(row, (size_t)n, sizeof(*row), compare);
		printf("%-9s least %6.2f median %6.2f most %6.2f\n",
		    measure[k], row[0], row[n / 2], row[n - 1]);
	}
	for (i = 0; i < CASTS; i++)
		room_dismiss(&voices[i]);
	return 0;
}
