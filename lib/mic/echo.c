/*
 * speexdsp's canceller.  On its own it resets a filter that has added echo for
 * a second, and reports that on standard error: the guard resets it earlier.
 * What it hears first it hears several times over (mic/rehearse), each time
 * behind silence.
 *
 * A voice near by that is louder than the echo drags its filter away.  So once
 * the echo is explained, there is a second filter (mic/fixed) that does not
 * learn: a copy of the first, made anew whenever that has become better.  And
 * while more is left than the echo alone has ever left, speexdsp learns from
 * what the copy finds to be echo, and a small part of the rest.  The one that
 * leaves less makes the output.
 */
#include "mic/echo.h"

#include <math.h>
#include <speex/speex_echo.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mic/fixed.h"
#include "mic/rehearse.h"

/* speexdsp's transform is not normalised, and its weights are of 15 bits. */
#define RESPONSE_ONE 32767.0

#define AVERAGE 0.15		/* of a frame, in both residuals */
#define BETTER 0.9		/* than the copy, to be copied */
#define WORSE 2.0		/* than the copy, to be replaced by it */
#define USUAL 0.02		/* weight of a frame in the usual residual */
#define USUAL_FIRST 0.01	/* relative to the echo */
#define USUAL_LEAST 1e-4
#define USUAL_MOST 0.3
#define BURST 10.0		/* a frame counts as at most so much of it */
/* What is held against a voice: so many times the usual residual. */
#define MUCH 100.0
#define NEAR 4.0		/* if somebody may speak anyway */
#define FAINT 100.0		/* mean square of what is no voice either */

enum {
	CALM_MS = 400,		/* without a voice, before a copy is made */
	AGAIN_MS = 300		/* between copies */
};

struct echo {
	SpeexEchoState *state;
	int rate, samples;
	spx_int32_t *response;
	int length;
	struct rehearse *rehearse;
	struct fixed *fixed;
	bool have;		/* a copy */
	float *echo;		/* by the copy */
	int16_t *taught;	/* what speexdsp is shown */
	double usual;		/* residual of the copy, relative to its echo */
	double learnt, copied;	/* what both have left recently */
	double share;		/* of the copy in the output */
	int calm_ms, since_ms;
};

struct echo *
echo_new(int rate, int samples, int tail_ms)
{
	struct echo *e = mem_alloc(sizeof(*e));

	e->rate = rate;
	e->samples = samples;
	e->state = speex_echo_state_init(samples, rate / 1000 * tail_ms);
	speex_echo_ctl(e->state, SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
	speex_echo_ctl(e->state, SPEEX_ECHO_GET_IMPULSE_RESPONSE_SIZE,
	    &e->length);
	e->response = mem_resize(NULL, (size_t)e->length,
	    sizeof(*e->response));
	e->rehearse = rehearse_new(rate, samples);
	e->fixed = fixed_new(samples, e->length);
	e->echo = mem_alloc((size_t)samples * sizeof(*e->echo));
	e->taught = mem_alloc((size_t)samples * sizeof(*e->taught));
	return e;
}

void
echo_free(struct echo *e)
{
	if (e == NULL)
		return;
	speex_echo_state_destroy(e->state);
	free(e->response);
	rehearse_free(e->rehearse);
	fixed_free(e->fixed);
	free(e->echo);
	free(e->taught);
	free(e);
}

static void
copy(struct echo *e)
{
	speex_echo_ctl(e->state, SPEEX_ECHO_GET_IMPULSE_RESPONSE,
	    e->response);
	fixed_set(e->fixed, e->response, e->length,
	    1 / (RESPONSE_ONE * 2 * e->samples));
	e->since_ms = 0;
	e->copied = e->learnt;
	if (!e->have)
		e->usual = USUAL_FIRST;
	e->have = true;
}

static int16_t
whole(double x)
{
	return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : lrint(x));
}

/* What speexdsp is to learn from; returns how much of the residual is in it. */
static double
teach(struct echo *e, const int16_t *mic, bool near)
{
	double echo = 0, left = 0, d, most, part = 1;
	int i, n = e->samples;

	for (i = 0; i < n; i++) {
		d = mic[i] - e->echo[i];
		echo += e->echo[i] * e->echo[i];
		left += d * d;
	}
	most = e->usual * echo + FAINT * n;
	if (left > (near ? NEAR : MUCH) * most)
		part = sqrt(most / left);
	if (!near && echo > FAINT * n) {
		d = fmin(left / echo, BURST * e->usual);
		e->usual += USUAL * (d - e->usual);
		e->usual = fmin(fmax(e->usual, USUAL_LEAST), USUAL_MOST);
	}
	e->copied += AVERAGE * (left / n - e->copied);
	for (i = 0; i < n; i++)
		e->taught[i] = part >= 1 ? mic[i] : whole(e->echo[i] +
		    part * (mic[i] - e->echo[i]));
	return part;
}

/* The better of both residuals, without a step between frames; out has
 * speexdsp's of what it was shown. */
static void
choose(struct echo *e, const int16_t *mic, bool near, int16_t *out)
{
	int i, n = e->samples;
	double left = 0, d, want, step;

	for (i = 0; i < n; i++) {
		d = out[i] + mic[i] - e->taught[i];
		left += d * d;
	}
	e->learnt += AVERAGE * (left / n - e->learnt);
	want = e->learnt > (near ? 1 : WORSE) * e->copied ? 1 : 0;
	step = (want - e->share) / n;
	for (i = 0; i < n; i++) {
		e->share += step;
		out[i] = whole(e->share * (mic[i] - e->echo[i]) +
		    (1 - e->share) * (out[i] + mic[i] - e->taught[i]));
	}
	e->share = want;
}

/* Ends with the current frame, so the filter's memory of what was played is
 * right again afterwards. */
static void
rehearse(struct echo *e, int16_t *out)
{
	const int16_t *mic, *played;
	int i;

	memset(e->taught, 0, (size_t)e->samples * sizeof(*e->taught));
	for (i = 0; i * e->samples < e->length; i++)
		speex_echo_cancellation(e->state, e->taught, e->taught, out);
	for (i = 0; rehearse_kept(e->rehearse, i, &mic, &played); i++)
		speex_echo_cancellation(e->state, mic, played, out);
}

void
echo_run(struct echo *e, const int16_t *mic, const int16_t *played,
    enum echo_trust trust, int16_t *out)
{
	int ms = e->samples * 1000 / e->rate;
	bool near = trust == ECHO_NEAR;
	double part;

	fixed_played(e->fixed, played);
	if (trust == ECHO_LEARN) {
		e->have = false;
		e->share = 0;
	} else if (!e->have) {
		copy(e);
	}
	if (!e->have) {
		speex_echo_cancellation(e->state, mic, played, out);
		if (rehearse_frame(e->rehearse, mic, played))
			rehearse(e, out);
		return;
	}
	rehearse_end(e->rehearse);
	fixed_echo(e->fixed, e->echo);
	part = teach(e, mic, near);
	speex_echo_cancellation(e->state, e->taught, played, out);
	choose(e, mic, near, out);
	e->calm_ms = near || part < 1 ? 0 : e->calm_ms + ms;
	e->since_ms += ms;
	if (e->calm_ms >= CALM_MS && e->since_ms >= AGAIN_MS &&
	    e->learnt < BETTER * e->copied)
		copy(e);
}

const float *
echo_kept(const struct echo *e)
{
	return e->have ? e->echo : NULL;
}

void
echo_reset(struct echo *e)
{
	speex_echo_state_reset(e->state);
	rehearse_clear(e->rehearse);
	e->have = false;
}

const int32_t *
echo_response(struct echo *e, int *n)
{
	if (!e->have)
		speex_echo_ctl(e->state, SPEEX_ECHO_GET_IMPULSE_RESPONSE,
		    e->response);
	*n = e->length;
	return e->response;
}

double
echo_delay(struct echo *e)
{
	int i, n, at = 0;
	int64_t v, most = 0;

	(void)echo_response(e, &n);
	for (i = 0; i < e->length; i++) {
		v = llabs((long long)e->response[i]);
		if (v > most) {
			most = v;
			at = i;
		}
	}
	return most == 0 ? -1 : at * 1000.0 / e->rate;
}
