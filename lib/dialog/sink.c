/* F_SETPIPE_SZ: a pipe of one page, so that it holds little old speech */
#define _GNU_SOURCE
/*
 * Records to bytes on descriptors.  The queue of the form holds whole records
 * (or raw samples) and is the only one between the service and the reader;
 * captions are dropped if a terminal does not keep up.
 */
#include "dialog/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/row.h"
#include "loop/output.h"
#include "sound/pcm.h"
#include "stream/render.h"
#include "session/session.h"
#include "stream/stream.h"

enum {
	TEXT_MAX = SINK_MAX,	/* one record rendered */
	CAPTION_MAX = 64 << 10,	/* waiting for the terminal */
	PIPE_SIZE = 4096
};

struct sink {
	enum sink_form form;
	size_t high;
	bool full, failed;
	struct output *out, *captions;
	int out_fd, captions_fd;
	const struct sink_ops *ops;
	void *arg;
	struct render *render;		/* text, JSON */
	struct render *caption_render;
	uint64_t out_mark, captions_mark;	/* of their rows: base/row.h */
	bool out_seen;			/* the output is a terminal */
	struct pcm_rate *rate;		/* converts raw PCM of another rate */
	int from;			/* rate of the last sound */
	struct buf text;
};

static void
broken(void *arg, int error)
{
	struct sink *s = arg;

	s->ops->broken(s->arg, error);
}

static const struct output_ops out_ops = { .broken = broken };

static void
make_renders(struct sink *s, const struct sink_opts *o)
{
	struct render_opts text = {
		.live = o->live, .user = o->labels || o->user, .model = true,
		.labels = o->labels, .events = o->labels, .colour = o->colour
	};
	struct render_opts json = { .json = true };
	struct render_opts captions = {
		.live = true, .user = !o->user || o->form != SINK_TEXT,
		.model = o->model_captions,
		.labels = true, .events = true, .colour = o->colour
	};

	if (s->form == SINK_TEXT)
		s->render = render_new(&text);
	else if (s->form == SINK_JSON)
		s->render = render_new(&json);
	if (s->captions)
		s->caption_render = render_new(&captions);
	s->out_seen = s->render && fd_columns(s->out_fd) > 0;
}

struct sink *
sink_new(struct loop *loop, const struct sink_opts *o,
    const struct sink_ops *ops, void *arg)
{
	struct sink *s = mem_alloc(sizeof(*s));

	s->form = o->form;
	s->ops = ops;
	s->arg = arg;
	s->high = o->form == SINK_PCM ? SINK_PCM_HIGH : SINK_HIGH;
	if (o->form == SINK_PCM)
		fcntl(o->fd, F_SETPIPE_SZ, PIPE_SIZE);
	s->out_fd = o->fd;
	s->captions_fd = o->captions;
	s->out = output_fd(loop, o->fd, SINK_MAX, &out_ops, s);
	output_eager(s->out);
	if (o->captions != -1)
		s->captions = output_fd(loop, o->captions, CAPTION_MAX, NULL,
		    NULL);
	make_renders(s, o);
	buf_init(&s->text, TEXT_MAX);
	return s;
}

void
sink_free(struct sink *s)
{
	if (!s)
		return;
	output_close(s->out);
	output_close(s->captions);
	render_free(s->render);
	render_free(s->caption_render);
	pcm_rate_free(s->rate);
	buf_done(&s->text);
	free(s);
}

/* Queues bytes; a reader so slow that the limit is reached has failed. */
static void
add(struct sink *s, const void *head, size_t hn, const void *body, size_t bn)
{
	if (s->failed || output_add(s->out, head, hn, body, bn) == 0)
		return;
	s->failed = true;
	s->ops->broken(s->arg, ENOBUFS);
}

/* Ends the sound of another rate: outputs what the converter still holds. */
static void
end_rate(struct sink *s)
{
	if (!s->rate)
		return;
	buf_clear(&s->text);
	pcm_rate_flush(s->rate, &s->text);
	add(s, NULL, 0, s->text.data, s->text.len);
	pcm_rate_free(s->rate);
	s->rate = NULL;
}

static void
add_pcm(struct sink *s, const struct session_out *r)
{
	if (r->rate != s->from)
		end_rate(s);
	s->from = r->rate;
	if (r->rate == SINK_RATE) {
		add(s, NULL, 0, r->body, r->body_len);
		return;
	}
	if (!s->rate && !(s->rate = pcm_rate_new(r->rate, SINK_RATE)))
		return;
	buf_clear(&s->text);
	pcm_rate_add(s->rate, r->body, r->body_len / 2, &s->text);
	add(s, NULL, 0, s->text.data, s->text.len);
}

static void
pcm_record(struct sink *s, const struct session_out *r)
{
	if (strcmp(r->type, "audio") == 0) {
		add_pcm(s, r);
	} else if (strcmp(r->type, "interrupted") == 0) {
		output_drop(s->out, true, 2);
		if (s->rate)
			pcm_rate_reset(s->rate);
	}
}

/* Renders a record, or the end, for people or programs. */
static void
render(struct sink *s, struct render *how, const struct session_out *r)
{
	struct record rec = { 0 };

	if (!r) {
		render_end(how, &s->text);
		return;
	}
	rec.type = r->type;
	rec.line = r->head;
	rec.line_len = r->head_len;
	rec.payload = r->body;
	rec.payload_len = r->body_len;
	render_record(how, &rec, &s->text);
}

/* Writes to a terminal, which others use as well: at once, while they wait. */
static void
show(struct sink *s, struct render *how, const struct session_out *r,
    struct output *to, int fd, uint64_t *mark)
{
	size_t first;

	buf_clear(&s->text);
	if (row_take(fd, *mark, &s->text))
		render_moved(how);
	first = s->text.len;
	render_width(how, fd_columns(fd));
	render(s, how, r);
	if (s->text.len == first) {
		row_back();
		return;
	}
	if (to == s->out)
		add(s, s->text.data, s->text.len, NULL, 0);
	else
		output_add(to, s->text.data, s->text.len, NULL, 0);
	output_now(to);
	*mark = row_give(render_open(how) < 0 ? ROW_DONE : ROW_WORDS,
	    render_open(how));
}

static void
show_captions(struct sink *s, const struct session_out *r)
{
	show(s, s->caption_render, r, s->captions, s->captions_fd,
	    &s->captions_mark);
}

static void
write_form(struct sink *s, const struct session_out *r)
{
	if (s->out_seen) {
		show(s, s->render, r, s->out, s->out_fd, &s->out_mark);
		return;
	}
	buf_clear(&s->text);
	render(s, s->render, r);
	add(s, s->text.data, s->text.len, NULL, 0);
}

void
sink_record(struct sink *s, const struct session_out *r)
{
	if (s->form == SINK_STREAM)
		add(s, r->head, r->head_len, r->body, r->body_len);
	else if (s->form == SINK_PCM)
		pcm_record(s, r);
	else
		write_form(s, r);
	if (s->captions)
		show_captions(s, r);
}

void
sink_end(struct sink *s)
{
	end_rate(s);
	if (s->render)
		write_form(s, NULL);
	sink_pause_captions(s);
}

bool
sink_pause_captions(struct sink *s)
{
	if (!s->captions)
		return true;
	show_captions(s, NULL);
	return output_idle(s->captions);
}

bool
sink_full(struct sink *s)
{
	size_t queued = output_queued(s->out);

	if (queued >= s->high)
		s->full = true;
	else if (queued <= s->high / 2)
		s->full = false;
	return s->full;
}

bool
sink_idle(const struct sink *s)
{
	return output_idle(s->out) &&
	    (!s->captions || output_idle(s->captions));
}
