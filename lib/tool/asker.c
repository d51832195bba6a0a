/*
 * The terminal is opened for the first question and read only while one is
 * open, since other programs of the pipeline may read it too.
 */
#include "tool/asker.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "loop/input.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { LINE = 256, ARGS_SHOWN = 200 };

struct question {
	unsigned long serial;
	char *text;
};

struct asker {
	struct loop *loop;
	void (*decide)(void *arg, unsigned long serial, bool yes);
	void *arg;
	int fd;
	struct input *in;
	struct question v[ASKER_MAX];	/* oldest first */
	size_t n;
	char line[LINE];
};

struct asker *
asker_new(struct loop *loop, void (*decide)(void *, unsigned long, bool),
    void *arg)
{
	struct asker *a = mem_alloc(sizeof(*a));

	a->loop = loop;
	a->decide = decide;
	a->arg = arg;
	return a;
}

void
asker_free(struct asker *a)
{
	while (a->n > 0)
		free(a->v[--a->n].text);
	input_close(a->in);
	free(a);
}

/* What was typed before a question was there to be read is no answer to it.
 * In the background it was typed for somebody else. */
static void
show_first(struct asker *a)
{
	if (a->n == 0)
		return;
	if (tcgetpgrp(a->fd) == getpgrp())
		tcflush(a->fd, TCIFLUSH);
	fd_write_all(a->fd, a->v[0].text, strlen(a->v[0].text));
}

static void
drop(struct asker *a, size_t i)
{
	free(a->v[i].text);
	a->n--;
	memmove(a->v + i, a->v + i + 1, (a->n - i) * sizeof(*a->v));
}

static void *
window(void *arg, size_t *n)
{
	struct asker *a = arg;

	*n = LINE;
	return a->n > 0 ? a->line : NULL;
}

/* A line of the user's: a terminal gives them whole. */
static void
filled(void *arg, size_t n)
{
	struct asker *a = arg;
	unsigned long serial = a->v[0].serial;
	size_t i = 0;

	while (i < n && (a->line[i] == ' ' || a->line[i] == '\t'))
		i++;
	drop(a, 0);
	a->decide(a->arg, serial, i < n &&
	    (a->line[i] == 'y' || a->line[i] == 'Y'));
	show_first(a);
}

/* The terminal is gone: nothing was allowed. */
static void
ended(void *arg, int error)
{
	struct asker *a = arg;
	unsigned long serial;

	(void)error;
	input_close(a->in);
	a->in = NULL;
	while (a->n > 0) {
		serial = a->v[0].serial;
		drop(a, 0);
		a->decide(a->arg, serial, false);
	}
}

int
asker_ask(struct asker *a, unsigned long serial, const char *name,
    const char *args)
{
	static const struct input_ops ops = { window, filled, ended };
	size_t n = strlen(args);
	struct buf b;

	if (a->in == NULL) {
		/* a line that poll told of may have been dropped since */
		a->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC |
		    O_NONBLOCK);
		if (a->fd == -1)
			return -1;
		a->in = input_fd(a->loop, a->fd, &ops, a);
	}
	if (a->n == ASKER_MAX)
		return -1;
	buf_init(&b, 4096);
	buf_printf(&b, "gl-tool: run %.64s with ", name);
	/* quoted and tamed: no control character comes to the terminal */
	json_quote(&b, args, n > ARGS_SHOWN ? utf8_cut(args, ARGS_SHOWN) : n);
	buf_str(&b, n > ARGS_SHOWN ? "... ? [y/N] " : " ? [y/N] ");
	a->v[a->n].serial = serial;
	a->v[a->n].text = buf_take(&b, NULL);
	log_tame(a->v[a->n].text);
	a->n++;
	if (a->n == 1)
		show_first(a);
	return 0;
}

void
asker_unask(struct asker *a, unsigned long serial)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].serial == serial) {
			drop(a, i);
			if (i == 0)
				show_first(a);
			return;
		}
}
