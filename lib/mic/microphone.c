/*
 * The device's buffer is long, since reading each period keeps it nearly
 * empty: it only matters while this process gets no processor.
 */
#include "mic/microphone.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sound/audio.h"
#include "base/clock.h"
#include "mic/framer.h"
#include "loop/loop.h"
#include "base/mem.h"

enum { RETRY_MS = 250, WAKE_MS = 100, SILENT_MS = 2000, WATCH_MS = 500 };

struct microphone {
	struct loop *loop;
	struct source *source;
	struct timer tick;
	struct microphone_opts o;
	char *device;
	const struct microphone_ops *ops;
	void *arg;
	struct audio *audio;	/* NULL while it is lost */
	struct audio_params params;
	struct framer *framer;
	int16_t *pcm;		/* a buffer's worth */
	bool asleep, over;
	int64_t next_at;	/* when the next sample is due, in us; 0: any */
	const char *reason;	/* of a gap before it, or NULL */
	int64_t lost_at;	/* since when it is lost or asleep, in ms */
	int64_t heard_at;	/* when it last gave sound */
	bool silent_said;
	char why[256];
};

static void
say(struct microphone *m, enum microphone_level level, const char *text)
{
	m->ops->say(m->arg, level, text);
}

static int
open_device(struct microphone *m)
{
	struct audio_params p = { .rate = m->o.rate, .channels = 1,
	    .pick = m->o.pick,
	    .buffer_us = m->o.buffer_us, .period_us = m->o.period_us };
	char text[200];

	m->audio = audio_open(m->device, true, &p, m->why, sizeof(m->why));
	if (m->audio == NULL)
		return -1;
	m->params = p;
	m->pcm = mem_resize(m->pcm, (size_t)p.buffer, sizeof(*m->pcm));
	m->asleep = false;
	m->heard_at = clock_ms();
	if (audio_start(m->audio) < 0) {
		snprintf(m->why, sizeof(m->why), "%s", audio_why(m->audio));
		audio_close(m->audio);
		m->audio = NULL;
		return -1;
	}
	snprintf(text, sizeof(text), "%s: %d Hz, %d channel%s, buffer %.1f ms, "
	    "period %.1f ms", m->device, p.rate, p.channels,
	    p.channels == 1 ? "" : "s", (double)p.buffer_us / 1e3,
	    (double)p.period_us / 1e3);
	say(m, MICROPHONE_INFO, text);
	return 0;
}

static void
finish(struct microphone *m)
{
	if (m->over)
		return;
	m->over = true;
	loop_untimer(m->loop, &m->tick);
	m->ops->over(m->arg, m->why);
}

static void
lost(struct microphone *m)
{
	char text[320];

	snprintf(m->why, sizeof(m->why), "%s", audio_why(m->audio));
	audio_close(m->audio);
	m->audio = NULL;
	m->reason = "device";
	m->lost_at = clock_ms();
	snprintf(text, sizeof(text), "%s; trying for %lld s", m->why,
	    (long long)m->o.reopen_ms / 1000);
	say(m, MICROPHONE_WARN, text);
	loop_timer(m->loop, &m->tick, m->lost_at + RETRY_MS);
}

static void
trouble(struct microphone *m, int what)
{
	if (what == AUDIO_GONE) {
		lost(m);
	} else if (what == AUDIO_ASLEEP) {
		m->asleep = true;
		m->reason = "device";
		m->lost_at = clock_ms();
		say(m, MICROPHONE_WARN, "the device is suspended");
		loop_timer(m->loop, &m->tick, m->lost_at + WAKE_MS);
	} else {
		m->reason = "overrun";
		/* it had sound, more than was fetched */
		m->heard_at = clock_ms();
	}
}

/* Where something is missing the stream's time jumps over it. */
static void
bridge(struct microphone *m, int64_t at)
{
	int64_t us = at - m->next_at;

	if (m->reason == NULL || m->next_at == 0)
		return;
	if (us > 0) {
		m->ops->gap(m->arg, framer_t(m->framer), us, m->reason);
		framer_gap(m->framer, us);
	}
	m->reason = NULL;
}

/* Reads what there is; a count or an AUDIO_ value. */
static int
take(struct microphone *m)
{
	int delay = audio_avail(m->audio), n;
	int64_t at;

	if (delay <= 0)
		return delay;
	if (audio_stamp(m->audio, &at))
		at /= 1000;
	else
		at = clock_us() - (int64_t)delay * 1000000 / m->params.rate;
	n = audio_read(m->audio, m->pcm, m->params.buffer);
	if (n <= 0)
		return n;
	bridge(m, at);
	m->next_at = at + (int64_t)n * 1000000 / m->params.rate;
	m->heard_at = clock_ms();
	m->silent_said = false;
	framer_add(m->framer, m->params.rate, at, m->pcm, n);
	return n;
}

void
microphone_pull(struct microphone *m)
{
	int r;

	if (m->over || m->audio == NULL || m->asleep)
		return;
	r = take(m);
	if (r < 0)
		trouble(m, r);
}

/* A suspended sound server gives nothing, and no error. */
static void
watch(struct microphone *m, int64_t now)
{
	microphone_pull(m);
	if (m->over || m->audio == NULL || m->asleep)
		return;
	if (now - m->heard_at >= SILENT_MS && !m->silent_said) {
		m->silent_said = true;
		say(m, MICROPHONE_WARN,
		    "the device gives no sound (suspended?)");
		m->reason = "device";
	}
	if (now - m->heard_at >= m->o.reopen_ms) {
		snprintf(m->why, sizeof(m->why), "%s: the device gave no "
		    "sound for %lld s", m->device,
		    (long long)m->o.reopen_ms / 1000);
		finish(m);
		return;
	}
	loop_timer(m->loop, &m->tick, now + WATCH_MS);
}

static void
try_again(struct microphone *m, int64_t now)
{
	if (open_device(m) == 0) {
		say(m, MICROPHONE_WARN, "the device is back");
		loop_timer(m->loop, &m->tick, now + WATCH_MS);
	} else if (now - m->lost_at >= m->o.reopen_ms) {
		finish(m);
	} else {
		loop_timer(m->loop, &m->tick, now + RETRY_MS);
	}
}

static void
try_wake(struct microphone *m, int64_t now)
{
	int r = audio_wake(m->audio);

	if (r == AUDIO_ASLEEP && now - m->lost_at >= m->o.reopen_ms) {
		snprintf(m->why, sizeof(m->why), "%s: the device stayed "
		    "suspended", m->device);
		finish(m);
		return;
	}
	if (r == AUDIO_ASLEEP) {
		loop_timer(m->loop, &m->tick, now + WAKE_MS);
		return;
	}
	m->asleep = false;
	if (r == AUDIO_GONE) {
		lost(m);
		return;
	}
	say(m, MICROPHONE_WARN, "the device is awake");
	m->heard_at = now;
	loop_timer(m->loop, &m->tick, now + WATCH_MS);
}

static void
tick(void *arg)
{
	struct microphone *m = arg;
	int64_t now = clock_ms();

	if (m->over)
		return;
	if (m->audio == NULL)
		try_again(m, now);
	else if (m->asleep)
		try_wake(m, now);
	else
		watch(m, now);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct microphone *m = arg;

	if (m->over || m->audio == NULL || m->asleep)
		return 0;
	return audio_want(m->audio, pfd, room);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct microphone *m = arg;
	struct pollfd copy[16];

	if (m->audio == NULL || n > 16)
		return;
	memcpy(copy, pfd, (size_t)n * sizeof(*pfd));
	if (audio_ready(m->audio, copy, n))
		microphone_pull(m);
}

static const struct source_ops source_ops = { want, ready };

static void
frame(void *arg, int64_t t, int64_t at, const int16_t *p, int n)
{
	struct microphone *m = arg;

	if (!m->over)
		m->ops->frame(m->arg, t, at, p, n);
}

struct microphone *
microphone_new(struct loop *loop, const struct microphone_opts *o,
    const struct microphone_ops *ops, void *arg, char *why, size_t size)
{
	struct microphone *m = mem_alloc(sizeof(*m));

	m->loop = loop;
	m->o = *o;
	m->device = mem_str(o->device);
	m->ops = ops;
	m->arg = arg;
	m->tick.fire = tick;
	m->tick.arg = m;
	m->framer = framer_new(o->rate, o->samples, frame, m);
	if (open_device(m) == -1) {
		snprintf(why, size, "%s", m->why);
		microphone_free(m);
		return NULL;
	}
	m->source = loop_add(loop, &source_ops, m);
	loop_timer(loop, &m->tick, clock_ms() + WATCH_MS);
	return m;
}

void
microphone_end(struct microphone *m)
{
	microphone_pull(m);
	if (!m->over)
		framer_end(m->framer);
	m->over = true;
}

void
microphone_free(struct microphone *m)
{
	if (m == NULL)
		return;
	loop_untimer(m->loop, &m->tick);
	if (m->source != NULL)
		loop_remove(m->loop, m->source);
	audio_close(m->audio);
	framer_free(m->framer);
	free(m->pcm);
	free(m->device);
	free(m);
}
