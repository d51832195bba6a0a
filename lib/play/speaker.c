/*
 * The device side of the play queue.  step() is all of it: what was heard is
 * reported to the queue and the recorder, what is next goes from the queue into
 * the device; whatever happens to a device is a return value there.
 */
#include "play/speaker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "loop/loop.h"
#include "base/log.h"
#include "base/mem.h"
#include "play/recorder.h"
#include "play/shadow.h"
#include "sound/device.h"

enum {
	TICK_MS = 10,		/* between checks of a device that runs out */
	WATCH_MS = 500,		/* and of one that plays */
	NEWS_MS = 50,		/* the first sound waits so long for its news */
	PIPE_PIECE = 1500,	/* frames: with its header within PIPE_BUF */
	STUCK_MS = 100,		/* after which a rest does not move any more */
	DRY_MS = 40,		/* it ran dry for so long, whatever it says */
	REST_MS = 60		/* silence kept in a running device between
				 * turns: it delays the next sound */
};

struct speaker {
	struct loop *loop;
	struct source *source;
	struct timer tick;
	struct speaker_opts o;
	const struct speaker_ops *ops;
	void *arg;
	struct player *player;
	struct recorder *recorder;
	struct device device;
	int64_t frames;		/* written so far, less those taken back */
	bool running;		/* it holds, or may hold, frames of ours */
	bool over, done;
	int16_t *stage;		/* sound that the device has not taken yet */
	int staged, stage_off;
	struct shadow shadow;
	int64_t last_level;
	int64_t last_fill, fill_since;	/* and since when it is that */
	int64_t ends;		/* ns when all that is written is heard; 0: ? */
	bool anew;		/* the next frames count as a start */
	int64_t news_until;	/* the stage waits for its news, or 0 */
	struct speaker_stats stats;
	double heard_ms;
};

/* The device was stopped before the last `unheard` frames. */
static void
stopped(struct speaker *s, int64_t unheard)
{
	if (!s->o.reference || !s->running)
		return;
	s->frames -= unheard < s->frames ? unheard : s->frames;
	s->ends = 0;
	s->ops->stopped(s->arg, s->frames);
}

static void
finish(struct speaker *s, const char *why)
{
	if (s->over)
		return;
	s->over = true;
	stopped(s, 0);
	loop_untimer(s->loop, &s->tick);
	s->ops->over(s->arg, why);
}

/* Adapts to the device as it was opened. */
static void
settle(struct speaker *s)
{
	const struct audio_params *p = &s->device.params;

	s->running = false;
	s->stage = mem_resize(s->stage, (size_t)p->buffer, sizeof(*s->stage));
	s->staged = s->stage_off = 0;
	shadow_fit(&s->shadow, p->rate, p->buffer);
	player_device(s->player, p->rate, p->period);
}

static int
open_device(struct speaker *s, int rate)
{
	if (device_open(&s->device, rate, clock_ms()) == -1)
		return -1;
	settle(s);
	return 0;
}

/* Reports that recording failed; the sound goes on without it. */
static void
recorded(struct speaker *s, int r)
{
	char text[300];

	if (r == 0)
		return;
	snprintf(text, sizeof(text), "%s: %s; nothing more is recorded",
	    recorder_path(s->recorder), log_reason(errno));
	s->ops->say(s->arg, DEVICE_WARN, text);
}

/* All but the last `level` frames have been heard. */
static void
record(struct speaker *s, int64_t level)
{
	recorded(s, shadow_heard(&s->shadow, level));
}

/* Reports n frames that the device has taken as reference. */
static void
refer(struct speaker *s, const int16_t *p, int n, bool start)
{
	int64_t lasts = (int64_t)n * 1000000000 / s->device.params.rate;
	int most = PIPE_PIECE, piece;
	int64_t ns = -1;

	if (!s->o.reference)
		return;
	s->anew = false;
	/* a sound server often has no stamp that can be believed */
	if (audio_stamp(s->device.audio, &ns)) {
		s->ends = ns;
		ns -= lasts;
	} else {
		s->ends += s->ends > 0 ? lasts : 0;
		ns = -1;
	}
	/* only the first piece has a stamp: others would repeat it */
	for (; n > 0; n -= piece, p += piece, ns = -1, start = false) {
		piece = n < most ? n : most;
		s->ops->reference(s->arg, s->frames, s->device.params.rate,
		    start, ns, p, piece);
		s->frames += piece;
	}
}

/* Forgets what the device held: it is lost, or will be written again. */
static void
forget(struct speaker *s)
{
	s->staged = s->stage_off = 0;
	s->news_until = 0;
	shadow_clear(&s->shadow);
}

/* The device holds nothing of ours any more. */
static void
emptied(struct speaker *s, int64_t now)
{
	stopped(s, s->last_level);
	forget(s);
	player_lost(s->player, now);
	s->running = false;
}

static void
ran_dry(struct speaker *s)
{
	int64_t now = clock_ms();
	bool busy;

	record(s, 0);
	stopped(s, 0);
	player_heard(s->player, now, s->staged, s->staged);
	busy = player_busy(s->player) && (s->staged > 0 ||
	    player_wants(s->player, now));
	s->running = false;
	if (!busy)
		return;
	s->stats.xruns++;
	s->ops->say(s->arg, DEVICE_DEBUG, "xrun");
}

/* The device returned an AUDIO_ value; true if it can go on. */
static bool
trouble(struct speaker *s, int what)
{
	int64_t now;

	if (what == AUDIO_XRUN) {
		ran_dry(s);
		return true;
	}
	now = clock_ms();
	if (what == AUDIO_GONE)
		emptied(s, now);
	loop_timer(s->loop, &s->tick,
	    now + device_lost(&s->device, what, now));
	return false;
}

/* Whether the device has stopped moving: a suspended server accepts sound, and
 * then stands still. */
static bool
stands_still(struct speaker *s, int64_t now, int64_t level)
{
	if (level != s->last_level || !player_busy(s->player)) {
		s->last_level = level;
		device_moved(&s->device, now);
		return false;
	}
	if (device_waits(&s->device, now))
		return false;
	finish(s, s->device.why);
	return true;
}

/* A sound server that has run dry says nothing, and plays what comes then later
 * than its times tell for a while. */
static void
notice_dry(struct speaker *s)
{
	if (!s->o.reference || s->ends == 0 ||
	    clock_us() * 1000 < s->ends + DRY_MS * INT64_C(1000000))
		return;
	stopped(s, 0);
	s->anew = true;
}

/* Whether a rest has lain in the device for a while: less than the block that a
 * sound server takes at a time. */
static bool
stuck(struct speaker *s, int64_t now, int fill)
{
	if (fill != s->last_fill) {
		s->last_fill = fill;
		s->fill_since = now;
	}
	return s->staged == 0 && fill < s->device.params.period &&
	    now - s->fill_since >= STUCK_MS && !player_wants(s->player, now);
}

/* Checks how much is buffered, and reports what was heard.  Returns the
 * device's room or an AUDIO_ value. */
static int
look(struct speaker *s)
{
	int64_t now = clock_ms();
	int delay, avail, fill;
	bool end;

	if (!s->running) {
		player_heard(s->player, now, s->staged, s->staged);
		return s->device.params.buffer;
	}
	avail = audio_avail(s->device.audio);
	if (avail < 0)
		return avail;
	delay = audio_delay(s->device.audio);
	if (delay < 0)
		return delay;
	notice_dry(s);
	record(s, delay);
	fill = s->device.params.buffer - avail;
	end = fill == 0 || stuck(s, now, fill);
	player_heard(s->player, now, delay + s->staged, fill + s->staged);
	if (stands_still(s, now, delay + s->staged))
		return AUDIO_ASLEEP;
	/* all was heard, and the silence after it too */
	if (end && s->staged == 0 && !player_busy(s->player) &&
	    !s->o.reference) {
		s->running = false;
		forget(s);
		if ((avail = audio_drop(s->device.audio)) < 0)
			return avail;
		player_lost(s->player, now);
		return s->device.params.buffer;
	}
	return avail;
}

/* The first sound after silence is announced before it is heard. */
static bool
wait_for_news(struct speaker *s, bool was_busy)
{
	int64_t now = clock_ms();

	if (s->ops->told == NULL)
		return false;
	if (s->news_until == 0 && !was_busy && player_busy(s->player))
		s->news_until = now + NEWS_MS;
	if (s->news_until == 0)
		return false;
	if (!s->ops->told(s->arg) && now < s->news_until)
		return true;
	s->news_until = 0;
	return false;
}

static void
given(struct speaker *s, const int16_t *p, int n)
{
	bool start = !s->running || s->anew;

	if (start)
		device_moved(&s->device, clock_ms());
	s->running = true;
	recorded(s, shadow_add(&s->shadow, p, n));
	refer(s, p, n, start);
}

static int
rest_frames(const struct speaker *s)
{
	int most = s->device.params.buffer - s->device.params.period;
	int n = s->device.params.rate * REST_MS / 1000;

	return n < most ? n : most;
}

/* Writes silence to a device that keeps running without sound.  0, or an AUDIO_
 * value. */
static int
rest(struct speaker *s, int room)
{
	int16_t quiet[480] = { 0 };
	int lack = rest_frames(s) - (s->device.params.buffer - room), n;

	if (s->staged > 0)
		return 0;
	/* the end of the sound is pushed out, if it does not go by itself */
	if (!s->o.reference) {
		if (!s->running || !player_busy(s->player) ||
		    !stuck(s, clock_ms(), s->device.params.buffer - room))
			return 0;
		lack = s->device.params.period;
	}
	/* not in tiny pieces */
	if (s->running && lack < s->device.params.period / 2)
		return 0;
	for (; lack > 0; lack -= n) {
		n = audio_write(s->device.audio, quiet,
		    lack < 480 ? lack : 480);
		if (n <= 0)
			return n;
		player_rest(s->player, n);
		given(s, quiet, n);
	}
	return 0;
}

/* Moves sound into the device; 0, or an AUDIO_ value. */
static int
feed(struct speaker *s, int room)
{
	bool was_busy;
	int n;

	while (room > 0) {
		was_busy = player_busy(s->player);
		if (s->staged == 0) {
			s->stage_off = 0;
			s->staged = player_fill(s->player, clock_ms(),
			    s->stage, room);
		}
		if (s->staged == 0 || wait_for_news(s, was_busy))
			return rest(s, room);
		n = audio_write(s->device.audio, s->stage + s->stage_off,
		    s->staged < room ? s->staged : room);
		if (n <= 0)
			return n;
		given(s, s->stage + s->stage_off, n);
		s->stage_off += n;
		s->staged -= n;
		room -= n;
	}
	return 0;
}

/* A device at rest is reopened if the next sound has another rate than
 * it was opened for. */
static bool
suit(struct speaker *s)
{
	int rate = player_rate(s->player);

	if (s->running || s->staged > 0 || rate == 0 || rate == s->device.asked)
		return true;
	if (open_device(s, rate) == 0)
		return true;
	/* try again at once, and then as for a lost device */
	loop_timer(s->loop, &s->tick, clock_ms());
	return false;
}

static void
plan(struct speaker *s)
{
	int64_t now = clock_ms(), at = player_deadline(s->player), when;

	if (s->running) {
		/* check often for the end of the sound */
		when = now + (player_busy(s->player) ? WATCH_MS : TICK_MS);
		at = at < when ? at : when;
	}
	if (s->o.reference) {
		when = now + REST_MS / 6;
		at = at < when ? at : when;
	}
	if (s->news_until > 0)
		at = now + 1;
	else if (s->device.name == NULL && (s->staged > 0 ||
	    player_wants(s->player, now))) {
		when = audio_when(s->device.audio) / 1000 + 1;
		at = at < when ? at : when;
	}
	if (at == INT64_MAX)
		loop_untimer(s->loop, &s->tick);
	else
		loop_timer(s->loop, &s->tick, at > now ? at : now + 1);
}

static void
step(struct speaker *s)
{
	int room, r, tries;

	if (s->over || !device_ready(&s->device))
		return;
	/* an xrun is repaired in place, and may come again at once */
	for (tries = 0; tries < 3; tries++) {
		room = look(s);
		if (s->over)
			return;
		if (room >= 0 && !suit(s))
			return;
		/* it may be another device now, with another buffer */
		if (room >= 0 && !s->running)
			room = s->device.params.buffer;
		r = room < 0 ? room : feed(s, room);
		if (r >= 0)
			break;
		if (!trouble(s, r))
			return;
	}
	if (player_done(s->player) && (!s->running || s->o.reference))
		finish(s, NULL);
	else
		plan(s);
}

/* The device is lost, or asleep. */
static void
try_again(struct speaker *s, int64_t now)
{
	int rate = player_rate(s->player), ms = 0;
	enum device_step how = device_retry(&s->device,
	    rate > 0 ? rate : s->device.asked, now, &ms);

	switch (how) {
	case DEVICE_OVER:
		finish(s, s->device.why);
		return;
	case DEVICE_WENT:
		emptied(s, now);
		/* fallthrough */
	case DEVICE_WAITS:
		loop_timer(s->loop, &s->tick, now + ms);
		return;
	case DEVICE_BACK:
		s->stats.reopened++;
		settle(s);
		break;
	case DEVICE_WOKEN:
		emptied(s, now);
		break;
	case DEVICE_GOES_ON:
		break;
	}
	step(s);
}

static void
tick(void *arg)
{
	struct speaker *s = arg;

	if (s->over)
		return;
	if (device_ready(&s->device))
		step(s);
	else
		try_again(s, clock_ms());
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct speaker *s = arg;

	if (s->over || !device_ready(&s->device) || s->news_until > 0 ||
	    (s->staged == 0 && !player_wants(s->player, clock_ms())))
		return 0;
	return audio_want(s->device.audio, pfd, room);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct speaker *s = arg;
	struct pollfd copy[16];

	if (s->device.audio == NULL || n > 16)
		return;
	memcpy(copy, pfd, (size_t)n * sizeof(*pfd));
	if (audio_ready(s->device.audio, copy, n))
		step(s);
}

static const struct source_ops source_ops = { want, ready };

static void
news(void *arg, const struct player_news *n)
{
	struct speaker *s = arg;

	if (n->done)
		s->heard_ms += (double)n->ms;
	s->ops->news(s->arg, n);
}

static const struct player_ops player_ops = { news };

struct speaker *
speaker_new(struct loop *loop, const struct speaker_opts *o,
    struct recorder *recorder, const struct speaker_ops *ops, void *arg,
    char *why, size_t size)
{
	struct player_config c = { .rate = o->rate, .period = o->rate / 50,
	    .prebuffer = o->prebuffer_ms, .limit = o->limit,
	    .volume = o->volume };
	struct device_opts d = { .name = o->device,
	    .buffer_us = o->buffer_us, .period_us = o->period_us,
	    .patience_ms = o->reopen_ms, .say = ops->say, .arg = arg };
	struct speaker *s = mem_alloc(sizeof(*s));

	s->loop = loop;
	s->o = *o;
	device_init(&s->device, &d);
	s->recorder = s->shadow.recorder = recorder;
	s->ops = ops;
	s->arg = arg;
	s->player = player_new(&c, &player_ops, s);
	s->tick.fire = tick;
	s->tick.arg = s;
	if (open_device(s, o->rate) == -1) {
		snprintf(why, size, "%s", s->device.why);
		speaker_free(s);
		return NULL;
	}
	s->source = loop_add(loop, &source_ops, s);
	if (o->reference)
		loop_timer(loop, &s->tick, clock_ms());
	return s;
}

void
speaker_free(struct speaker *s)
{
	if (s == NULL)
		return;
	loop_untimer(s->loop, &s->tick);
	if (s->source != NULL)
		loop_remove(s->loop, s->source);
	device_done(&s->device);
	player_free(s->player);
	shadow_done(&s->shadow);
	free(s->stage);
	free(s);
}

void
speaker_add(struct speaker *s, int64_t turn, int rate, const void *p,
    size_t samples)
{
	(void)player_add(s->player, clock_ms(), turn, rate, p, samples);
}

bool
speaker_full(const struct speaker *s)
{
	return player_full(s->player);
}

void
speaker_turn_done(struct speaker *s, int64_t turn)
{
	player_turn_done(s->player, clock_ms(), turn);
}

void
speaker_new_stream(struct speaker *s)
{
	player_new_stream(s->player);
}

void
speaker_input_done(struct speaker *s)
{
	player_input_done(s->player);
	speaker_pump(s);
}

void
speaker_pump(struct speaker *s)
{
	step(s);
}

void
speaker_interrupt(struct speaker *s, int64_t turn)
{
	int delay = 0, r = 0;

	s->stats.interrupts++;
	if (s->device.audio != NULL && player_holds(s->player, turn)) {
		if (s->running) {
			delay = audio_delay(s->device.audio);
			r = audio_drop(s->device.audio);
			stopped(s, delay > 0 ? delay : 0);
		}
		s->running = false;
		if (delay >= 0) {
			record(s, delay);
			player_heard(s->player, clock_ms(),
			    delay + s->staged, delay + s->staged);
		} else if (delay == AUDIO_XRUN) {
			record(s, 0);
			player_heard(s->player, clock_ms(), s->staged,
			    s->staged);
		}
		forget(s);
	}
	player_interrupt(s->player, clock_ms(), turn);
	if (!device_ready(&s->device))
		return;
	if (delay < AUDIO_XRUN || r < 0)
		(void)trouble(s, r < 0 ? r : delay);
}

void
speaker_silence(struct speaker *s)
{
	if (player_holds(s->player, 0) || player_queued(s->player) > 0)
		speaker_interrupt(s, 0);
}

void
speaker_stats(const struct speaker *s, struct speaker_stats *st)
{
	*st = s->stats;
	st->heard_ms = (int64_t)s->heard_ms;
	st->stale_ms = player_stale(s->player);
	st->dry = player_dry(s->player);
}
