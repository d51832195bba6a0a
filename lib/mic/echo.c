/*
 * speexdsp's canceller.  On its own it resets a filter that has added echo for
 * a second, and reports that on standard error: the guard resets it earlier.
 */
#include "mic/echo.h"

#include <speex/speex_echo.h>
#include <stdlib.h>

#include "base/mem.h"

struct echo {
	SpeexEchoState *state;
	int rate;
	spx_int32_t *response;
	int length;
};

struct echo *
echo_new(int rate, int samples, int tail_ms)
{
	struct echo *e = mem_alloc(sizeof(*e));

	e->rate = rate;
	e->state = speex_echo_state_init(samples, rate / 1000 * tail_ms);
	speex_echo_ctl(e->state, SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
	speex_echo_ctl(e->state, SPEEX_ECHO_GET_IMPULSE_RESPONSE_SIZE,
	    &e->length);
	e->response = mem_resize(NULL, (size_t)e->length,
	    sizeof(*e->response));
	return e;
}

void
echo_free(struct echo *e)
{
	if (e == NULL)
		return;
	speex_echo_state_destroy(e->state);
	free(e->response);
	free(e);
}

void
echo_run(struct echo *e, const int16_t *mic, const int16_t *played,
    int16_t *out)
{
	speex_echo_cancellation(e->state, mic, played, out);
}

void
echo_reset(struct echo *e)
{
	speex_echo_state_reset(e->state);
}

const int32_t *
echo_response(struct echo *e, int *n)
{
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
