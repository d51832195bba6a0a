/*
 * The play queue.  Chunks of sound are in a list until heard; spans record what
 * the frames in the device consist of, in their order, so that the device's
 * delay shows how much of the list was heard.  When the queue runs dry a little
 * silence follows into the device, so that it can finish its last period; once
 * all sound was heard the caller may stop it.
 */
#include "play/player.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "play/chunks.h"
#include "play/spans.h"
#include "sound/pcm.h"

enum {
	TELL_MS = 500,		/* between news while a turn plays */
	TAIL_MS = 10,		/* between checks for its end */
	LOW_MS = 10,		/* the device nearly dry: silence follows */
	PIECE = 480		/* samples given to the resampler at once */
};

/* Turns of each new stream are numbered above all earlier ones. */
#define TURN_BITS 40
#define TURN_MAX ((INT64_C(1) << TURN_BITS) - 1)

struct player {
	struct player_config c;
	const struct player_ops *ops;
	void *arg;
	struct chunks q;
	struct spans in;	/* the device */
	int64_t begun;		/* frames since the device was last empty */
	bool flowing, padded, input_done;
	int64_t wait_until;	/* for the prebuffer */
	struct pcm_rate *filter; /* from rate_from to the device's */
	int rate_from;
	int64_t rate_turn;
	struct buf out;		/* the resampler's output */
	size_t out_off;
	size_t fed;		/* samples in out, but not yet in a span */
	int64_t dead;		/* turns up to here are interrupted */
	int64_t newest;		/* the last turn that arrived */
	int64_t finished;	/* turns up to here are complete */
	int64_t turn;		/* the one being heard, or heard last */
	double ms;		/* of it heard so far */
	double next_tell;
	bool playing, told_done;
	int level, fill;	/* still to be heard, and of that
				 * in the device's buffer */
	int64_t looked;		/* when these were read */
	int dry;
	double stale;
};

struct player *
player_new(const struct player_config *c, const struct player_ops *ops,
    void *arg)
{
	struct player *p = mem_alloc(sizeof(*p));

	p->c = *c;
	p->ops = ops;
	p->arg = arg;
	chunks_init(&p->q);
	spans_init(&p->in);
	p->told_done = true;
	p->dead = p->finished = -1;
	buf_init(&p->out, 1 << 20);
	return p;
}

static void
forget_spans(struct player *p)
{
	spans_clear(&p->in);
	p->begun = 0;
	p->padded = false;
	p->fed = 0;
	p->out_off = 0;
	buf_clear(&p->out);
	if (p->filter != NULL)
		pcm_rate_reset(p->filter);
}

void
player_free(struct player *p)
{
	chunks_done(&p->q);
	pcm_rate_free(p->filter);
	buf_done(&p->out);
	spans_done(&p->in);
	free(p);
}

void
player_device(struct player *p, int rate, int period)
{
	p->c.rate = rate;
	p->c.period = period;
	pcm_rate_free(p->filter);
	p->filter = NULL;
	forget_spans(p);
}

static void
tell(struct player *p, int64_t turn, double ms, int64_t at, bool done,
    bool interrupted)
{
	struct player_news n = { 0 };

	n.turn = turn & TURN_MAX;
	n.ms = (int64_t)(ms + 0.5);
	n.at = at;
	n.playing = p->playing && !done;
	n.done = done;
	n.interrupted = interrupted;
	p->ops->news(p->arg, &n);
}

/* The turn that was being heard is over. */
static void
finish_turn(struct player *p, int64_t at)
{
	if (!p->told_done)
		tell(p, p->turn, p->ms, at, true, false);
	p->told_done = true;
}

static void
begin_turn(struct player *p, int64_t turn, int64_t at)
{
	if (turn == p->turn && !p->told_done)
		return;
	finish_turn(p, at);
	/* late sound adds to a turn that seemed finished */
	if (turn != p->turn)
		p->ms = 0;
	p->turn = turn;
	p->told_done = false;
	p->next_tell = p->ms + TELL_MS;
	if (p->playing)
		tell(p, turn, p->ms, at, false, false);
}

static bool
complete(const struct player *p, int64_t turn)
{
	return p->input_done || turn <= p->finished || turn < p->newest;
}

/* All available sound has been heard. */
static void
stop_playing(struct player *p, int64_t now)
{
	int64_t at = now - p->in.quiet * 1000 / p->c.rate;

	p->flowing = false;
	p->playing = false;
	if (complete(p, p->turn))
		finish_turn(p, at);
	else if (!p->told_done) {
		p->dry++;
		tell(p, p->turn, p->ms, at, false, false);
	}
}

/* The internal number of a turn of this stream; without one, the newest. */
static int64_t
inner(const struct player *p, int64_t turn)
{
	if (turn <= 0 || turn > TURN_MAX)
		return p->newest;
	return (p->newest & ~TURN_MAX) | turn;
}

bool
player_add(struct player *p, int64_t now, int64_t turn, int rate,
    const void *pcm, size_t samples)
{
	bool named = turn > 0;

	turn = inner(p, turn);
	if (named && turn <= p->dead) {
		p->stale += (double)samples * 1000 / rate;
		return false;
	}
	if (turn > p->newest)
		p->newest = turn;
	if (samples == 0)
		return true;
	if (chunks_add(&p->q, turn, rate, pcm, samples) && !p->flowing)
		p->wait_until = now + p->c.prebuffer;
	return true;
}

bool
player_full(const struct player *p)
{
	return p->q.bytes >= p->c.limit;
}

void
player_turn_done(struct player *p, int64_t now, int64_t turn)
{
	turn = inner(p, turn);
	if (turn > p->finished)
		p->finished = turn;
	/* all of it may have been heard already */
	if (!p->playing && p->q.sent == NULL && p->in.held == 0 &&
	    complete(p, p->turn))
		finish_turn(p, now);
}

void
player_input_done(struct player *p)
{
	p->input_done = true;
}

void
player_new_stream(struct player *p)
{
	p->newest = (p->newest | TURN_MAX) + 1;
	p->dead = p->finished = p->newest - 1;
}

bool
player_holds(const struct player *p, int64_t turn)
{
	const struct chunk *c;

	if (p->in.sound == 0 && p->out_off == p->out.len)
		return false;
	turn = inner(p, turn);
	for (c = p->q.first; c != NULL; c = c->next) {
		if (c->turn <= turn)
			return true;
		if (c == p->q.sent)
			break;
	}
	return false;
}

/* Takes chunks of interrupted turns out of the list. */
static void
remove_turns(struct player *p, int64_t turn, int64_t now)
{
	struct chunk **at = &p->q.first, *c;
	int64_t told = p->turn;

	while ((c = *at) != NULL) {
		if (c->turn > turn) {
			at = &c->next;
			continue;
		}
		if (c->turn != told && c->turn != turn)
			tell(p, c->turn, 0, now, true, true);
		told = c->turn;
		chunks_drop(&p->q, at);
	}
}

/* Everything not heard yet has to be written (again). */
static void
rewind_sent(struct player *p)
{
	forget_spans(p);
	chunks_rewind(&p->q);
}

void
player_interrupt(struct player *p, int64_t now, int64_t turn)
{
	bool held = player_holds(p, turn);
	bool mine;

	turn = inner(p, turn);
	mine = p->turn <= turn && !p->told_done;
	if (turn > p->dead)
		p->dead = turn;
	if (turn > p->finished)
		p->finished = turn;
	if (held)
		p->playing = false;
	if (mine) {
		tell(p, p->turn, p->ms, now, true, true);
		p->told_done = true;
	}
	remove_turns(p, turn, now);
	/* always answered, even if all of it was heard before */
	if (!mine || p->turn != turn)
		tell(p, turn, p->turn == turn ? p->ms : 0, now, true, true);
	if (held)
		rewind_sent(p);
	chunks_settle(&p->q);
	if (p->q.first == NULL)
		p->flowing = false;
}

/* Adds frames to what the device holds.  Without resampling they may all share
 * a span; with it, proportion gives the sample within a short one. */
static void
add_span(struct player *p, int frames, size_t samples, bool sound)
{
	p->begun += frames;
	spans_add(&p->in, frames, samples, sound,
	    p->filter == NULL ? INT_MAX : p->c.rate / 50);
}

/* Takes frames from the resampler's output. */
static int
take_out(struct player *p, int16_t *dst, int n)
{
	size_t have = (p->out.len - p->out_off) / 2;
	size_t take = have < (size_t)n ? have : (size_t)n;
	size_t samples;

	if (take == 0)
		return 0;
	samples = take == have ? p->fed : p->fed * take / have;
	memcpy(dst, p->out.data + p->out_off, take * 2);
	p->out_off += take * 2;
	p->fed -= samples;
	add_span(p, (int)take, samples, true);
	if (p->out_off == p->out.len) {
		p->out_off = 0;
		buf_clear(&p->out);
	}
	return (int)take;
}

/* Takes out what remains in the filter. */
static void
flush_rate(struct player *p)
{
	if (p->filter != NULL)
		(void)pcm_rate_flush(p->filter, &p->out);
}

/* Feeds the resampler a piece of the chunk; if the chunk's rate or turn differs
 * from the previous one's, the rest of that comes out first. */
static void
feed_rate(struct player *p)
{
	struct chunk *c = p->q.sent;
	size_t n = c->samples - p->q.done;

	if (p->filter == NULL || p->rate_from != c->rate ||
	    p->rate_turn != c->turn) {
		if (p->filter != NULL && pcm_rate_held(p->filter) > 0) {
			flush_rate(p);
			return;
		}
		if (p->filter == NULL || p->rate_from != c->rate) {
			pcm_rate_free(p->filter);
			p->filter = pcm_rate_new(c->rate, p->c.rate);
		}
		p->rate_from = c->rate;
		p->rate_turn = c->turn;
	}
	if (n > PIECE)
		n = PIECE;
	if (p->filter != NULL)
		(void)pcm_rate_add(p->filter, c->pcm + 2 * p->q.done, n,
		    &p->out);
	p->fed += n;
	chunks_send(&p->q, n);
}

/* Takes sound for the device. */
static int
fill_sound(struct player *p, int16_t *dst, int n)
{
	struct chunk *c;
	size_t take;
	int got = 0;

	while (got < n) {
		if (p->out_off < p->out.len) {
			got += take_out(p, dst + got, n - got);
			continue;
		}
		if ((c = p->q.sent) == NULL)
			break;
		if (c->rate != p->c.rate || (p->filter != NULL &&
		    pcm_rate_held(p->filter) > 0)) {
			feed_rate(p);
			continue;
		}
		take = c->samples - p->q.done;
		if (take > (size_t)(n - got))
			take = (size_t)(n - got);
		memcpy(dst + got, c->pcm + 2 * p->q.done, take * 2);
		add_span(p, (int)take, take, true);
		chunks_send(&p->q, take);
		got += (int)take;
	}
	return got;
}

/* Whether waiting sound may start. */
static bool
may_start(const struct player *p, int64_t now)
{
	return p->flowing || now >= p->wait_until ||
	    p->q.unsent_us >= p->c.prebuffer * 1000 ||
	    complete(p, p->q.sent->turn);
}

static int
low(const struct player *p)
{
	return p->c.rate * LOW_MS / 1000;
}

bool
player_wants(const struct player *p, int64_t now)
{
	return p->out_off < p->out.len ||
	    (p->q.sent != NULL && may_start(p, now));
}

/* Adds silence after the last sound: two periods, so that devices which play
 * whole periods play all of it. */
static int
fill_quiet(struct player *p, int16_t *dst, int n)
{
	int pad = 2 * p->c.period;

	/* a device with less than a period in it has not started */
	if (p->in.sound == 0 || p->padded ||
	    (p->fill > low(p) && p->begun >= p->c.period))
		return 0;
	if (n > pad)
		n = pad;
	memset(dst, 0, (size_t)n * sizeof(*dst));
	add_span(p, n, 0, false);
	p->padded = true;
	return n;
}

int
player_fill(struct player *p, int64_t now, int16_t *dst, int n)
{
	int got;

	if (player_wants(p, now)) {
		if (!p->playing) {
			begin_turn(p, p->q.first->turn, now);
			p->flowing = p->playing = true;
			tell(p, p->turn, p->ms, now + (int64_t)p->level *
			    1000 / p->c.rate, false, false);
		}
	} else if (p->q.sent == NULL && p->filter != NULL &&
	    pcm_rate_held(p->filter) > 0 && p->fill <= low(p)) {
		flush_rate(p);
	} else {
		return p->q.sent == NULL ?
		    fill_quiet(p, dst, n) : 0;
	}
	got = fill_sound(p, dst, n);
	p->padded = false;
	p->fill += got;
	if (p->c.volume != 1)
		pcm_gain(dst, (size_t)got, p->c.volume);
	return got;
}

void
player_rest(struct player *p, int n)
{
	add_span(p, n, 0, false);
	p->fill += n;
}

/* n more samples have been heard. */
static void
step_heard(struct player *p, size_t n, int64_t now)
{
	struct chunk *c;
	size_t take;
	int rate;

	while (n > 0 && (c = p->q.first) != NULL) {
		begin_turn(p, c->turn, now);
		rate = c->rate;
		take = chunks_hear(&p->q, n);
		p->ms += (double)take * 1000 / rate;
		n -= take;
	}
}

void
player_heard(struct player *p, int64_t now, int level, int fill)
{
	p->level = level;
	p->fill = fill;
	p->looked = now;
	if (p->in.held > level)
		step_heard(p, spans_take(&p->in, p->in.held - level), now);
	if (p->playing && p->ms >= p->next_tell && p->in.sound > 0) {
		p->next_tell = p->ms + TELL_MS;
		tell(p, p->turn, p->ms, now, false, false);
	}
	if (p->playing && p->in.sound == 0 && p->q.sent == NULL &&
	    p->out_off == p->out.len &&
	    (p->filter == NULL || pcm_rate_held(p->filter) == 0))
		stop_playing(p, now);
	if (p->in.held == 0)
		p->begun = 0;
}

void
player_lost(struct player *p, int64_t now)
{
	if (p->playing) {
		p->playing = false;
		if (!p->told_done)
			tell(p, p->turn, p->ms, now, false, false);
	}
	rewind_sent(p);
	chunks_settle(&p->q);
	p->level = p->fill = 0;
}

bool
player_busy(const struct player *p)
{
	return p->playing;
}

int64_t
player_deadline(const struct player *p)
{
	int64_t ms;

	if (p->q.sent != NULL && !p->flowing)
		return p->wait_until;
	if (!p->playing || p->q.sent != NULL)
		return INT64_MAX;
	/* dry: check once the device nearly is, and then often */
	ms = ((int64_t)p->fill - low(p)) * 1000 / p->c.rate;
	return p->looked + (ms > TAIL_MS ? ms : TAIL_MS);
}

bool
player_done(const struct player *p)
{
	return p->input_done && !p->playing && p->q.sent == NULL &&
	    p->in.sound == 0;
}

int
player_rate(const struct player *p)
{
	return p->q.sent != NULL ? p->q.sent->rate : 0;
}

int64_t
player_queued(const struct player *p)
{
	return p->q.unsent_us / 1000;
}

int
player_dry(const struct player *p)
{
	return p->dry;
}

int64_t
player_stale(const struct player *p)
{
	return (int64_t)p->stale;
}
