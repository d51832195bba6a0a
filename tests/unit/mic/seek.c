/* Where an echo is found again, at rates whose half second is no whole number
 * of frames too; and where there is none. */
#define _POSIX_C_SOURCE 200809L
#include <time.h>
#include <unistd.h>

#include "../../room.h"
#include "../../tap.h"

#include "mic/seek.h"

/* A response of one sample after 10 ms; the echo comes later by so many samples
 * than that says, at a gain. */
static bool
find(int rate, int later, double gain, int ms, double *found)
{
	int frame = rate / 50, n = ms * frame / 20, i, kept;
	struct seek *s = seek_new(rate, frame);
	int32_t *response = calloc((size_t)rate / 4, sizeof(*response));
	int16_t *far = calloc((size_t)n, sizeof(*far));
	int16_t *mic = calloc((size_t)n, sizeof(*mic));
	uint64_t seed = 5;
	bool yes;

	response[rate / 100] = 1000;
	for (i = 0; i < n; i++)
		far[i] = (int16_t)(3000 * room_gauss(&seed));
	for (i = 0; i < n; i++)
		if (i >= rate / 100 + later)
			mic[i] = (int16_t)(gain *
			    far[i - rate / 100 - later]);
	for (i = 0; i + frame <= n; i += frame)
		seek_frame(s, mic + i, frame);
	(void)seek_kept(s, &kept);
	memcpy(seek_played(s), far + n / frame * frame - kept,
	    (size_t)kept * sizeof(*far));
	yes = kept % frame == 0 && seek_find(s, response, rate / 4, found);
	seek_free(s);
	free(response);
	free(far);
	free(mic);
	return yes;
}

int
main(void)
{
	static const int rates[] = { 8000, 11025, 16000, 48000 };
	double found = 0;
	char what[80];
	size_t i;
	int ms;

	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		for (ms = 240; ms <= 1000; ms += 760) {
			snprintf(what, sizeof(what), "%d Hz, %d ms: 15 ms "
			    "later", rates[i], ms);
			ok(find(rates[i], 15 * rates[i] / 1000, 0.5, ms,
			    &found) && fabs(found - 0.015) < 2e-4, what);
			snprintf(what, sizeof(what), "%d Hz, %d ms: a muted "
			    "microphone", rates[i], ms);
			ok(!find(rates[i], 0, 0, ms, &found), what);
		}
	return tap_done();
}
