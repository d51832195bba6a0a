/*
 * Other programs cannot notify us: while it is shown, the row is checked a few
 * times a second.
 */
#include "loop/prompt.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/row.h"
#include "loop/loop.h"

enum { LOOK_MS = 100, SIZE_MAX_SHOWN = 128 << 10 };

struct prompt {
	struct loop *loop;
	void (*draw)(void *arg, int columns, struct buf *out);
	void *arg;
	int fd;
	bool shown;
	bool drawn;		/* since show was called */
	uint64_t mark;
	struct timer look;
};

static void
draw(struct prompt *p)
{
	struct buf out;

	/* a terminal stopped by ^S takes nothing, and what is typed after
	 * another program's question is not for us: later */
	if (!row_front(p->fd) || row_others_ask(p->fd) ||
	    !fd_writable(p->fd))
		return;
	buf_init(&out, SIZE_MAX_SHOWN);
	row_take(p->fd, 0, &out);
	p->draw(p->arg, fd_columns(p->fd), &out);
	if (!out.failed && out.len > 0)
		fd_write_all(p->fd, out.data, out.len);
	p->mark = row_give(ROW_PROMPT, 0);
	p->drawn = true;
	buf_done(&out);
}

static void
look(void *arg)
{
	struct prompt *p = arg;
	int64_t ago = INT64_MAX, now = loop_now(p->loop);

	if (!p->drawn || (row_moved(p->fd, p->mark, &ago) &&
	    ago >= PROMPT_PAUSE_MS))
		draw(p);
	loop_timer(p->loop, &p->look, now + LOOK_MS);
}

static void
on_cont(void *arg, int signo)
{
	struct prompt *p = arg;

	(void)signo;
	p->drawn = false;
}

struct prompt *
prompt_new(struct loop *loop, int fd,
    void (*how)(void *arg, int columns, struct buf *out), void *arg)
{
	struct prompt *p = mem_alloc(sizeof(*p));

	p->loop = loop;
	p->fd = fd;
	p->draw = how;
	p->arg = arg;
	p->look.fire = look;
	p->look.arg = p;
	loop_signal(loop, SIGCONT, on_cont, p);
	return p;
}

void
prompt_free(struct prompt *p)
{
	if (p == NULL)
		return;
	loop_signal(p->loop, SIGCONT, NULL, NULL);
	loop_untimer(p->loop, &p->look);
	free(p);
}

void
prompt_show(struct prompt *p)
{
	p->shown = true;
	p->drawn = false;
	draw(p);
	loop_timer(p->loop, &p->look, loop_now(p->loop) + LOOK_MS);
}

bool
prompt_shown(const struct prompt *p)
{
	return p->shown;
}

bool
prompt_stands(const struct prompt *p)
{
	int64_t ago;

	return p->shown && p->drawn && !row_moved(p->fd, p->mark, &ago);
}

void
prompt_answered(struct prompt *p)
{
	struct buf out;

	prompt_hide(p);
	/* the echoed newline has ended whatever was there */
	buf_init(&out, SIZE_MAX_SHOWN);
	row_take(p->fd, p->mark, &out);
	row_give(ROW_DONE, 0);
	buf_done(&out);
}

void
prompt_hide(struct prompt *p)
{
	p->shown = false;
	loop_untimer(p->loop, &p->look);
}
