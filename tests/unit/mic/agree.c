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

/*
 * Takes far as the echo and near as a voice beside it.  Each eighth second the
 * echo comes later by some samples.  Returns how often a move was seen that was
 * none; *frames: those until a move was seen, on average; *missed: moves that
 * were not seen within their second.
 */
static int
listen(const float *far, const float *near, int later, double *frames,
    int *missed)
{
	struct agree *a = agree_new(ROOM_RATE, ROOM_FRAME);
	int16_t mic[ROOM_FRAME];
	float echo[ROOM_FRAME];
	int i, k, at = 0, sum = 0, moves = 0, seen = 0, wrong = 0;
	bool moved, before = false, waits = false;

	for (i = 0; i + ROOM_FRAME <= LONG; i += ROOM_FRAME) {
		moved = later != 0 && i / ROOM_RATE % 8 == 7;
		if (moved && !before) {
			moves++;
			at = i;
		}
		waits = moved && (waits || !before);
		before = moved;
		for (k = 0; k < ROOM_FRAME; k++) {
			mic[k] = room_clip(far[i + k - (moved ? later : 0)] +
			    near[i + k]);
			echo[k] = far[i + k];
		}
		if (agree_frame(a, mic, echo))
			continue;
		wrong += !moved;
		if (waits) {
			sum += (i - at) / ROOM_FRAME + 1;
			seen++;
		}
		waits = false;
		agree_clear(a);
	}
	agree_free(a);
	*missed = moves - seen;
	*frames = seen == 0 ? 0 : (double)sum / seen;
	return wrong;
}

static void
judge(const char *name, const float *far, const float *near)
{
	char what[160];
	double frames;
	int ms, missed, wrong;

	wrong = listen(far, near, 0, &frames, &missed);
	snprintf(what, sizeof(what), "%s: no move, and none is seen", name);
	is_int(wrong, 0, what);
	for (ms = 5; ms <= 40; ms *= 2) {
		wrong = listen(far, near, ms * ROOM_RATE / 1000, &frames,
		    &missed);
		snprintf(what, sizeof(what), "%s: moves by %d ms are seen "
		    "after %.1f frames", name, ms, frames);
		ok(missed == 0 && wrong == 0 && frames <= 12, what);
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
	judge("nobody", far, near);
	for (db = 0; db <= 18; db += 6) {
		talk(near, &voices, ROOM_VOICES / 2, -30 + db);
		snprintf(name, sizeof(name), "a voice %d dB louder", db);
		judge(name, far, near);
	}
	free(far);
	free(near);
	room_dismiss(&voices);
	return tap_done();
}
