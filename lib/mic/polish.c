/*
 * Removes 12 dB of noise, which leaves a voice natural; raises the gain by at
 * most 20 dB, so that an empty room stays quiet.
 */
#include "mic/polish.h"

#include <speex/speex_preprocess.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { NOISE_DB = -12, GAIN_DB = 20, LOUDNESS = 8000 };

struct polish {
	SpeexPreprocessState *state;
	int16_t *frame;
	int samples;
};

struct polish *
polish_new(int rate, int samples, bool denoise, bool agc)
{
	struct polish *p = mem_alloc(sizeof(*p));
	int noise = NOISE_DB, most = GAIN_DB;
	int on = denoise, gain = agc;
	float level = LOUDNESS;

	p->samples = samples;
	p->frame = mem_resize(NULL, (size_t)samples, sizeof(*p->frame));
	p->state = speex_preprocess_state_init(samples, rate);
	speex_preprocess_ctl(p->state, SPEEX_PREPROCESS_SET_DENOISE, &on);
	speex_preprocess_ctl(p->state, SPEEX_PREPROCESS_SET_NOISE_SUPPRESS,
	    &noise);
	speex_preprocess_ctl(p->state, SPEEX_PREPROCESS_SET_AGC, &gain);
	speex_preprocess_ctl(p->state, SPEEX_PREPROCESS_SET_AGC_LEVEL, &level);
	speex_preprocess_ctl(p->state, SPEEX_PREPROCESS_SET_AGC_MAX_GAIN,
	    &most);
	return p;
}

void
polish_free(struct polish *p)
{
	if (p == NULL)
		return;
	speex_preprocess_state_destroy(p->state);
	free(p->frame);
	free(p);
}

const int16_t *
polish_run(struct polish *p, const int16_t *pcm, int n)
{
	memset(p->frame, 0, (size_t)p->samples * sizeof(*pcm));
	memcpy(p->frame, pcm, (size_t)n * sizeof(*pcm));
	speex_preprocess_run(p->state, p->frame);
	return p->frame;
}
