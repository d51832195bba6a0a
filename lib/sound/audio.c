/*
 * One device of ALSA's.  Everything is non-blocking; an xrun is repaired here
 * and reported, everything else is reported and left to the caller.  Playback
 * silences by drop and prepare: reset does nothing on a sound server.
 */
#include "sound/audio.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/why.h"
#include "sound/cards.h"
#include "sound/pace.h"
#include "sound/pcm.h"

/* How a device stores samples: bytes per sample, and how many of them lie above
 * the 16 bits that we use. */
static const struct width {
	snd_pcm_format_t format;
	size_t bytes, above;
} widths[] = {
	{ SND_PCM_FORMAT_S16_LE, 2, 0 }, { SND_PCM_FORMAT_S32_LE, 4, 0 },
	{ SND_PCM_FORMAT_S24_LE, 4, 1 }, { SND_PCM_FORMAT_S24_3LE, 3, 0 }
};

struct audio {
	snd_pcm_t *pcm;		/* NULL: no device, only a clock */
	char *name;
	bool capture;
	int pick;		/* PCM_MIX, or a channel */
	const struct width *width;	/* of a sample */
	int rate, channels, buffer, period;
	unsigned char *scratch;	/* one buffer in the device's format */
	size_t frame;
	struct pace pace;
	int64_t written;	/* since the start */
	int64_t started;	/* clock_us() of it */
	char why[200];
};

/* Turns ALSA's error into what callers get. */
static int
judge(struct audio *a, int err)
{
	if (err == -EAGAIN)
		return 0;
	if (err == -EPIPE) {
		a->written = 0;
		err = snd_pcm_prepare(a->pcm);
		if (err == 0 && a->capture)
			err = snd_pcm_start(a->pcm);
		if (err == 0)
			return AUDIO_XRUN;
	}
	if (err == -ESTRPIPE)
		return AUDIO_ASLEEP;
	return why_say(AUDIO_GONE, a->why, sizeof(a->why), "%s: %s", a->name,
	    err == -ENODEV || err == -ENOENT ? "the device is gone" : err ==
	    -EIO || err == -EBADFD ? "the sound server is gone" :
	    snd_strerror(err));
}

static int
hardware(struct audio *a, struct audio_params *p, snd_pcm_hw_params_t *hw)
{
	unsigned rate = (unsigned)p->rate, channels = 1;
	unsigned buffer = (unsigned)p->buffer_us;
	unsigned period = (unsigned)p->period_us;
	snd_pcm_uframes_t frames;
	int err;

	if ((err = snd_pcm_hw_params_any(a->pcm, hw)) < 0)
		return err;
	/* our own resampler does the rates that the hardware lacks */
	snd_pcm_hw_params_set_rate_resample(a->pcm, hw, 0);
	if ((err = snd_pcm_hw_params_set_access(a->pcm, hw,
	    SND_PCM_ACCESS_RW_INTERLEAVED)) < 0)
		return err;
	for (a->width = widths; (err = snd_pcm_hw_params_set_format(a->pcm, hw,
	    a->width->format)) < 0; a->width++)
		if (a->width + 1 == widths + sizeof(widths) / sizeof(*widths))
			return err;
	if ((err = snd_pcm_hw_params_set_channels_near(a->pcm, hw,
	    &channels)) < 0 ||
	    (err = snd_pcm_hw_params_set_rate_near(a->pcm, hw, &rate,
	    NULL)) < 0 ||
	    (err = snd_pcm_hw_params_set_buffer_time_near(a->pcm, hw, &buffer,
	    NULL)) < 0 ||
	    (err = snd_pcm_hw_params_set_period_time_near(a->pcm, hw, &period,
	    NULL)) < 0 ||
	    (err = snd_pcm_hw_params(a->pcm, hw)) < 0)
		return err;
	a->rate = (int)rate;
	a->channels = (int)channels;
	snd_pcm_hw_params_get_buffer_size(hw, &frames);
	a->buffer = (int)frames;
	snd_pcm_hw_params_get_period_size(hw, &frames, NULL);
	a->period = (int)frames;
	return 0;
}

static int
software(struct audio *a, snd_pcm_sw_params_t *sw)
{
	int err;

	if ((err = snd_pcm_sw_params_current(a->pcm, sw)) < 0 ||
	    (err = snd_pcm_sw_params_set_start_threshold(a->pcm, sw,
	    (snd_pcm_uframes_t)a->period)) < 0 ||
	    (err = snd_pcm_sw_params_set_avail_min(a->pcm, sw,
	    (snd_pcm_uframes_t)a->period)) < 0)
		return err;
	/* not every device has timestamps: no failure */
	(void)snd_pcm_sw_params_set_tstamp_mode(a->pcm, sw,
	    SND_PCM_TSTAMP_ENABLE);
	(void)snd_pcm_sw_params_set_tstamp_type(a->pcm, sw,
	    SND_PCM_TSTAMP_TYPE_MONOTONIC);
	return snd_pcm_sw_params(a->pcm, sw);
}

static int
configure(struct audio *a, struct audio_params *p)
{
	snd_pcm_hw_params_t *hw = NULL;
	snd_pcm_sw_params_t *sw = NULL;
	int err;

	if ((err = snd_pcm_hw_params_malloc(&hw)) == 0 &&
	    (err = snd_pcm_sw_params_malloc(&sw)) == 0 &&
	    (err = hardware(a, p, hw)) == 0)
		err = software(a, sw);
	snd_pcm_hw_params_free(hw);
	snd_pcm_sw_params_free(sw);
	if (err == 0 && a->capture)
		err = snd_pcm_prepare(a->pcm);
	return err;
}

static void
granted(const struct audio *a, struct audio_params *p)
{
	p->rate = a->rate;
	p->channels = a->channels;
	p->buffer = a->buffer;
	p->period = a->period;
	p->buffer_us = (int64_t)a->buffer * 1000000 / a->rate;
	p->period_us = (int64_t)a->period * 1000000 / a->rate;
}

struct audio *
audio_open(const char *device, bool capture, struct audio_params *p,
    char *why, size_t size)
{
	struct audio *a = mem_alloc(sizeof(*a));
	int err;

	a->name = mem_str(device);
	a->capture = capture;
	err = cards_open(&a->pcm, device, capture);
	if (err < 0) {
		a->pcm = NULL;
		cards_explain(why, size, device, capture, err);
		audio_close(a);
		return NULL;
	}
	if ((err = configure(a, p)) < 0 || a->channels > PCM_CHANNELS_MAX) {
		if (err < 0 && err != -EINVAL)
			cards_explain(why, size, device, capture, err);
		else
			snprintf(why, size, "%s: the device has neither 16, 24 "
			    "nor 32 bits, or over %d channels (try plug%s%s)",
			    device, PCM_CHANNELS_MAX,
			    strncmp(device, "hw", 2) == 0 ? "" : ":", device);
		audio_close(a);
		return NULL;
	}
	if (p->pick > a->channels) {
		snprintf(why, size, "%s: there is no channel %d: the device "
		    "has %d", device, p->pick, a->channels);
		audio_close(a);
		return NULL;
	}
	a->pick = p->pick;
	a->frame = a->width->bytes * (size_t)a->channels;
	a->scratch = mem_alloc((size_t)a->buffer * a->frame);
	granted(a, p);
	return a;
}

struct audio *
audio_none(struct audio_params *p)
{
	struct audio *a = mem_alloc(sizeof(*a));

	a->name = mem_str("none");
	a->rate = p->rate;
	a->channels = 1;
	a->buffer = (int)(p->rate * p->buffer_us / 1000000);
	a->period = (int)(p->rate * p->period_us / 1000000);
	pace_init(&a->pace, p->rate);
	granted(a, p);
	return a;
}

void
audio_close(struct audio *a)
{
	if (a == NULL)
		return;
	if (a->pcm != NULL) {
		/* on closing alone, some devices would play to the end */
		snd_pcm_drop(a->pcm);
		snd_pcm_close(a->pcm);
		snd_config_update_free_global();
	}
	free(a->scratch);
	free(a->name);
	free(a);
}

int
audio_want(struct audio *a, struct pollfd *pfd, int room)
{
	int n;

	if (a->pcm == NULL)
		return 0;
	n = snd_pcm_poll_descriptors(a->pcm, pfd, (unsigned)room);
	return n < 0 ? 0 : n;
}

bool
audio_ready(struct audio *a, struct pollfd *pfd, int n)
{
	unsigned short revents = 0;

	return snd_pcm_poll_descriptors_revents(a->pcm, pfd, (unsigned)n,
	    &revents) < 0 || revents != 0;
}

/* Frames still to be heard if there is only a clock, which stops when they run
 * out. */
static int
pending(struct audio *a)
{
	int64_t left = a->written - pace_frames(&a->pace, clock_us());

	if (left <= 0 && a->pace.running) {
		pace_stop(&a->pace);
		a->written = 0;
	}
	return left < 0 ? 0 : (int)left;
}

int64_t
audio_when(struct audio *a)
{
	int64_t at = a->written - a->buffer + a->period;

	return a->pace.running ? pace_when(&a->pace, at) : 0;
}

int
audio_avail(struct audio *a)
{
	snd_pcm_sframes_t n;

	if (a->pcm == NULL)
		return a->buffer - pending(a);
	n = snd_pcm_avail_update(a->pcm);
	/* a suspended device may still return a count: check its state */
	if (n >= 0)
		switch (snd_pcm_state(a->pcm)) {
		case SND_PCM_STATE_SUSPENDED: return judge(a, -ESTRPIPE);
		case SND_PCM_STATE_DISCONNECTED: return judge(a, -ENODEV);
		case SND_PCM_STATE_XRUN: return judge(a, -EPIPE);
		default: break;
		}
	if (n < 0)
		return judge(a, (int)n);
	return n > a->buffer ? a->buffer : (int)n;
}

/*
 * A sound server reports 0 until it knows its timing, 100 ms or more after the
 * start.  But what is still in the buffer cannot have been heard, nor can more
 * than has had time to play.
 */
static snd_pcm_sframes_t
unheard(const struct audio *a, snd_pcm_sframes_t fill)
{
	int64_t most = (clock_us() - a->started) * a->rate / 1000000;

	return a->written - most > fill ? a->written - most : fill;
}

int
audio_delay(struct audio *a)
{
	snd_pcm_sframes_t n = 0, room;
	int err;

	if (a->pcm == NULL)
		return pending(a);
	switch (snd_pcm_state(a->pcm)) {
	case SND_PCM_STATE_SUSPENDED: return judge(a, -ESTRPIPE);
	case SND_PCM_STATE_DISCONNECTED: return judge(a, -ENODEV);
	default: break;
	}
	if ((err = snd_pcm_delay(a->pcm, &n)) < 0)
		return judge(a, err);
	if (!a->capture && (room = snd_pcm_avail_update(a->pcm)) >= 0 &&
	    n < a->buffer - room)
		n = unheard(a, a->buffer - room);
	return n < 0 ? 0 : n > INT32_MAX ? INT32_MAX : (int)n;
}

/* When a status was taken; now, if its timestamp is missing or from another
 * clock. */
static int64_t
moment(const snd_pcm_status_t *st)
{
	int64_t now = clock_us() * 1000, ns;
	snd_htimestamp_t ts;

	snd_pcm_status_get_htstamp(st, &ts);
	ns = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
	return ns > now - 2000000000 && ns <= now + 1000000 ? ns : now;
}

bool
audio_stamp(struct audio *a, int64_t *ns)
{
	snd_pcm_status_t *st;
	int64_t delay, fill, avail;
	bool good;

	if (a->pcm == NULL) {
		*ns = pace_when(&a->pace, a->written) * 1000;
		return a->pace.running;
	}
	if (snd_pcm_status_malloc(&st) < 0)
		return false;
	good = snd_pcm_status(a->pcm, st) == 0 &&
	    snd_pcm_status_get_state(st) == SND_PCM_STATE_RUNNING;
	if (good) {
		delay = snd_pcm_status_get_delay(st);
		avail = (int64_t)snd_pcm_status_get_avail(st);
		fill = a->capture ? avail : a->buffer - avail;
		/* a sound server reports 0 until it knows its timing; what
		 * is in the buffer has not been through the device */
		if (delay < fill) {
			good = a->capture;
			delay = fill;
		}
		*ns = moment(st) + (a->capture ? -delay : delay) *
		    1000000000 / a->rate;
	}
	snd_pcm_status_free(st);
	return good;
}

/* Copies one channel to all of the device's, in its sample width. */
static void
spread(const struct audio *a, const int16_t *p, int n)
{
	size_t low = a->width->bytes - a->width->above - 2;
	unsigned char *b = a->scratch;
	int i, c;

	for (i = 0; i < n; i++)
		for (c = 0; c < a->channels; c++, b += a->width->bytes) {
			memset(b, 0, low);
			pcm_put(b + low, p[i]);
			if (a->width->above > 0)	/* sign extension */
				b[low + 2] = p[i] < 0 ? 0xff : 0;
		}
}

static void
gather(const struct audio *a, int16_t *p, int n)
{
	const unsigned char *b = a->scratch + a->width->bytes -
	    a->width->above - 2;
	int i, c, v, sum;

	for (i = 0; i < n; i++) {
		sum = 0;
		for (c = 0; c < a->channels; c++, b += a->width->bytes) {
			v = pcm_get(b);
			sum += a->pick == 0 ? v : c + 1 == a->pick ?
			    v * a->channels : 0;
		}
		p[i] = (int16_t)(sum / a->channels);
	}
}

int
audio_write(struct audio *a, const int16_t *p, int n)
{
	snd_pcm_sframes_t done;

	if (a->pcm == NULL) {
		int room = a->buffer - pending(a);

		n = n < room ? n : room;
		if (!a->pace.running && n > 0)
			pace_start(&a->pace, clock_us());
		a->written += n;
		return n;
	}
	if (n > a->buffer)
		n = a->buffer;
	spread(a, p, n);
	done = snd_pcm_writei(a->pcm, a->scratch, (snd_pcm_uframes_t)n);
	if (done < 0)
		return judge(a, (int)done);
	if (a->written == 0)
		a->started = clock_us();
	a->written += done;
	return (int)done;
}

int
audio_read(struct audio *a, int16_t *p, int n)
{
	snd_pcm_sframes_t done;

	if (n > a->buffer)
		n = a->buffer;
	done = snd_pcm_readi(a->pcm, a->scratch, (snd_pcm_uframes_t)n);
	if (done < 0)
		return judge(a, (int)done);
	gather(a, p, (int)done);
	return (int)done;
}

int
audio_start(struct audio *a)
{
	int err = snd_pcm_start(a->pcm);

	return err < 0 ? judge(a, err) : 0;
}

int
audio_drop(struct audio *a)
{
	int err;

	a->written = 0;
	if (a->pcm == NULL) {
		pace_stop(&a->pace);
		return 0;
	}
	err = snd_pcm_drop(a->pcm);
	if (err == 0)
		err = snd_pcm_prepare(a->pcm);
	return err < 0 ? judge(a, err) : 0;
}

int
audio_wake(struct audio *a)
{
	int err;

	if (snd_pcm_state(a->pcm) == SND_PCM_STATE_SUSPENDED) {
		err = snd_pcm_resume(a->pcm);
		if (err == -EAGAIN)
			return AUDIO_ASLEEP;
		/* some devices return 0 and stay suspended */
		if (err == 0 && snd_pcm_state(a->pcm) ==
		    SND_PCM_STATE_RUNNING)
			return 1;
	}
	a->written = 0;
	err = snd_pcm_prepare(a->pcm);
	if (err == 0 && a->capture)
		err = snd_pcm_start(a->pcm);
	if (err == 0)
		return 0;
	return err == -EAGAIN ? AUDIO_ASLEEP : judge(a, err);
}

const char *
audio_why(const struct audio *a)
{
	return a->why;
}
