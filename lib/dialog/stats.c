/* A timer, and a line each time; the level is that since the previous line. */
#include "dialog/stats.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "sound/pcm.h"
#include "stream/stream.h"

enum { LINE = 4096, QUEUE = 64 << 10 };

struct stats {
	struct loop *loop;
	struct timer timer;
	struct output *out;
	struct pcm_level level[2];	/* the model's, the user's */
	int64_t every_ms, since;
	void (*fill)(void *arg, struct buf *);
	void *arg;
	bool ended;
	bool behind;		/* nobody is reading them */
};

static void
level(struct buf *b, const char *key, struct pcm_level *l)
{
	if (l->samples > 0)
		buf_printf(b, ",\"%s\":%.1f", key, pcm_level_peak(l));
	else
		buf_printf(b, ",\"%s\":null", key);
	*l = (struct pcm_level){ 0 };
}

static void
line(struct stats *s)
{
	struct buf b;

	buf_init(&b, LINE);
	stream_head(&b, "stats");
	stream_int(&b, "t", loop_now(s->loop) - s->since);
	stream_int(&b, "time", clock_wall());
	s->fill(s->arg, &b);
	level(&b, "level_in_db", &s->level[1]);
	level(&b, "level_out_db", &s->level[0]);
	stream_tail(&b, 0);
	/* a line over the limit is dropped */
	if (!b.failed)
		(void)output_add(s->out, b.data, b.len, NULL, 0);
	buf_done(&b);
}

static void
on_time(void *arg)
{
	struct stats *s = arg;

	line(s);
	loop_timer(s->loop, &s->timer, loop_now(s->loop) + s->every_ms);
}

struct stats *
stats_open(struct loop *loop, const struct stats_opts *o,
    const struct output_ops *ops, void (*fill)(void *, struct buf *), void *arg)
{
	struct stats *s;

	errno = 0;
	if (o->every_ms == 0)
		return NULL;
	s = mem_alloc(sizeof(*s));
	s->out = o->path != NULL ?
	    output_open(loop, o->path, QUEUE, ops, arg) :
	    output_fd(loop, o->fd > 0 ? o->fd : 2, QUEUE, ops, arg);
	if (s->out == NULL) {
		free(s);
		return NULL;
	}
	s->loop = loop;
	s->fill = fill;
	s->arg = arg;
	s->every_ms = o->every_ms;
	s->since = loop_now(loop);
	s->timer.fire = on_time;
	s->timer.arg = s;
	loop_timer(loop, &s->timer, s->since + s->every_ms);
	return s;
}

void
stats_close(struct stats *s)
{
	if (s == NULL)
		return;
	loop_untimer(s->loop, &s->timer);
	output_close(s->out);
	free(s);
}

void
stats_sound(struct stats *s, bool user, const void *pcm, size_t samples)
{
	if (s != NULL)
		pcm_level_add(&s->level[user], pcm, samples);
}

void
stats_end(struct stats *s)
{
	if (s == NULL || s->ended)
		return;
	s->ended = true;
	loop_untimer(s->loop, &s->timer);
	s->behind = output_queued(s->out) > 0;
	line(s);
	output_now(s->out);
}

struct output_fate
stats_fate(const struct stats *s)
{
	struct output_fate f = output_fate(s != NULL ? s->out : NULL);

	f.idle |= s != NULL && s->behind;
	return f;
}
