/*
 * The device side of the play queue.  step() is the whole of it: what was
 * heard goes to the queue and the recorder, what is next comes from the queue
 * into the device; everything that happens to a device is a return value there.
 */
#include "play/speaker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sound/audio.h"
#include "base/clock.h"
#include "play/fifo.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "play/recorder.h"

enum {
	RETRY_MS = 250,		/* between tries to open a lost device */
	WAKE_MS = 100,		/* the same for a suspended one */
	TICK_MS = 10,		/* looks at a device that plays out */
	WATCH_MS = 500,		/* and at one that plays */
	STILL_MS = 2000,	/* it takes no sound: said */
	NEWS_MS = 50,		/* the first sound waits so long for its news */
	PIPE_PIECE = 1500,	/* frames: with its header within PIPE_BUF */
	REST_MS = 60		/* silence in the device between turns, where it
				 * runs on: the next sound waits behind it */
};

struct speaker {
	struct loop *loop;
	struct source *source;
	struct timer tick;
	struct speaker_opts o;
	char *device;
	const struct speaker_ops *ops;
	void *arg;
	struct player *player;
	struct recorder *recorder;
	struct audio *audio;	/* NULL while it is lost */
	struct audio_params params;
	int asked;		/* the rate it was opened for */
	int64_t frames;		/* given to it and not taken back, so far */
	bool running;		/* it holds, or may hold, frames of ours */
	bool asleep;
	bool over, done;
	int16_t *stage;		/* filled, and not taken by the device yet */
	int staged, stage_off;
	struct fifo shadow;	/* written and not heard, for the recorder */
	int64_t lost_at;	/* since when it is lost or asleep; 0 */
	int64_t moved_at;	/* when it last took or played sound */
	int64_t last_level;
	bool still_said;
	int64_t news_until;	/* the stage waits for its news; 0 */
	struct speaker_stats stats;
	double heard_ms;
	char why[256];
};

/* The device was stopped before the last `unheard` frames. */
static void
stopped(struct speaker *s, int64_t unheard)
{
	if (!s->o.reference || !s->running)
		return;
	s->frames -= unheard < s->frames ? unheard : s->frames;
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

static void
say_device(struct speaker *s)
{
	char text[200];

	snprintf(text, sizeof(text), "%s: %d Hz, %d channel%s, buffer %.1f ms, "
	    "period %.1f ms", s->device ? s->device : "no device",
	    s->params.rate, s->params.channels,
	    s->params.channels == 1 ? "" : "s",
	    (double)s->params.buffer_us / 1e3,
	    (double)s->params.period_us / 1e3);
	s->ops->say(s->arg, SPEAKER_INFO, text);
}

static int
open_device(struct speaker *s, int rate)
{
	struct audio_params p = { .rate = rate, .channels = 1,
	    .buffer_us = s->o.buffer_us, .period_us = s->o.period_us };

	s->audio = s->device == NULL ? audio_none(&p) :
	    audio_open(s->device, false, &p, s->why, sizeof(s->why));
	if (s->audio == NULL)
		return -1;
	s->params = p;
	s->asked = rate;
	s->running = s->asleep = false;
	s->stage = mem_resize(s->stage, (size_t)p.buffer, sizeof(*s->stage));
	s->staged = s->stage_off = 0;
	fifo_done(&s->shadow);
	fifo_init(&s->shadow, s->recorder ?
	    ((size_t)p.buffer + (size_t)p.rate) * 2 : 2);
	player_device(s->player, p.rate, p.period);
	s->moved_at = clock_ms();
	say_device(s);
	return 0;
}

/* The frames beyond `level` in the shadow have been heard. */
static void
record(struct speaker *s, int64_t level)
{
	const void *p;
	size_t n, over;
	char text[300];

	while (s->recorder != NULL && (int64_t)s->shadow.used / 2 > level) {
		over = s->shadow.used - (size_t)level * 2;
		p = fifo_rwin(&s->shadow, &n);
		n = n < over ? n : over;
		if (recorder_add(s->recorder, s->params.rate, p, n / 2) == -1) {
			/* the sound goes on without it */
			snprintf(text, sizeof(text), "%s: %s; nothing more is "
			    "recorded", recorder_path(s->recorder),
			    strerror(errno));
			s->recorder = NULL;
			s->ops->say(s->arg, SPEAKER_WARN, text);
		}
		fifo_take(&s->shadow, n);
	}
}

static void
shadow(struct speaker *s, const int16_t *p, int n)
{
	size_t room = (s->shadow.size - s->shadow.used) / 2;

	if (s->recorder == NULL)
		return;
	/* a device that holds more than its buffer and a second has no bound
	 * that we know: the oldest was heard */
	if (room < (size_t)n)
		record(s, (int64_t)(s->shadow.used / 2) -
		    (int64_t)((size_t)n - room));
	fifo_put(&s->shadow, p, (size_t)n * 2);
}

/* n frames were taken by the device. */
static void
refer(struct speaker *s, const int16_t *p, int n, bool start)
{
	int most = PIPE_PIECE, piece;
	int64_t ns = -1;

	if (!s->o.reference)
		return;
	if (audio_stamp(s->audio, &ns))
		ns -= (int64_t)n * 1000000000 / s->params.rate;
	/* one stamp a time: more of them would be the same one */
	for (; n > 0; n -= piece, p += piece, ns = -1, start = false) {
		piece = n < most ? n : most;
		s->ops->reference(s->arg, s->frames, s->params.rate, start,
		    ns, p, piece);
		s->frames += piece;
	}
}

/* What the device held is not heard, or will be written again. */
static void
forget(struct speaker *s)
{
	s->staged = s->stage_off = 0;
	s->news_until = 0;
	fifo_clear(&s->shadow);
}

static void
lost(struct speaker *s)
{
	int64_t now = clock_ms();
	char text[300];

	stopped(s, s->last_level);
	forget(s);
	player_lost(s->player, now);
	s->running = s->asleep = false;
	snprintf(s->why, sizeof(s->why), "%s", audio_why(s->audio));
	audio_close(s->audio);
	s->audio = NULL;
	s->lost_at = now;
	snprintf(text, sizeof(text), "%s; trying for %lld s", s->why,
	    (long long)s->o.reopen_ms / 1000);
	s->ops->say(s->arg, SPEAKER_WARN, text);
	loop_timer(s->loop, &s->tick, now + RETRY_MS);
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
	s->ops->say(s->arg, SPEAKER_DEBUG, "xrun");
}

/* Something other than a count; true where the device can go on. */
static bool
trouble(struct speaker *s, int what)
{
	if (what == AUDIO_XRUN) {
		ran_dry(s);
		return true;
	}
	if (what == AUDIO_GONE) {
		lost(s);
		return false;
	}
	s->asleep = true;
	s->lost_at = clock_ms();
	s->ops->say(s->arg, SPEAKER_WARN, "the device is suspended");
	loop_timer(s->loop, &s->tick, s->lost_at + WAKE_MS);
	return false;
}

/* Whether the device moves at all: a suspended server takes sound, and then
 * stands. */
static bool
stands_still(struct speaker *s, int64_t now, int64_t level)
{
	if (level != s->last_level || !player_busy(s->player)) {
		if (s->still_said)
			s->ops->say(s->arg, SPEAKER_WARN,
			    "the device plays again");
		s->still_said = false;
		s->last_level = level;
		s->moved_at = now;
		return false;
	}
	if (now - s->moved_at >= STILL_MS && !s->still_said) {
		s->still_said = true;
		s->ops->say(s->arg, SPEAKER_WARN,
		    "the device takes no sound (suspended?)");
	}
	if (now - s->moved_at < s->o.reopen_ms)
		return false;
	snprintf(s->why, sizeof(s->why), "%s: the device took no sound for "
	    "%lld s", s->device ? s->device : "none",
	    (long long)s->o.reopen_ms / 1000);
	finish(s, s->why);
	return true;
}

/* How much is buffered; what was heard is reported.  Returns the device's
 * room or an AUDIO_ value. */
static int
look(struct speaker *s)
{
	int64_t now = clock_ms();
	int delay, avail, fill;

	if (!s->running) {
		player_heard(s->player, now, s->staged, s->staged);
		return s->params.buffer;
	}
	avail = audio_avail(s->audio);
	if (avail < 0)
		return avail;
	delay = audio_delay(s->audio);
	if (delay < 0)
		return delay;
	record(s, delay);
	fill = s->params.buffer - avail;
	player_heard(s->player, now, delay + s->staged, fill + s->staged);
	if (stands_still(s, now, delay + s->staged))
		return AUDIO_ASLEEP;
	/* all was heard, the silence behind it too */
	if (fill == 0 && s->staged == 0 && !player_busy(s->player) &&
	    !s->o.reference) {
		s->running = false;
		forget(s);
		if ((avail = audio_drop(s->audio)) < 0)
			return avail;
		player_lost(s->player, now);
		return s->params.buffer;
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
	bool start = !s->running;

	if (start)
		s->moved_at = clock_ms();
	s->running = true;
	shadow(s, p, n);
	refer(s, p, n, start);
}

static int
rest_frames(const struct speaker *s)
{
	int most = s->params.buffer - s->params.period;
	int n = s->params.rate * REST_MS / 1000;

	return n < most ? n : most;
}

/* A device that runs on is given silence where there is no sound.  0, or an
 * AUDIO_ value. */
static int
rest(struct speaker *s, int room)
{
	int16_t quiet[480] = { 0 };
	int lack = rest_frames(s) - (s->params.buffer - room), n;

	if (!s->o.reference || s->staged > 0)
		return 0;
	/* not in crumbs */
	if (s->running && lack < s->params.period / 2)
		return 0;
	for (; lack > 0; lack -= n) {
		n = audio_write(s->audio, quiet, lack < 480 ? lack : 480);
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
		n = audio_write(s->audio, s->stage + s->stage_off,
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

/* A device at rest is opened anew where the next sound has another rate than
 * it was opened for. */
static bool
suit(struct speaker *s)
{
	int rate = player_rate(s->player);

	if (s->running || s->staged > 0 || rate == 0 || rate == s->asked)
		return true;
	audio_close(s->audio);
	s->audio = NULL;
	if (open_device(s, rate) == 0)
		return true;
	s->lost_at = clock_ms();
	loop_timer(s->loop, &s->tick, s->lost_at + RETRY_MS);
	return false;
}

static void
plan(struct speaker *s)
{
	int64_t now = clock_ms(), at = player_deadline(s->player), when;

	if (s->running) {
		/* the end of the sound is looked for often */
		when = now + (player_busy(s->player) ? WATCH_MS : TICK_MS);
		at = at < when ? at : when;
	}
	if (s->o.reference) {
		when = now + REST_MS / 6;
		at = at < when ? at : when;
	}
	if (s->news_until > 0)
		at = now + 1;
	else if (s->device == NULL && (s->staged > 0 ||
	    player_wants(s->player, now))) {
		when = audio_when(s->audio) / 1000 + 1;
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

	if (s->over || s->audio == NULL || s->asleep)
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
			room = s->params.buffer;
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

static bool
out_of_patience(struct speaker *s, int64_t now)
{
	if (now - s->lost_at < s->o.reopen_ms)
		return false;
	finish(s, s->why);
	return true;
}

static void
try_again(struct speaker *s)
{
	int64_t now = clock_ms();
	int rate = player_rate(s->player);

	if (open_device(s, rate > 0 ? rate : s->asked) == 0) {
		s->lost_at = 0;
		s->stats.reopened++;
		s->ops->say(s->arg, SPEAKER_WARN, "the device is back");
		step(s);
	} else if (!out_of_patience(s, now)) {
		loop_timer(s->loop, &s->tick, now + RETRY_MS);
	}
}

static void
try_wake(struct speaker *s)
{
	int64_t now = clock_ms();
	int r = audio_wake(s->audio);

	if (r == AUDIO_ASLEEP) {
		snprintf(s->why, sizeof(s->why), "%s: the device stayed "
		    "suspended", s->device ? s->device : "none");
		if (!out_of_patience(s, now))
			loop_timer(s->loop, &s->tick, now + WAKE_MS);
		return;
	}
	s->asleep = false;
	if (r == AUDIO_GONE) {
		lost(s);
		return;
	}
	s->ops->say(s->arg, SPEAKER_WARN, "the device is awake");
	if (r == 0) {
		stopped(s, s->last_level);
		forget(s);
		s->running = false;
		player_lost(s->player, now);
	}
	step(s);
}

static void
tick(void *arg)
{
	struct speaker *s = arg;

	if (s->over)
		return;
	if (s->audio == NULL)
		try_again(s);
	else if (s->asleep)
		try_wake(s);
	else
		step(s);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct speaker *s = arg;

	if (s->over || s->audio == NULL || s->asleep || s->news_until > 0 ||
	    (s->staged == 0 && !player_wants(s->player, clock_ms())))
		return 0;
	return audio_want(s->audio, pfd, room);
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct speaker *s = arg;
	struct pollfd copy[16];

	if (s->audio == NULL || n > 16)
		return;
	memcpy(copy, pfd, (size_t)n * sizeof(*pfd));
	if (audio_ready(s->audio, copy, n))
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
	struct speaker *s = mem_alloc(sizeof(*s));

	s->loop = loop;
	s->o = *o;
	s->device = mem_str(o->device);
	s->recorder = recorder;
	s->ops = ops;
	s->arg = arg;
	s->player = player_new(&c, &player_ops, s);
	s->tick.fire = tick;
	s->tick.arg = s;
	if (open_device(s, o->rate) == -1) {
		snprintf(why, size, "%s", s->why);
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
	audio_close(s->audio);
	player_free(s->player);
	fifo_done(&s->shadow);
	free(s->stage);
	free(s->device);
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
	if (s->audio != NULL && player_holds(s->player, turn)) {
		if (s->running) {
			delay = audio_delay(s->audio);
			r = audio_drop(s->audio);
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
	if (s->audio == NULL || s->asleep)
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
