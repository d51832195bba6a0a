/*
 * The terminal is opened for the first question and read only while one is
 * open, since other programs of the pipeline may read it too.  The model is
 * not trusted: its arguments are shown as ASCII, each with its length where it
 * is cut, and what it says meanwhile cannot take the question's place.
 */
#include "tool/asker.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/term.h"
#include "base/utf8.h"
#include "loop/input.h"
#include "loop/loop.h"

enum {
	LINE = 256,
	NAME_MAX_SHOWN = 128,
	ARGS_SHOWN = 24,	/* arguments; how many more are there is said */
	HEAD = 60, TAIL = 30,	/* bytes of a value that is too long */
	PAUSE_MS = 500,		/* of the model's words, before a repetition */
	MOOT_MS = 1000		/* a question that takes another one's place */
};

struct question {
	unsigned long serial;
	char *name, *args;
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
	bool doubtful;		/* something may stand below the question */
	int64_t deaf_until;	/* what comes before was not meant for it */
	struct timer again;
};

/* Text of the model's in printable ASCII; the middle of a long one is left out
 * and its length said. */
static void
ascii(struct buf *b, const char *s, size_t n)
{
	uint32_t c;
	size_t i, len;
	int columns;

	for (i = 0; i < n; i += len) {
		len = utf8_char(s + i, n - i, &columns);
		c = (unsigned char)s[i];
		if (len > 1)
			buf_printf(b, "\\u{%x}", utf8_point(s + i, len));
		else if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", (int)c);
		else if (c >= ' ' && c < 0x7f)
			buf_byte(b, (int)c);
		else
			buf_printf(b, "\\x%02x", c);
	}
}

static void
shown(struct buf *b, const char *s, size_t n, const char *quote)
{
	size_t head, tail;

	buf_str(b, quote);
	if (n <= HEAD + TAIL + 20) {
		ascii(b, s, n);
		buf_str(b, quote);
		return;
	}
	head = utf8_cut(s, HEAD);
	for (tail = n - TAIL; tail < n && (s[tail] & 0xc0) == 0x80; tail++)
		;
	ascii(b, s, head);
	buf_printf(b, "%s...%zu bytes...%s", quote, n - head - (n - tail),
	    quote);
	ascii(b, s + tail, n - tail);
	buf_str(b, quote);
}

static void
value(struct buf *b, const struct json *v)
{
	const char *s;
	struct buf text;
	size_t n;

	if ((s = json_strn(v, &n)) != NULL) {
		shown(b, s, n, "\"");
		return;
	}
	buf_init(&text, 16 << 20);
	json_print(v, &text);
	if (text.failed || text.len == 0)
		buf_str(b, "(too much to show)");
	else
		shown(b, text.data, text.len, "");
	buf_done(&text);
}

/* "gl-tool: name key=value ..."; args are JSON. */
static void
describe(struct buf *b, const struct question *q)
{
	struct json *args = json_parse(q->args, strlen(q->args), NULL, 0);
	const struct json *a;
	size_t n = 0;

	buf_str(b, "gl-tool: ");
	shown(b, q->name, strlen(q->name), "");
	for (a = json_first(args); a != NULL; a = json_next(a)) {
		if (n++ >= ARGS_SHOWN)
			continue;
		buf_byte(b, ' ');
		shown(b, json_key(a), strlen(json_key(a)), "");
		buf_byte(b, '=');
		value(b, a);
	}
	if (n > ARGS_SHOWN)
		buf_printf(b, " and %zu more arguments", n - ARGS_SHOWN);
	json_free(args);
}

/* A row of the asker's own, begun anew where something else may stand; a long
 * one goes on in indented rows. */
static void
print(struct asker *a, bool anew, const struct question *q, const char *after,
    const char *end)
{
	struct buf text, out;
	struct term t;

	buf_init(&text, 64 << 10);
	buf_init(&out, 128 << 10);
	describe(&text, q);
	buf_str(&text, after);
	if (anew)
		buf_byte(&out, '\n');
	term_row(&t, fd_columns(a->fd));
	term_own(&t, "gl-tool:", 8, &out);
	term_put(&t, text.data + 8, text.len - 8, &out);
	buf_str(&out, end);
	fd_write_all(a->fd, out.data, out.len);
	buf_done(&text);
	buf_done(&out);
}

/* What was typed before a question was there to be read is no answer to it.
 * In the background it was typed for somebody else. */
static void
show_first(struct asker *a, bool anew)
{
	loop_untimer(a->loop, &a->again);
	if (a->n == 0)
		return;
	if (tcgetpgrp(a->fd) == getpgrp())
		tcflush(a->fd, TCIFLUSH);
	print(a, anew, &a->v[0], "? [y/N]", " ");
	a->doubtful = false;
}

static void
again(void *arg)
{
	struct asker *a = arg;

	if (a->doubtful)
		show_first(a, true);
}

struct asker *
asker_new(struct loop *loop, void (*decide)(void *, unsigned long, bool),
    void *arg)
{
	struct asker *a = mem_alloc(sizeof(*a));

	a->loop = loop;
	a->decide = decide;
	a->arg = arg;
	a->again.fire = again;
	a->again.arg = a;
	return a;
}

static void
drop(struct asker *a, size_t i)
{
	free(a->v[i].name);
	free(a->v[i].args);
	a->n--;
	memmove(a->v + i, a->v + i + 1, (a->n - i) * sizeof(*a->v));
}

void
asker_free(struct asker *a)
{
	while (a->n > 0)
		drop(a, a->n - 1);
	loop_untimer(a->loop, &a->again);
	input_close(a->in);
	free(a);
}

static void *
window(void *arg, size_t *n)
{
	struct asker *a = arg;

	*n = LINE;
	return a->n > 0 ? a->line : NULL;
}

/* Whether all of the line is the word y or yes. */
static bool
is_yes(const char *s, size_t n)
{
	while (n > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		n--;
	return (n == 1 && strncasecmp(s, "y", 1) == 0) ||
	    (n == 3 && strncasecmp(s, "yes", 3) == 0);
}

/* A line of the user's: a terminal gives them whole. */
static void
filled(void *arg, size_t n)
{
	struct asker *a = arg;
	unsigned long serial = a->v[0].serial;
	bool yes = is_yes(a->line, n);

	if (loop_now(a->loop) < a->deaf_until || (a->doubtful && yes)) {
		show_first(a, false);
		return;
	}
	drop(a, 0);
	a->decide(a->arg, serial, yes);
	show_first(a, false);
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
	loop_untimer(a->loop, &a->again);
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
	static const struct input_ops ops = { window, filled, ended, NULL };

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
	a->v[a->n].serial = serial;
	a->v[a->n].name = mem_str(name);
	a->v[a->n].args = mem_str(args);
	a->n++;
	if (a->n == 1)
		show_first(a, false);
	return 0;
}

void
asker_words(struct asker *a)
{
	if (a->n == 0)
		return;
	a->doubtful = true;
	loop_timer(a->loop, &a->again, loop_now(a->loop) + PAUSE_MS);
}

void
asker_unask(struct asker *a, unsigned long serial)
{
	size_t i;

	for (i = 0; i < a->n && a->v[i].serial != serial; i++)
		;
	if (i == a->n)
		return;
	if (i == 0)
		print(a, true, &a->v[0], ": withdrawn", "\n");
	drop(a, i);
	if (i > 0)
		return;
	a->deaf_until = loop_now(a->loop) + MOOT_MS;
	show_first(a, false);
}
