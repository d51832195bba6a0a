/*
 * The detector is speexdsp's: the probability of speech above the noise that
 * its preprocessor tracks.  It works on a copy, since it also cleans the sound,
 * which is not wanted here: the service does that better itself.
 */
#include "sound/vad.h"

#include <speex/speex_preprocess.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	START_PERCENT = 80,	/* probability at which speech begins */
	CONTINUE_PERCENT = 65,	/* and that it needs to go on */
	LEARN = 10,		/* frames from which it learns the room's noise
				 * before it decides anything... */
	AGAIN = 10,		/* ...and how often it is given all of them:
				 * otherwise it takes noise for speech during
				 * the first two seconds, and so it does if
				 * given one frame again and again */
	FLOOR = 60		/* a frame with a lower peak is silence: the
				 * detector takes a lone click in digital
				 * silence for speech */
};

struct vad {
	SpeexPreprocessState *state;
	int16_t *copy;
	int16_t *room;		/* the frames to learn from, until it has */
	int samples;
	int learnt;		/* frames of the room's noise */
	bool speech;
};

struct vad *
vad_new(int rate, int samples)
{
	struct vad *v = mem_alloc(sizeof(*v));
	int off = 0;

	v->samples = samples;
	v->copy = mem_resize(NULL, (size_t)samples, sizeof(*v->copy));
	v->room = mem_resize(NULL, (size_t)samples * LEARN, sizeof(*v->room));
	v->state = speex_preprocess_state_init(samples, rate);
	speex_preprocess_ctl(v->state, SPEEX_PREPROCESS_SET_DENOISE, &off);
	return v;
}

void
vad_free(struct vad *v)
{
	if (v == NULL)
		return;
	speex_preprocess_state_destroy(v->state);
	free(v->copy);
	free(v->room);
	free(v);
}

static int
hear(struct vad *v, const int16_t *frame)
{
	int percent = 0;

	memcpy(v->copy, frame, (size_t)v->samples * sizeof(*frame));
	speex_preprocess_run(v->state, v->copy);
	/* speexdsp's own decision would print a warning about itself */
	speex_preprocess_ctl(v->state, SPEEX_PREPROCESS_GET_PROB, &percent);
	return percent;
}

static void
learn(struct vad *v, const int16_t *frame)
{
	int i, j;

	memcpy(v->room + (size_t)v->learnt * v->samples, frame,
	    (size_t)v->samples * sizeof(*frame));
	if (++v->learnt < LEARN)
		return;
	for (i = 0; i < AGAIN; i++)
		for (j = 0; j < LEARN; j++)
			(void)hear(v, v->room + (size_t)j * v->samples);
	free(v->room);
	v->room = NULL;
}

bool
vad_speech(struct vad *v, const int16_t *frame)
{
	int i, peak = 0, a, percent = 0;

	for (i = 0; i < v->samples; i++) {
		a = frame[i] < 0 ? -frame[i] : frame[i];
		peak = a > peak ? a : peak;
	}
	percent = hear(v, frame);
	if (v->learnt < LEARN) {
		learn(v, frame);
		return false;
	}
	v->speech = peak >= FLOOR && percent >= (v->speech ?
	    CONTINUE_PERCENT : START_PERCENT);
	return v->speech;
}
