/* The detector's verdicts on frames of 20 ms, with hysteresis. */
#include "frames/speech.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "sound/vad.h"

enum {
	FRAMES = 50,		/* a second */
	ONSET = 3, HANGOVER = 40,
	SAMPLES_MAX = 48000 / FRAMES,
	SOUND_MAX = 64 << 20
};

struct speech {
	struct vad *vad;
	struct pcm_in in;
	struct buf sound;	/* one channel; less than a frame between
				 * calls */
	int rate, channels;
	int loud, silent;	/* frames in a row */
	bool on;
};

struct speech *
speech_new(void)
{
	struct speech *s = mem_alloc(sizeof(*s));

	buf_init(&s->sound, SOUND_MAX);
	return s;
}

void
speech_free(struct speech *s)
{
	if (s == NULL)
		return;
	vad_free(s->vad);
	buf_done(&s->sound);
	free(s);
}

static void
frame(struct speech *s, bool loud)
{
	s->loud = loud ? s->loud + 1 : 0;
	s->silent = loud ? 0 : s->silent + 1;
	if (s->loud >= ONSET)
		s->on = true;
	if (s->silent >= HANGOVER)
		s->on = false;
}

bool
speech_audio(struct speech *s, int rate, int channels, const void *p, size_t n)
{
	int16_t samples[SAMPLES_MAX];
	int k = rate / FRAMES, i;
	size_t at;

	if (rate < 8000 || rate > 48000)
		return s->on;
	if (rate != s->rate || channels != s->channels) {
		vad_free(s->vad);
		s->vad = vad_new(rate, k);
		pcm_in_init(&s->in, PCM_S16, channels);
		buf_clear(&s->sound);
		s->rate = rate;
		s->channels = channels;
	}
	if (pcm_in_add(&s->in, p, n, &s->sound) == -1)
		buf_clear(&s->sound);
	for (at = 0; s->sound.len - at >= 2 * (size_t)k; at += 2 * (size_t)k) {
		for (i = 0; i < k; i++)
			samples[i] = (int16_t)pcm_get(s->sound.data + at +
			    2 * (size_t)i);
		frame(s, vad_speech(s->vad, samples));
	}
	buf_drop(&s->sound, at);
	return s->on;
}
