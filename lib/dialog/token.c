/*
 * Asking for the secret.  A program has its standard output on a pipe; its
 * standard error and its terminal are the user's, whom it may have to ask.  Its
 * output is kept in one fixed buffer, so that no reallocation leaves a copy
 * behind.  An ask that is dropped while its program runs is kept until the
 * program has ended.
 */
#include "dialog/token.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "loop/input.h"
#include "base/json.h"
#include "dialog/tokentext.h"
#include "base/log.h"
#include "loop/loop.h"
#include "loop/proc.h"
#include "base/mem.h"

struct token {
	struct loop *loop;
	char *key, *file;
	char **argv;		/* of the program */
	const char *const *without;
	bool command;		/* argv runs a shell */
	int fd;
	int wait_ms;
	struct input *lines;	/* on fd */
	bool ended;
	struct token_ask *asks;	/* waiting for a line */
	struct token_ask *dead;	/* dropped, program not yet ended */
	char last[TOKEN_MAX + 1];	/* the newest complete line */
	char line[TOKEN_MAX + 1];	/* the beginning of the next */
	size_t have;
};

struct token_ask {
	struct token *token;
	const struct token_ops *ops;
	void *arg;
	struct timer timer;	/* delivers the answer, or time is up */
	bool settled;		/* the timer delivers the answer */
	pid_t pid;		/* 0 once it has ended */
	int status;
	struct input *out;
	bool out_ended, dropped;
	struct token_ask *next;
	size_t have;
	char text[TOKEN_MAX + 1];
};

static char **
make_argv(const char *program, const char *const *words)
{
	size_t n = 0, i;
	char **argv;

	while (words && words[n])
		n++;
	argv = mem_alloc((n + 2) * sizeof(*argv));
	argv[0] = mem_str(program);
	for (i = 0; i < n; i++)
		argv[i + 1] = mem_str(words[i]);
	return argv;
}

struct token *
token_new(struct loop *loop, const struct token_opts *o)
{
	const char *const shell[] = { "-c", o->command, NULL };
	struct token *t = mem_alloc(sizeof(*t));

	t->loop = loop;
	t->key = mem_str(o->key);
	t->file = mem_str(o->file);
	t->fd = o->fd;
	t->command = o->command;
	t->without = o->without;
	t->wait_ms = o->wait_ms ? o->wait_ms : TOKEN_WAIT_MS;
	if (o->command)
		t->argv = make_argv("/bin/sh", shell);
	else if (o->program)
		t->argv = make_argv(o->program, o->words);
	return t;
}

void
token_free(struct token *t)
{
	struct token_ask *a;
	size_t i;

	if (!t)
		return;
	if (t->key)
		mem_wipe(t->key, strlen(t->key));
	free(t->key);
	free(t->file);
	while ((a = t->dead)) {
		t->dead = a->next;
		free(a);
	}
	for (i = 0; t->argv && t->argv[i]; i++)
		free(t->argv[i]);
	free(t->argv);
	input_close(t->lines);
	mem_wipe(t, sizeof(*t));
	free(t);
}

bool
token_runs(const struct token *t)
{
	return t != NULL && t->argv != NULL;
}

static void
leave(struct token_ask **list, struct token_ask *a)
{
	while (*list && *list != a)
		list = &(*list)->next;
	if (*list)
		*list = a->next;
}

static void
forget(struct token_ask *a)
{
	leave(&a->token->asks, a);
	leave(&a->token->dead, a);
	loop_untimer(a->token->loop, &a->timer);
	input_close(a->out);
	mem_wipe(a, sizeof(*a));
	free(a);
}

/* The length of a command's first word, as far as it is shown. */
static int
first_word(const char *command)
{
	size_t n = strcspn(command + strspn(command, " \t"), " \t;|&");

	return n < 100 ? (int)n : 100;
}

/* The program's name for messages; only the first word of a command, since the
 * others may be secret. */
static void
program(const struct token *t, char *to, size_t size)
{
	if (t->command)
		snprintf(to, size, "--token-cmd: %.*s", first_word(t->argv[2]),
		    t->argv[2] + strspn(t->argv[2], " \t"));
	else
		snprintf(to, size, "%.120s", t->argv[0]);
}

static void
fail(struct token_ask *a, int code, const char *why)
{
	const struct token_ops *ops = a->ops;
	void *arg = a->arg;

	token_drop(a);
	ops->failed(arg, code, why);
}

static void
answer(struct token_ask *a)
{
	struct token_ask copy = *a;
	struct token_reply reply;
	enum tokentext_status status;
	struct json *j;
	char why[4096 + 200];

	status = tokentext_read(copy.text, a->have, &reply, &j);
	if (status == TOKENTEXT_SECRET) {
		forget(a);
		copy.ops->got(copy.arg, &reply);
	} else if (copy.token->file) {
		snprintf(why, sizeof(why), "%s: holds no key, which is one "
		    "word on one line", copy.token->file);
		fail(a, CODE_CONFIG, why);
	} else if (status == TOKENTEXT_MALFORMED) {
		fail(a, CODE_REFUSED, "what came as a token is malformed: one "
		    "word, or JSON with \"access_token\", is wanted");
	} else {
		fail(a, CODE_REFUSED, "no token came: the program or "
		    "descriptor gave none");
	}
	json_wipe(j);
	mem_wipe(&copy, sizeof(copy));
}

/* The program has ended and all of its output has been read. */
static void
finish(struct token_ask *a)
{
	int code = CODE_REFUSED;
	char why[260], who[160];

	if (a->pid || !a->out_ended)
		return;
	if (WIFEXITED(a->status) && WEXITSTATUS(a->status) == 0) {
		answer(a);
		return;
	}
	program(a->token, who, sizeof(who));
	if (WIFSIGNALED(a->status)) {
		snprintf(why, sizeof(why), "no token: %s was ended by signal "
		    "%d", who, WTERMSIG(a->status));
	} else {
		snprintf(why, sizeof(why), "no token: %s ended with %d",
		    who, WEXITSTATUS(a->status));
		if (WEXITSTATUS(a->status) == 127)
			code = CODE_CONFIG;
		else if (WEXITSTATUS(a->status) >= CODE_USAGE &&
		    WEXITSTATUS(a->status) <= CODE_CONFIG)
			code = WEXITSTATUS(a->status);
	}
	fail(a, code, why);
}

static void
ended(void *arg, pid_t pid, int status)
{
	struct token_ask *a = arg;

	(void)pid;
	a->pid = 0;
	a->status = status;
	if (a->dropped)
		forget(a);
	else
		finish(a);
}

static void *
window(void *arg, size_t *n)
{
	struct token_ask *a = arg;

	*n = TOKEN_MAX - a->have;
	return *n ? a->text + a->have : NULL;
}

static void
filled(void *arg, size_t n)
{
	struct token_ask *a = arg;

	a->have += n;
	if (a->have == TOKEN_MAX)
		fail(a, CODE_REFUSED, "the token is longer than 16 KiB");
}

static void
out_end(void *arg, int error)
{
	struct token_ask *a = arg;

	(void)error;
	a->out_ended = true;
	finish(a);
}

static const struct input_ops out_ops = { window, filled, out_end, NULL };

static void
child(const struct token *t, int out)
{
	size_t i;
	int null;

	for (i = 0; t->without && t->without[i]; i++)
		unsetenv(t->without[i]);

	loop_forked();
	/* it stays in our process group, to be able to ask on the terminal */
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	null = open("/dev/null", O_RDONLY);
	if (null > 0)
		dup2(null, 0);
	if (out == 1)
		fcntl(out, F_SETFD, 0);
	else
		dup2(out, 1);
	execvp(t->argv[0], t->argv);
	_exit(127);
}

static int
start(struct token_ask *a)
{
	struct token *t = a->token;
	int p[2];

	if (fd_pipe(p) == -1)
		return -1;
	a->pid = fork();
	if (a->pid == 0)
		child(t, p[1]);
	close(p[1]);
	if (a->pid == -1) {
		a->pid = 0;
		close(p[0]);
		return -1;
	}
	a->out = input_fd(t->loop, p[0], &out_ops, a);
	loop_child(t->loop, a->pid, ended, a);
	return 0;
}

/* Lines of a descriptor. */

static void *
line_window(void *arg, size_t *n)
{
	struct token *t = arg;

	*n = TOKEN_MAX - t->have;
	return t->line + t->have;
}

/* Gives the last line to all waiting asks. */
static void
serve(struct token *t)
{
	struct token_ask *a;

	while (t->last[0] && (a = t->asks)) {
		a->have = strlen(t->last);
		memcpy(a->text, t->last, a->have);
		answer(a);
	}
	while (t->ended && (a = t->asks))
		fail(a, CODE_REFUSED, "--token-fd: ended without a token");
}

static void
take_lines(struct token *t, bool end)
{
	tokentext_lines(t->line, &t->have, t->last, end);
	if (t->have == TOKEN_MAX)
		t->have = 0;
	serve(t);
}

static void
line_filled(void *arg, size_t n)
{
	struct token *t = arg;

	t->have += n;
	take_lines(t, false);
}

static void
line_end(void *arg, int error)
{
	struct token *t = arg;

	(void)error;
	t->ended = true;
	take_lines(t, true);
}

static const struct input_ops line_ops = {
	line_window, line_filled, line_end, NULL
};

static void
read_file(struct token_ask *a)
{
	const char *path = a->token->file;
	char *data = fd_slurp(path, TOKEN_MAX, &a->have);
	char why[4096 + 200];

	if (!data) {
		snprintf(why, sizeof(why), "%s: %s", path, log_reason(errno));
		fail(a, errno == EFBIG ? CODE_CONFIG : CODE_NOINPUT, why);
		return;
	}
	memcpy(a->text, data, a->have);
	mem_wipe(data, a->have);
	free(data);
	answer(a);
}

/* Answers that no secret is needed. */
static void
nothing(struct token_ask *a)
{
	const struct token_ops *ops = a->ops;
	const struct token_reply reply = { .secret = "" };
	void *arg = a->arg;

	forget(a);
	ops->got(arg, &reply);
}

static void
late(struct token_ask *a)
{
	const struct token *t = a->token;
	char who[160] = "--token-fd", why[200];

	if (t->argv)
		program(t, who, sizeof(who));
	snprintf(why, sizeof(why), "%s gave no token within %d s", who,
	    t->wait_ms / 1000);
	fail(a, CODE_TEMPFAIL, why);
}

/* The timer: the secret was available at once, or none came in time. */
static void
due(void *arg)
{
	struct token_ask *a = arg;
	struct token *t = a->token;

	if (!a->settled) {
		late(a);
	} else if (t->fd != -1) {
		serve(t);
	} else if (t->file) {
		read_file(a);
	} else if (t->argv) {
		fail(a, CODE_TEMPFAIL, "cannot start the token program");
	} else if (t->key) {
		a->have = strlen(t->key);
		if (a->have > TOKEN_MAX)
			a->have = 0;
		memcpy(a->text, t->key, a->have);
		answer(a);
	} else {
		nothing(a);
	}
}

struct token_ask *
token_ask(struct token *t, const struct token_ops *ops, void *arg)
{
	struct token_ask *a = mem_alloc(sizeof(*a));

	a->token = t;
	a->ops = ops;
	a->arg = arg;
	a->timer.fire = due;
	a->timer.arg = a;
	if (t->argv) {
		a->settled = start(a) == -1;
	} else if (t->fd != -1) {
		if (!t->lines)
			t->lines = input_fd(t->loop, t->fd, &line_ops, t);
		a->settled = t->last[0] || t->ended;
		a->next = t->asks;
		t->asks = a;
	} else {
		a->settled = true;
	}
	loop_timer(t->loop, &a->timer,
	    a->settled ? loop_now(t->loop) : clock_ms() + t->wait_ms);
	return a;
}

void
token_drop(struct token_ask *a)
{
	if (!a)
		return;
	if (!a->pid) {
		forget(a);
		return;
	}
	proc_kill_tree(a->pid, SIGTERM);
	loop_untimer(a->token->loop, &a->timer);
	input_close(a->out);
	a->out = NULL;
	mem_wipe(a->text, sizeof(a->text));
	a->dropped = true;
	a->next = a->token->dead;
	a->token->dead = a;
}
