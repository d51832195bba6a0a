/*
 * The device's buffer is long: that costs nothing, since reading each period
 * keeps it nearly empty; it only matters while this process gets no CPU time.
 */
#include "mic/microphone.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "mic/framer.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "sound/device.h"

enum { WATCH_MS = 500 };	/* between checks of a device that works */

struct microphone {
	struct loop *loop;
	struct source *source;
	struct timer tick;
	struct microphone_opts o;
	const struct microphone_ops *ops;
	void *arg;
	struct device device;
	struct framer *framer;
	int16_t *pcm;		/* a buffer's worth */
	bool over;
	int64_t next_at;	/* when the next sample is due, in us; 0: any */
	const char *reason;	/* of a gap before it, or NULL */
};

/* Adapts to the device as it was opened. */
static void
settle(struct microphone *m)
{
	m->pcm = mem_resize(m->pcm, (size_t)m->device.params.buffer,
	    sizeof(*m->pcm));
}

static void
finish(struct microphone *m)
{
	if (m->over)
		return;
	m->over = true;
	loop_untimer(m->loop, &m->tick);
	m->ops->over(m->arg, m->device.why);
}

static void
trouble(struct microphone *m, int what)
{
	int64_t now = clock_ms();

	if (what == AUDIO_XRUN) {
		m->reason = "overrun";
		/* the device works: it had more sound than was read */
		device_moved(&m->device, now);
		return;
	}
	m->reason = "device";
	loop_timer(m->loop, &m->tick,
	    now + device_lost(&m->device, what, now));
}

/* Bridges missing sound by a jump of the stream's time. */
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

/* Reads what is available; a count or an AUDIO_ value. */
static int
take(struct microphone *m)
{
	int delay = audio_avail(m->device.audio), n;
	int64_t at;

	if (delay <= 0)
		return delay;
	if (audio_stamp(m->device.audio, &at))
		at /= 1000;
	else
		at = clock_us() -
		    (int64_t)delay * 1000000 / m->device.params.rate;
	n = audio_read(m->device.audio, m->pcm, m->device.params.buffer);
	if (n <= 0)
		return n;
	bridge(m, at);
	m->next_at = at + (int64_t)n * 1000000 / m->device.params.rate;
	device_moved(&m->device, clock_ms());
	framer_add(m->framer, m->device.params.rate, at, m->pcm, n);
	return n;
}

void
microphone_pull(struct microphone *m)
{
	int r;

	if (m->over || !device_ready(&m->device))
		return;
	r = take(m);
	if (r < 0)
		trouble(m, r);
}

/* A suspended sound server delivers neither sound nor an error. */
static void
watch(struct microphone *m, int64_t now)
{
	microphone_pull(m);
	if (m->over || !device_ready(&m->device))
		return;
	if (!device_waits(&m->device, now)) {
		finish(m);
		return;
	}
	if (m->device.still_said)
		m->reason = "device";
	loop_timer(m->loop, &m->tick, now + WATCH_MS);
}

/* The device is lost, or asleep. */
static void
try_again(struct microphone *m, int64_t now)
{
	int ms = WATCH_MS;

	switch (device_retry(&m->device, m->o.rate, now, &ms)) {
	case DEVICE_OVER:
		finish(m);
		return;
	case DEVICE_BACK:
		settle(m);
		break;
	case DEVICE_WENT:
		m->reason = "device";
		break;
	case DEVICE_WAITS:
	case DEVICE_WOKEN:
	case DEVICE_GOES_ON:
		break;
	}
	loop_timer(m->loop, &m->tick, now + ms);
}

static void
tick(void *arg)
{
	struct microphone *m = arg;
	int64_t now = clock_ms();

	if (m->over)
		return;
	if (device_ready(&m->device))
		watch(m, now);
	else
		try_again(m, now);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct microphone *m = arg;

	if (m->over || !device_ready(&m->device))
		return 0;
	return audio_want(m->device.audio, pfd, room);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct microphone *m = arg;
	struct pollfd copy[16];

	if (m->device.audio == NULL || n > 16)
		return;
	memcpy(copy, pfd, (size_t)n * sizeof(*pfd));
	if (audio_ready(m->device.audio, copy, n))
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
	struct device_opts d = { .name = o->device, .capture = true,
	    .pick = o->pick, .buffer_us = o->buffer_us,
	    .period_us = o->period_us, .patience_ms = o->reopen_ms,
	    .say = ops->say, .arg = arg };
	struct microphone *m = mem_alloc(sizeof(*m));

	m->loop = loop;
	m->o = *o;
	device_init(&m->device, &d);
	m->ops = ops;
	m->arg = arg;
	m->tick.fire = tick;
	m->tick.arg = m;
	m->framer = framer_new(o->rate, o->samples, frame, m);
	if (device_open(&m->device, o->rate, clock_ms()) == -1) {
		snprintf(why, size, "%s", m->device.why);
		microphone_free(m);
		return NULL;
	}
	settle(m);
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
	device_done(&m->device);
	framer_free(m->framer);
	free(m->pcm);
	free(m);
}
