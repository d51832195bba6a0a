/*
 * The terminal is opened for the first question.  Other programs of the
 * pipeline may read it too: each question takes the keyboard first, and keeps
 * it until it is answered (base/row.h).  The model is not trusted: each of its
 * arguments is shown as ASCII, with its length if truncated, or nothing is
 * asked; and what it says meanwhile cannot pass for the question.
 */
#include "tool/asker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/row.h"
#include "base/term.h"
#include "base/utf8.h"
#include "loop/input.h"
#include "loop/loop.h"
#include "loop/prompt.h"

enum {
	LINE = 256,
	ROWS = 24,		/* of a question, seen at once */
	HEAD = 60, TAIL = 30,	/* bytes of a value that is too long */
	PAUSE_MS = 500,		/* of the model's words, before repeating it */
	MOOT_MS = 1000,		/* input ignored when a question replaces one */
	LOOK_MS = 50,		/* between tries for the keyboard */
	YIELD_MS = 300		/* for others to read a line typed for them */
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
	struct prompt *prompt;
	struct question v[ASKER_MAX];	/* oldest first */
	size_t n;
	char line[LINE];
	size_t len;
	bool long_line;		/* more than fits, until its end */
	bool held;		/* we have the keyboard */
	bool doubtful;		/* there may be text below the question */
	int64_t since;		/* when the first began to wait for it */
	int64_t deaf_until;	/* earlier input was not meant for it */
	struct timer again, look;
};

/* Text of the model's in printable ASCII; the middle of a long one is replaced
 * with its length. */
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

/* A name in full; in quotes unless it is a plain word. */
static void
name(struct buf *b, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t n = strlen(s);
	const char *quote = n > 0 && strspn(s, plain) == n ? "" : "\"";

	buf_str(b, quote);
	ascii(b, s, n);
	buf_str(b, quote);
}

static void value(struct buf *, const struct json *);

/* The members of an object or the elements of an array, all of them. */
static void
members(struct buf *b, const struct json *v, const char *before,
    const char *between)
{
	const struct json *m;
	bool named = json_type(v) == JSON_OBJECT;

	for (m = json_first(v); m != NULL; m = json_next(m)) {
		buf_str(b, before);
		before = between;
		if (named) {
			name(b, json_key(m));
			buf_byte(b, '=');
		}
		value(b, m);
	}
}

static void
value(struct buf *b, const struct json *v)
{
	bool object = json_type(v) == JSON_OBJECT;
	const char *s;
	struct buf text;
	size_t n;

	if ((s = json_strn(v, &n)) != NULL) {
		shown(b, s, n, "\"");
	} else if (object || json_type(v) == JSON_ARRAY) {
		buf_byte(b, object ? '{' : '[');
		members(b, v, "", ", ");
		buf_byte(b, object ? '}' : ']');
	} else {
		buf_init(&text, 64 << 10);
		json_print(v, &text);
		shown(b, text.data, text.len, "");
		buf_done(&text);
	}
}

/* "gl-tool: name key=value ..."; args are JSON. */
static void
describe(struct buf *b, const struct question *q)
{
	struct json *args = json_parse(q->args, strlen(q->args), NULL, 0);

	buf_str(b, "gl-tool: ");
	name(b, q->name);
	members(b, args, " ", " ");
	json_free(args);
}

/* A row of the asker's own; a long one goes on in indented rows. */
static void
row(const struct question *q, const char *after, int columns, struct buf *out)
{
	struct buf text;
	struct term t;

	buf_init(&text, 64 << 10);
	describe(&text, q);
	buf_str(&text, after);
	term_row(&t, columns);
	term_own(&t, "gl-tool:", 8, out);
	term_put(&t, text.data + 8, text.len - 8, out);
	out->failed = out->failed || text.failed;
	buf_done(&text);
}

/* Whether all of a question can be read at once. */
static bool
fits(const struct question *q, int fd)
{
	int columns = fd_columns(fd), left = fd_rows(fd), col = 0;
	struct buf out;
	const char *p;
	bool all;

	left = left > 0 && left < ROWS ? left : ROWS;
	buf_init(&out, 128 << 10);
	row(q, "? [y/N] ", columns, &out);
	for (p = out.data; p < out.data + out.len; p++)
		if (*p == '\r') {
			col = 0;
		} else if (*p == '\n' || ++col > columns) {
			left--;
			col = *p != '\n';
		}
	all = !out.failed && left > 0;
	buf_done(&out);
	return all;
}

static void
forget(struct asker *a)
{
	tcflush(a->fd, TCIFLUSH);
	a->len = 0;
	a->long_line = false;
}

/* What was typed before a question could be read does not answer it. */
static void
draw(void *arg, int columns, struct buf *out)
{
	struct asker *a = arg;

	loop_untimer(a->loop, &a->again);
	forget(a);
	row(&a->v[0], "? [y/N]", columns, out);
	buf_byte(out, ' ');
	a->doubtful = false;
}

static void
withdraw(struct asker *a)
{
	struct buf out;

	prompt_hide(a->prompt);
	buf_init(&out, 128 << 10);
	row_take(a->fd, 0, &out);
	row(&a->v[0], ": withdrawn", fd_columns(a->fd), &out);
	buf_byte(&out, '\n');
	fd_write_all(a->fd, out.data, out.len);
	row_give(ROW_DONE, 0);
	buf_done(&out);
}

/* Whether a waiting line was not typed for us: another program gets a moment to
 * read it. */
static bool
others_line(const struct asker *a)
{
	return loop_now(a->loop) - a->since < YIELD_MS && fd_readable(a->fd);
}

static void
give_back(struct asker *a)
{
	if (!a->held)
		return;
	prompt_hide(a->prompt);
	row_asked(a->fd);
	a->held = false;
}

/* Takes the keyboard for a question, and gives it back after the last one and
 * while the program is in the background. */
static void
look(void *arg)
{
	struct asker *a = arg;
	int64_t now = loop_now(a->loop);

	if (!row_front(a->fd)) {
		give_back(a);
	} else if (a->n > 0 && !a->held) {
		if (!others_line(a) && row_ask(a->fd)) {
			a->held = true;
			prompt_show(a->prompt);
		}
	} else if (a->n == 0 && a->held && now >= a->deaf_until) {
		forget(a);
		give_back(a);
	}
	if (a->n > 0 || a->held)
		loop_timer(a->loop, &a->look, now + LOOK_MS);
}

/* The next question, or none. */
static void
next(struct asker *a)
{
	if (a->n > 0 && a->held)
		prompt_show(a->prompt);
	else if (a->n == 0 && loop_now(a->loop) >= a->deaf_until)
		give_back(a);
}

static void
again(void *arg)
{
	struct asker *a = arg;

	if (a->doubtful && a->held && a->n > 0)
		prompt_show(a->prompt);
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
	a->look.fire = look;
	a->again.arg = a->look.arg = a;
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

static void
close_terminal(struct asker *a)
{
	if (a->in == NULL)
		return;
	give_back(a);
	loop_untimer(a->loop, &a->again);
	loop_untimer(a->loop, &a->look);
	prompt_free(a->prompt);
	input_close(a->in);
	a->prompt = NULL;
	a->in = NULL;
}

void
asker_free(struct asker *a)
{
	while (a->n > 0)
		drop(a, a->n - 1);
	close_terminal(a);
	free(a);
}

static void *
window(void *arg, size_t *n)
{
	struct asker *a = arg;

	if (a->len == LINE) {
		a->long_line = true;
		a->len = 0;
	}
	*n = LINE - a->len;
	return a->held ? a->line + a->len : NULL;
}

/* Whether the line is just y or yes. */
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

/* The end of a line: whatever it is, the cursor is on a new row. */
static void
answered(struct asker *a)
{
	bool yes = !a->long_line && is_yes(a->line, a->len);
	bool sure = !a->doubtful && prompt_stands(a->prompt);
	unsigned long serial;

	prompt_answered(a->prompt);
	a->len = 0;
	a->long_line = false;
	if (a->n > 0 && loop_now(a->loop) >= a->deaf_until && (sure || !yes)) {
		serial = a->v[0].serial;
		drop(a, 0);
		a->decide(a->arg, serial, yes);
	}
	next(a);
}

/* A terminal delivers lines or, if a program has set it so, single keys. */
static void
filled(void *arg, size_t n)
{
	struct asker *a = arg;

	a->len += n;
	if (a->line[a->len - 1] == '\n')
		answered(a);
}

/* The terminal is gone, which allows nothing. */
static void
ended(void *arg, int error)
{
	struct asker *a = arg;
	unsigned long serial;

	(void)error;
	close_terminal(a);
	while (a->n > 0) {
		serial = a->v[0].serial;
		drop(a, 0);
		a->decide(a->arg, serial, false);
	}
}

int
asker_ask(struct asker *a, unsigned long serial, const char *tool,
    const char *args)
{
	static const struct input_ops ops = { window, filled, ended, NULL };
	struct question *q;

	if (a->in == NULL) {
		/* the line that poll reported may have been dropped since */
		a->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC |
		    O_NONBLOCK);
		if (a->fd == -1)
			return -1;
		a->in = input_fd(a->loop, a->fd, &ops, a);
		a->prompt = prompt_new(a->loop, a->fd, draw, a);
	}
	if (a->n == ASKER_MAX)
		return -1;
	q = &a->v[a->n];
	q->serial = serial;
	q->name = mem_str(tool);
	q->args = mem_str(args);
	a->n++;
	if (!fits(q, a->fd)) {
		drop(a, a->n - 1);
		errno = E2BIG;
		return -1;
	}
	if (a->n > 1)
		return 0;
	a->since = loop_now(a->loop);
	if (a->held)
		next(a);
	else
		look(a);
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
	if (i > 0 || !a->held) {
		drop(a, i);
		return;
	}
	withdraw(a);
	drop(a, 0);
	a->deaf_until = loop_now(a->loop) + MOOT_MS;
	next(a);
}
