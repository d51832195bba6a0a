/*
 * Speech is what stands out from the noise floor of the last seconds.  Three
 * consecutive samples at full scale are clipping, as in the meter.
 */
#include "mic/level.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sound/pcm.h"

enum {
	MINUTE = 60,		/* seconds of speech, or of silence */
	NOTHING = 3,		/* seconds of zeros: no room is that quiet */
	QUIET_DB = -40, SILENT_DB = -60,
	ABOVE_DB = 10,		/* speech is so far above the floor */
	RISE_DB = 3,		/* the floor rises so much in a second */
	FULL = 32767, RUN = 3,
	CLIPS_MIN = 5		/* a click is not clipping */
};

struct level {
	int rate, samples;
	double factor;
	int16_t *frame;
	double floor;		/* dB */
	int64_t speech, all;	/* samples */
	double peak, loudest;	/* of the minute, of all; dB */
	int run, clips;
	int64_t zeros;		/* the device's latest samples, all zero */
	bool said_quiet, said_clips, said_silent, said_zeros;
	char text[160];
};

struct level *
level_new(int rate, int samples, double gain_db)
{
	struct level *l = mem_alloc(sizeof(*l));

	l->rate = rate;
	l->samples = samples;
	l->factor = pcm_db(gain_db);
	l->frame = mem_resize(NULL, (size_t)samples, sizeof(*l->frame));
	l->floor = 0;
	l->peak = l->loudest = -120;
	return l;
}

void
level_free(struct level *l)
{
	if (l == NULL)
		return;
	free(l->frame);
	free(l);
}

static void
count(struct level *l, const int16_t *p, int n)
{
	struct pcm_level now = { 0 };
	double rms, peak;
	int i;

	pcm_level_add(&now, p, (size_t)n);
	rms = pcm_level_rms(&now);
	peak = pcm_level_peak(&now);
	l->all += n;
	l->loudest = peak > l->loudest ? peak : l->loudest;
	l->floor += (double)RISE_DB * n / l->rate;
	if (rms < l->floor)
		l->floor = rms;
	if (rms > l->floor + ABOVE_DB && peak > SILENT_DB) {
		l->speech += n;
		l->peak = peak > l->peak ? peak : l->peak;
	}
	for (i = 0; i < n; i++) {
		l->run = p[i] >= FULL || p[i] <= -FULL ? l->run + 1 : 0;
		l->clips += l->run == RUN;
	}
}

const int16_t *
level_run(struct level *l, const int16_t *p, int n)
{
	if (l->factor != 1) {
		memcpy(l->frame, p, (size_t)n * sizeof(*p));
		pcm_gain(l->frame, (size_t)n, l->factor);
		p = l->frame;
	}
	count(l, p, n);
	return p;
}

void
level_device(struct level *l, const int16_t *p, int n)
{
	int i;

	for (i = 0; i < n; i++)
		l->zeros = p[i] == 0 ? l->zeros + 1 : 0;
}

static const char *
clipped(struct level *l)
{
	if (l->said_clips || l->clips < CLIPS_MIN)
		return NULL;
	l->said_clips = true;
	snprintf(l->text, sizeof(l->text), "the sound is clipped (%d times so "
	    "far): turn the microphone down, or --gain", l->clips);
	return l->text;
}

const char *
level_news(struct level *l)
{
	bool quiet;

	if (!l->said_zeros && l->zeros >= (int64_t)NOTHING * l->rate) {
		l->said_zeros = true;
		/* do not say the same again after a minute */
		l->said_silent = l->loudest <= SILENT_DB;
		snprintf(l->text, sizeof(l->text), "nothing but zeros for %d "
		    "s: is it muted, or is it another one? gl-mic -V shows the "
		    "level, -l lists the devices", NOTHING);
		return l->text;
	}
	if (!l->said_silent && l->all >= (int64_t)MINUTE * l->rate &&
	    l->loudest <= SILENT_DB) {
		l->said_silent = true;
		snprintf(l->text, sizeof(l->text), "a minute without any "
		    "sound: is the microphone muted, or is it another one (-l "
		    "lists them)?");
		return l->text;
	}
	if (l->speech < (int64_t)MINUTE * l->rate)
		return NULL;
	quiet = l->peak < QUIET_DB && !l->said_quiet;
	l->said_quiet |= quiet;
	if (quiet)
		snprintf(l->text, sizeof(l->text), "a minute of speech never "
		    "passed %d dB (%.0f dB): --gain %.0f, --agc, or the mixer "
		    "makes it louder", QUIET_DB, l->peak, -12 - l->peak);
	l->speech = 0;
	l->peak = -120;
	return quiet ? l->text : clipped(l);
}

const char *
level_end(struct level *l, bool silence)
{
	if (!silence || l->all == 0 || l->said_silent || l->loudest > SILENT_DB)
		return clipped(l);
	snprintf(l->text, sizeof(l->text), "all of it is silence (%.1f s): is "
	    "the microphone muted?", (double)l->all / l->rate);
	return l->text;
}
