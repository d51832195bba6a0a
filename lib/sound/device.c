/* One policy for both directions; the sentences differ in a word. */
#include "sound/device.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/why.h"

enum {
	RETRY_MS = 250,		/* between tries to open a lost device */
	WAKE_MS = 100,		/* the same for a suspended one */
	STILL_MS = 2000		/* without sound moving: reported */
};

void
device_init(struct device *d, const struct device_opts *o)
{
	*d = (struct device){ .o = *o };
	d->name = mem_str(o->name);
}

void
device_done(struct device *d)
{
	audio_close(d->audio);
	d->audio = NULL;
	free(d->name);
}

bool
device_ready(const struct device *d)
{
	return d->audio != NULL && !d->asleep;
}

static void say(const struct device *, enum device_level, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

static void
say(const struct device *d, enum device_level level, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->o.say(d->o.arg, level, text);
}

static const char *
name(const struct device *d)
{
	return d->name != NULL ? d->name : "none";
}

int
device_open(struct device *d, int rate, int64_t now)
{
	struct audio_params p = { .rate = rate, .channels = 1,
	    .pick = d->o.pick, .buffer_us = d->o.buffer_us,
	    .period_us = d->o.period_us };

	audio_close(d->audio);
	d->audio = d->name == NULL ? audio_none(&p) :
	    audio_open(d->name, d->o.capture, &p, d->why, sizeof(d->why));
	if (d->audio != NULL && d->o.capture && audio_start(d->audio) < 0) {
		snprintf(d->why, sizeof(d->why), "%s", audio_why(d->audio));
		audio_close(d->audio);
		d->audio = NULL;
	}
	if (d->audio == NULL) {
		d->lost_at = now;
		return -1;
	}
	d->params = p;
	d->asked = rate;
	d->asleep = false;
	d->moved_at = now;
	say(d, DEVICE_INFO, "%s: %d Hz, %d channel%s, buffer %.1f ms, "
	    "period %.1f ms", d->name != NULL ? d->name : "no device",
	    p.rate, p.channels,
	    p.channels == 1 ? "" : "s", (double)p.buffer_us / 1e3,
	    (double)p.period_us / 1e3);
	return 0;
}

int
device_lost(struct device *d, int what, int64_t now)
{
	d->lost_at = now;
	if (what == AUDIO_ASLEEP) {
		d->asleep = true;
		say(d, DEVICE_WARN, "the device is suspended");
		return WAKE_MS;
	}
	snprintf(d->why, sizeof(d->why), "%s", audio_why(d->audio));
	audio_close(d->audio);
	d->audio = NULL;
	d->asleep = false;
	say(d, DEVICE_WARN, "%s; trying for %g s", d->why,
	    (double)d->o.patience_ms / 1000);
	return RETRY_MS;
}

static bool
patient(const struct device *d, int64_t now)
{
	return now - d->lost_at < d->o.patience_ms;
}

static enum device_step
reopen(struct device *d, int rate, int64_t now, int *ms)
{
	int64_t since = d->lost_at;

	if (device_open(d, rate, now) == 0) {
		say(d, DEVICE_WARN, "the device is back");
		return DEVICE_BACK;
	}
	d->lost_at = since;
	*ms = RETRY_MS;
	return patient(d, now) ? DEVICE_WAITS : DEVICE_OVER;
}

static enum device_step
wake(struct device *d, int64_t now, int *ms)
{
	int r = audio_wake(d->audio);

	if (r == AUDIO_ASLEEP) {
		*ms = WAKE_MS;
		if (patient(d, now))
			return DEVICE_WAITS;
		return why_say(DEVICE_OVER, d->why, sizeof(d->why), "%s: the "
		    "device stayed suspended", name(d));
	}
	if (r == AUDIO_GONE) {
		*ms = device_lost(d, r, now);
		return DEVICE_WENT;
	}
	d->asleep = false;
	say(d, DEVICE_WARN, "the device is awake");
	d->moved_at = now;
	return r == 0 ? DEVICE_WOKEN : DEVICE_GOES_ON;
}

enum device_step
device_retry(struct device *d, int rate, int64_t now, int *ms)
{
	return d->audio == NULL ? reopen(d, rate, now, ms) : wake(d, now, ms);
}

void
device_moved(struct device *d, int64_t now)
{
	if (d->still_said)
		say(d, DEVICE_WARN, "the device %s again",
		    d->o.capture ? "gives sound" : "plays");
	d->still_said = false;
	d->moved_at = now;
}

bool
device_waits(struct device *d, int64_t now)
{
	if (now - d->moved_at >= STILL_MS && !d->still_said) {
		d->still_said = true;
		say(d, DEVICE_WARN, "the device %s no sound (suspended?)",
		    d->o.capture ? "gives" : "takes");
	}
	if (now - d->moved_at < d->o.patience_ms)
		return true;
	snprintf(d->why, sizeof(d->why), "%s: the device %s no sound for "
	    "%g s", name(d), d->o.capture ? "gave" : "took",
	    (double)d->o.patience_ms / 1000);
	return false;
}
