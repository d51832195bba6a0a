/*
 * webrtc-audio-processing 0.3, the last version with a canceller whose
 * suppression can be set low: the later ones' AEC3 takes 20 dB out of a voice
 * near by, and with it the barge-in.  Its longer filter and its search for the
 * delay gain nothing behind the first stage, and cost as much as that.  The
 * library works on 10 ms at one of four rates.
 */
#include <cstring>
#include <new>

#include <webrtc/modules/audio_processing/include/audio_processing.h>
#include <webrtc/modules/interface/module_common_types.h>

extern "C" {
#include "mic/second.h"
}

using namespace webrtc;

/* Where the first stage has left an echo, about; its filter is a short one, and
 * what it looks for is not far away. */
enum { DELAY_MS = 30 };

struct second {
	AudioProcessing *apm;
	AudioFrame far, near;
	int rate, samples, step, delay;
};

/* At the rates that it can do, as measured; or -1. */
static int
delay_at(int rate)
{
	switch (rate) {
	case 8000:
	case 16000: return 112;
	case 32000: return 228;
	case 48000: return 382;
	default: return -1;
	}
}

static AudioProcessing *
open_apm(int rate)
{
	AudioProcessing *a = AudioProcessing::Create();
	EchoCancellation *e;

	if (a == NULL)
		return NULL;
	e = a->echo_cancellation();
	if (a->Initialize(rate, rate, rate, AudioProcessing::kMono,
	    AudioProcessing::kMono, AudioProcessing::kMono) == 0 &&
	    e->enable_drift_compensation(false) == 0 &&
	    e->set_suppression_level(EchoCancellation::kLowSuppression) == 0 &&
	    e->Enable(true) == 0)
		return a;
	delete a;
	return NULL;
}

struct second *
second_new(int rate, int samples)
{
	struct second *s;

	if (delay_at(rate) < 0 || samples % (rate / 100) != 0 ||
	    (s = new (std::nothrow) second) == NULL)
		return NULL;
	s->rate = rate;
	s->samples = samples;
	s->step = rate / 100;
	s->delay = delay_at(rate);
	if ((s->apm = open_apm(rate)) == NULL) {
		delete s;
		return NULL;
	}
	return s;
}

void
second_free(struct second *s)
{
	if (s == NULL)
		return;
	delete s->apm;
	delete s;
}

int
second_delay(const struct second *s)
{
	return s->delay;
}

void
second_run(struct second *s, const int16_t *played, int16_t *left)
{
	int i;

	for (i = 0; i < s->samples; i += s->step) {
		s->far.UpdateFrame(0, 0, played + i, s->step, s->rate,
		    AudioFrame::kNormalSpeech, AudioFrame::kVadUnknown, 1);
		s->near.UpdateFrame(0, 0, left + i, s->step, s->rate,
		    AudioFrame::kNormalSpeech, AudioFrame::kVadUnknown, 1);
		s->apm->set_stream_delay_ms(DELAY_MS);
		if (s->apm->ProcessReverseStream(&s->far) == 0 &&
		    s->apm->ProcessStream(&s->near) == 0)
			memcpy(left + i, s->near.data_,
			    s->step * sizeof(*left));
	}
}
