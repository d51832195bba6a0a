/*
 * The detector is speexdsp's: the probability of speech over the noise that
 * its preprocessor follows.  It works on a copy, since it also cleans the
 * sound, which is not wanted here: the service has ears of its own.
 */
#include "vad.h"

#include <speex/speex_preprocess.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum {
	START_PERCENT = 80,	/* probability at which speech begins */
	CONTINUE_PERCENT = 65,	/* and to stay speech */
	FLOOR = 60		/* a frame whose peak is below is silence:
				 * the detector takes a lone click in digital
				 * silence for speech */
};

struct vad {
	SpeexPreprocessState *state;
	int16_t *copy;
	int samples;
};

struct vad *
vad_new(int rate, int samples)
{
	struct vad *v = mem_alloc(sizeof(*v));
	int on = 1, off = 0, start = START_PERCENT, stay = CONTINUE_PERCENT;

	v->samples = samples;
	v->copy = mem_resize(NULL, (size_t)samples, sizeof(*v->copy));
	v->state = speex_preprocess_state_init(samples, rate);
	speex_preprocess_ctl(v->state, SPEEX_PREPROCESS_SET_VAD, &on);
	speex_preprocess_ctl(v->state, SPEEX_PREPROCESS_SET_DENOISE, &off);
	speex_preprocess_ctl(v->state, SPEEX_PREPROCESS_SET_PROB_START,
	    &start);
	speex_preprocess_ctl(v->state, SPEEX_PREPROCESS_SET_PROB_CONTINUE,
	    &stay);
	return v;
}

void
vad_free(struct vad *v)
{
	if (v == NULL)
		return;
	speex_preprocess_state_destroy(v->state);
	free(v->copy);
	free(v);
}

bool
vad_speech(struct vad *v, const int16_t *frame)
{
	int i, peak = 0, a;
	bool speech;

	for (i = 0; i < v->samples; i++) {
		a = frame[i] < 0 ? -frame[i] : frame[i];
		peak = a > peak ? a : peak;
	}
	memcpy(v->copy, frame, (size_t)v->samples * sizeof(*frame));
	speech = speex_preprocess_run(v->state, v->copy) != 0;
	return speech && peak >= FLOOR;
}
