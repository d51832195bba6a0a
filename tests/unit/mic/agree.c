/* Whether an echo has moved or somebody speaks, with voices (tests/room.h) and
 * nothing else: the expected echo is exact. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include <unistd.h>

#include "../../room.h"
#include "../../tap.h"

#include "mic/agree.h"

enum { SECONDS = 60, LONG = SECONDS * ROOM_RATE };

/* Sentences one behind another, at this loudness. */
static void
talk(float *x, const struct room *m, int from, double db)
{
	int i = 0, k = from;
	double gain;

	while (i < LONG) {
		for (int n = 0; n < m->voice_n[k] && i < LONG; n++)
			x[i++] = (float)m->voice[k][n];
		k = k % (ROOM_VOICES / 2) == ROOM_VOICES / 2 - 1 ?
		    k - ROOM_VOICES / 2 + 1 : k + 1;
	}
	gain = 32768 * pow(10, db / 20) / room_rms(x, LONG, 300);
	for (i = 0; i < LONG; i++)
		x[i] *= (float)gain;
}

struct listened {
	int wrong;		/* how often a move was seen that was none */
	int missed;		/* moves that were not seen within their second */
	double frames;		/* until one was seen, on average, */
	double loud;		/* those of them that would pass as a voice */
	double doubted;		/* share of the other frames */
};

/* Whether gl-emulator's ear would take it for a voice, if it lasted. */
static bool
loud(const int16_t *x)
{
	double sum = 0;
	int i;

	for (i = 0; i < ROOM_FRAME; i++)
		sum += (double)x[i] * x[i];
	return room_db(sum / ROOM_FRAME / 32768 / 32768) >= -45;
}

/* Takes far as the echo and near as a voice beside it.  Each eighth second the
 * echo comes later by some samples, or earlier. */
static struct listened
listen(const float *far, const float *near, int later)
{
	struct listened t = { 0 };
	struct agree *a = agree_new(ROOM_RATE, ROOM_FRAME);
	int16_t mic[ROOM_FRAME], left[ROOM_FRAME];
	float echo[ROOM_FRAME];
	int i, k, moves = 0, seen = 0, others = 0;
	bool moved, before = false, waits = false;
	enum agreed agreed;

	for (i = 0; i + ROOM_FRAME <= LONG; i += ROOM_FRAME) {
		moved = later != 0 && i / ROOM_RATE % 8 == 7;
		moves += moved && !before;
		if (before && !moved)
			agree_clear(a);
		waits = moved && (waits || !before);
		before = moved;
		for (k = 0; k < ROOM_FRAME; k++) {
			mic[k] = room_clip(far[i + k - (moved ? later : 0)] +
			    near[i + k]);
			echo[k] = far[i + k];
			left[k] = room_clip(mic[k] - echo[k]);
		}
		agreed = agree_frame(a, mic, echo, left);
		others += !moved;
		t.doubted += !moved && agreed == AGREED_DOUBTED;
		t.frames += waits;
		t.loud += waits && agreed == AGREED && loud(left);
		if (agreed <= AGREED_DOUBTED)
			continue;
		t.wrong += !moved;
		seen += waits;
		waits = false;
		agree_clear(a);
	}
	agree_free(a);
	t.missed = moves - seen;
	t.frames /= fmax(seen, 1);
	t.loud /= fmax(seen, 1);
	t.doubted /= others;
	return t;
}

static void
judge(const char *name, const float *far, const float *near, double leak)
{
	static const double moves[] = { -22, -0.3125, 0.3125, 5, 10, 20, 40 };
	struct listened t;
	char what[160];
	size_t i;

	t = listen(far, near, 0);
	snprintf(what, sizeof(what), "%s: no move, and none is seen, %.2f %% "
	    "of it are in doubt", name, 100 * t.doubted);
	ok(t.wrong == 0 && t.doubted <= 0.0014, what);
	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		t = listen(far, near, (int)(moves[i] * ROOM_RATE / 1000));
		snprintf(what, sizeof(what), "%s: moves by %.4g ms are seen "
		    "after %.1f frames, %.1f of them loud and not in doubt",
		    name, moves[i], t.frames, t.loud);
		ok(t.missed == 0 && t.wrong == 0 && t.frames <= 7 &&
		    t.loud <= leak, what);
	}
}

int
main(void)
{
	struct room voices = { .seed = 1 };
	float *far = calloc(LONG, sizeof(*far));
	float *near = calloc(LONG, sizeof(*near));
	char name[80];
	int db;

	if (!ok(room_voices(&voices), "flite and espeak-ng speak"))
		return tap_done();
	talk(far, &voices, 0, -30);
	judge("nobody", far, near, 0.7);
	for (db = -6; db <= 18; db += 6) {
		talk(near, &voices, ROOM_VOICES / 2, -30 + db);
		snprintf(name, sizeof(name), "a voice at %+d dB", db);
		judge(name, far, near, 5);
	}
	free(far);
	free(near);
	room_dismiss(&voices);
	return tap_done();
}
