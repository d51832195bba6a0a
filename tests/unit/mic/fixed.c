/* The filter that does not learn, against the sum that it stands for. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../tap.h"

#include "mic/fixed.h"

enum { LENGTH = 3680, FRAMES = 40 };

static int
number(uint32_t *seed, int most)
{
	*seed = *seed * 1664525 + 1013904223;
	return (int)((*seed >> 8) % (uint32_t)(2 * most + 1)) - most;
}

static void
frames_of(int n)
{
	static int32_t response[LENGTH];
	int16_t *x = calloc((size_t)(n * FRAMES), sizeof(*x));
	struct fixed *f = fixed_new(n, LENGTH);
	double y, worst = 0;
	uint32_t seed = 7;
	float echo[960];
	char what[80];
	int i, j, k;

	for (i = 0; i < LENGTH; i++)
		response[i] = number(&seed, 1000);
	for (i = 0; i < n * FRAMES; i++)
		x[i] = (int16_t)number(&seed, 10000);
	fixed_set(f, response, LENGTH, 1e-5);
	for (k = 0; k < FRAMES; k++) {
		fixed_played(f, x + k * n);
		fixed_echo(f, echo);
		for (i = 0; i < n; i += 23) {
			for (j = 0, y = 0; j < LENGTH && j <= k * n + i; j++)
				y += x[k * n + i - j] * response[j] * 1e-5;
			worst = fmax(worst, fabs(y - echo[i]));
		}
	}
	snprintf(what, sizeof(what), "frames of %d: %.4f off at most", n,
	    worst);
	ok(worst < 0.02, what);
	fixed_free(f);
	free(x);
}

int
main(void)
{
	frames_of(160);
	frames_of(320);
	frames_of(882);
	frames_of(960);
	return tap_done();
}
