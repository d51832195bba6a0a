/*
 * A FIFO is read as fast as its data arrive.  A file in place of a loudspeaker
 * is read three seconds ahead of the microphone, and the microphone, if it is a
 * file too, waits for it: so both may be read at any pace.
 */
#include "mic/canceller.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "loop/input.h"
#include "stream/remote.h"
#include "stream/stream.h"

enum {
	AHEAD_US = 3000000,
	APART_US = 60000000,	/* of one clock there is no such pause */
	NEWS_MS = 10000,
	SILENT = 4		/* records in a row that no piece parts */
};

struct canceller {
	struct aec_config c;
	const struct canceller_ops *ops;
	void *arg;
	struct aec *aec;
	struct remote *remote;
	struct input *played;
	int16_t *in, *out;
	int64_t from, at;	/* of the first frame and the last; -1: none
				 * yet */
	int64_t asked;		/* of the frame that waits; -1: none yet */
	int64_t first, last;	/* of what was played; -1: none yet */
	bool untimed;		/* something was, at a time not told */
	int told_ms;		/* since the last report */
	bool told;		/* what is played, or that it is not told */
	int silent;		/* records of that until then */
	bool refused;		/* a reference, and that was said */
};

/* Whether it is a regular file not yet read to its end. */
static bool
more(const struct canceller *c)
{
	return input_is_file(c->played) && !remote_ended(c->remote);
}

/* Pauses when far ahead of the microphone, or of the first sound. */
static bool
wait(void *arg)
{
	struct canceller *c = arg;
	int64_t now = c->at > c->asked ? c->at : c->asked;
	int64_t from = now >= 0 ? now : c->first;

	return more(c) && from >= 0 &&
	    aec_ready(c->aec, (from + AHEAD_US) * 1000);
}

/* Somebody tells what was played, and not its sound: not only what came between
 * two pieces of it. */
static void
silent(struct canceller *c)
{
	if (c->told || ++c->silent < SILENT)
		return;
	remote_complain(c->remote, "tells what was played and not its sound: "
	    "nothing is cancelled: gl-play --reference");
	c->told = true;
}

static void
refuse(struct canceller *c, int64_t rate, int64_t frame, int64_t ns)
{
	char text[160];

	if (!c->refused) {
		snprintf(text, sizeof(text), "a reference is left out, and "
		    "others may be: its rate %" PRId64 ", frame %" PRId64
		    " or ns %" PRId64 " is impossible", rate, frame, ns);
		remote_complain(c->remote, text);
	}
	c->refused = true;
}

static void
take(void *arg, const struct record *r)
{
	struct canceller *c = arg;
	int64_t frame = json_get_int(r->head, "frame", -1);
	int64_t ns = json_get_int(r->head, "ns", -1);
	int64_t rate = json_get_int(r->head, "rate", 24000);

	if (strcmp(r->type, "played") == 0)
		silent(c);
	if (strcmp(r->type, "reference") != 0)
		return;
	if (frame < 0) {
		refuse(c, rate, frame, ns);
		return;
	}
	if (json_true(json_get(r->head, "stop"))) {
		aec_stopped(c->aec, frame);
		return;
	}
	c->told = true;
	if (rate < 0 || rate > INT_MAX || !aec_played(c->aec, frame, (int)rate,
	    json_true(json_get(r->head, "start")), ns, r->payload,
	    r->payload_len / 2)) {
		refuse(c, rate, frame, ns);
		return;
	}
	if (ns >= 0 && c->first < 0)
		c->first = ns / 1000;
	if (ns >= 0)
		c->last = ns / 1000;
	c->untimed = c->first < 0;
}

static void
taken(void *arg)
{
	struct canceller *c = arg;

	c->ops->more(c->arg);
}

static void
over(void *arg, int code, const char *why)
{
	struct canceller *c = arg;

	c->ops->over(c->arg, code, why);
	aec_stopped(c->aec, INT64_MAX);
	c->ops->more(c->arg);
}

static void
lost(void *arg, const char *why)
{
	struct canceller *c = arg;

	c->ops->lost(c->arg, why);
}

static const struct remote_ops remote_ops = { take, taken, wait, lost, over };

static const struct input_ops input_ops = { remote_window, remote_filled,
	remote_end, remote_gone };

struct canceller *
canceller_new(struct loop *loop, const char *path,
    const struct aec_config *config, const struct canceller_ops *ops,
    void *arg)
{
	struct canceller *c = mem_alloc(sizeof(*c));
	int saved;

	c->c = *config;
	c->ops = ops;
	c->arg = arg;
	c->from = c->at = c->asked = c->first = c->last = -1;
	c->remote = remote_new(path, &remote_ops, c);
	c->played = input_open(loop, path, &input_ops, c->remote);
	if (c->played == NULL) {
		saved = errno;
		canceller_free(c);
		errno = saved;
		return NULL;
	}
	if (input_survives(c->played))
		remote_mend(c->remote);
	c->c.early = canceller_is_file(c);
	c->aec = aec_new(&c->c);
	c->in = mem_resize(NULL, (size_t)config->samples, sizeof(*c->in));
	c->out = mem_resize(NULL, (size_t)config->samples, sizeof(*c->out));
	return c;
}

void
canceller_free(struct canceller *c)
{
	if (c == NULL)
		return;
	input_close(c->played);
	remote_free(c->remote);
	aec_free(c->aec);
	free(c->in);
	free(c->out);
	free(c);
}

const int16_t *
canceller_frame(struct canceller *c, int64_t at, const int16_t *p, int n)
{
	struct aec_news news;
	bool changed;

	/* the last frame of a file may be short */
	memset(c->in, 0, (size_t)c->c.samples * sizeof(*p));
	memcpy(c->in, p, (size_t)n * sizeof(*p));
	c->from = c->from < 0 ? at : c->from;
	c->at = at;
	changed = aec_frame(c->aec, at * 1000, c->in, c->out);
	c->told_ms += c->c.samples * 1000 / c->c.rate;
	if (changed || c->told_ms >= NEWS_MS) {
		c->told_ms = 0;
		aec_news(c->aec, &news);
		if (changed || news.why != NULL)
			c->ops->news(c->arg, &news, changed);
	}
	return c->out;
}

void
canceller_gap(struct canceller *c)
{
	aec_gap(c->aec);
}

bool
canceller_behind(struct canceller *c, int64_t at)
{
	c->asked = at;
	return more(c) && !aec_ready(c->aec, at * 1000);
}

bool
canceller_is_file(const struct canceller *c)
{
	return input_is_file(c->played);
}

bool
canceller_never_met(const struct canceller *c, char *why, size_t size)
{
	if (!canceller_is_file(c) || c->at < 0)
		return false;
	if (c->untimed) {
		snprintf(why, size, "no reference tells when it sounded (ns): "
		    "nothing was cancelled");
		return true;
	}
	if (c->first < 0 || (c->first <= c->at + APART_US &&
	    c->from <= c->last + APART_US))
		return false;
	snprintf(why, size, "what was played is told from %.3f s on, and what "
	    "was heard goes from %.3f to %.3f s: nothing was cancelled",
	    (double)c->first / 1e6, (double)c->from / 1e6,
	    (double)c->at / 1e6);
	return true;
}
