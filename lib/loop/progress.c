/*
 * The speed and the time left are computed over the whole run so far: with a
 * service that takes a file in bursts, any shorter window would jump.
 */
#include "loop/progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"

enum { ROW_MAX = 4096, SOON_MS = 50 };

struct progress {
	struct loop *loop;
	struct timer timer;
	bool json;
	progress_where *where;
	void *arg;
	int64_t begun;
};

/* The time left at the speed so far, in ms; -1 if unknown. */
static int64_t
left(const struct progress_at *at, int64_t ms)
{
	if (at->size <= 0 || at->bytes <= 0 || at->bytes > at->size)
		return -1;
	return (int64_t)((double)(at->size - at->bytes) / (double)at->bytes *
	    (double)ms);
}

/* The length of all the sound, if the rest is like what came. */
static int64_t
whole(const struct progress_at *at)
{
	return (int64_t)((double)at->ms * (double)at->size /
	    (double)at->bytes);
}

static void
hms(struct buf *b, int64_t ms)
{
	int64_t s = ms / 1000;

	if (s >= 3600)
		buf_printf(b, "%" PRId64 ":%02d:%02d", s / 3600,
		    (int)(s / 60 % 60), (int)(s % 60));
	else
		buf_printf(b, "%d:%02d", (int)(s / 60), (int)(s % 60));
}

static void
bytes(struct buf *b, int64_t n)
{
	if (n < 1000000)
		buf_printf(b, "%.1f kB", (double)n / 1e3);
	else if (n < 1000000000)
		buf_printf(b, "%.1f MB", (double)n / 1e6);
	else
		buf_printf(b, "%.2f GB", (double)n / 1e9);
}

void
progress_row(struct buf *b, const struct progress_at *at, int64_t ms)
{
	bool known = at->size > 0 && at->bytes > 0;

	if (at->files > 1)
		buf_printf(b, "file %d of %d, ", at->file, at->files);
	if (at->ms >= 0)
		hms(b, at->ms);
	else
		bytes(b, at->bytes);
	if (known) {
		buf_printf(b, " of ");
		if (at->ms >= 0)
			hms(b, whole(at));
		else
			bytes(b, at->size);
		buf_printf(b, " (%d%%)", (int)(at->bytes * 100 / at->size));
	}
	if (ms > 0 && at->ms >= 0)
		buf_printf(b, ", %.1fx", (double)at->ms / (double)ms);
	else if (ms > 0) {
		buf_printf(b, ", ");
		bytes(b, at->bytes * 1000 / ms);
		buf_printf(b, "/s");
	}
	if (left(at, ms) >= 0) {
		buf_printf(b, ", ");
		hms(b, left(at, ms) + 999);
		buf_printf(b, " left");
	}
}

void
progress_json(struct buf *b, const struct progress_at *at, int64_t ms,
    bool done)
{
	buf_printf(b, "{\"type\":\"progress\",\"ms\":%" PRId64 ",\"bytes\":%"
	    PRId64, ms, at->bytes);
	if (at->size > 0)
		buf_printf(b, ",\"size\":%" PRId64, at->size);
	if (at->ms >= 0)
		buf_printf(b, ",\"at_ms\":%" PRId64, at->ms);
	if (at->ms >= 0 && ms > 0)
		buf_printf(b, ",\"speed\":%.2f", (double)at->ms / (double)ms);
	if (at->files > 1)
		buf_printf(b, ",\"file\":%d,\"files\":%d", at->file, at->files);
	if (!done && left(at, ms) >= 0)
		buf_printf(b, ",\"left_ms\":%" PRId64, left(at, ms));
	buf_printf(b, ",\"done\":%s}", done ? "true" : "false");
}

static enum progress_status
show(struct progress *p, bool done)
{
	enum progress_status st;
	int64_t ms = loop_now(p->loop) - p->begun;
	struct progress_at at = { .ms = -1 };
	struct buf b;

	st = p->where(p->arg, &at);
	if (st != PROGRESS_KNOWN) {
		log_status(NULL);
		return st;
	}
	buf_init(&b, ROW_MAX);
	if (p->json) {
		progress_json(&b, &at, ms, done);
		log_raw(b.data);
	} else {
		progress_row(&b, &at, ms);
		log_status(b.data);
	}
	buf_done(&b);
	return st;
}

static void
on_timer(void *arg)
{
	struct progress *p = arg;
	int ms = show(p, false) == PROGRESS_SOON ? SOON_MS : PROGRESS_EVERY_MS;

	loop_timer(p->loop, &p->timer, loop_now(p->loop) + ms);
}

static void
on_stop(void *arg, int signo)
{
	struct progress *p = arg;

	log_status(NULL);
	loop_default(p->loop, signo);
}

struct progress *
progress_new(struct loop *loop, bool json, progress_where *where, void *arg)
{
	struct progress *p = mem_alloc(sizeof(*p));

	p->loop = loop;
	p->json = json;
	p->where = where;
	p->arg = arg;
	p->begun = loop_now(loop);
	p->timer.fire = on_timer;
	p->timer.arg = p;
	if (!json)
		loop_signal(loop, SIGTSTP, on_stop, p);
	loop_timer(loop, &p->timer, p->begun + (json ? PROGRESS_EVERY_MS :
	    PROGRESS_PATIENCE_MS));
	return p;
}

void
progress_end(struct progress *p)
{
	if (p == NULL || !p->timer.armed)
		return;
	loop_untimer(p->loop, &p->timer);
	if (p->json) {
		show(p, true);
		return;
	}
	log_status(NULL);
	loop_signal(p->loop, SIGTSTP, NULL, NULL);
}

void
progress_free(struct progress *p)
{
	progress_end(p);
	free(p);
}
