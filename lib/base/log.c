/*
 * Messages on standard error, one line each, and how programs end.  The
 * program's name, the verbosity and the status row are the only state.
 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/row.h"
#include "base/secret.h"
#include "base/term.h"
#include "base/utf8.h"

static const char *prog = "gl";
static int level;
static int status;	/* columns of the row on the terminal, */
static uint64_t status_mark;	/* and its mark (base/row.h) */

/*
 * The environment that a process was started with stays readable in
 * /proc/PID/environ for every program of the user's, so also for a tool that
 * the model drives.  Secrets move to the heap, and the original is wiped.
 */
static void
hide(const char *name)
{
	char *value = getenv(name), *copy;

	if (value == NULL || *value == '\0')
		return;
	copy = mem_str(value);
	mem_wipe(value, strlen(value));
	if (setenv(name, copy, 1) == -1)
		log_die(CODE_TEMPFAIL, "%s:", name);
	mem_wipe(copy, strlen(copy));
	free(copy);
}

/* A limit of 1 also stops dumps into a pipe, which 0 does not: see core(5).
 * A process that cannot be dumped cannot have its memory read either, which
 * only a sanitizer's leak checker needs. */
static void
no_dumps(void)
{
	struct rlimit core;

#ifndef __SANITIZE_ADDRESS__
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	if (getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max > 0) {
		core.rlim_cur = 1;
		setrlimit(RLIMIT_CORE, &core);
	}
}

/* Started with "<&-" or ">&-", a program would get its socket or its signal
 * pipe as standard input or output, and write records there.  The substitute
 * fails like a closed descriptor: reading or writing it gives EBADF. */
static void
stand_in(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

bool
log_stdin_closed(void)
{
	int flags = fcntl(0, F_GETFL);

	return flags < 0 || (flags & O_ACCMODE) == O_WRONLY;
}

void
log_init(const char *name)
{
	static const char *const secrets[] = { "GEMINI_API_KEY",
	    "GOOGLE_API_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN" };
	size_t i;

	prog = name;
	stand_in();
	no_dumps();
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		hide(secrets[i]);
}

const char *
log_prog(void)
{
	return prog;
}

void
log_louder(void)
{
	if (level < 3)
		level++;
}

void
log_quieter(void)
{
	level = -1;
}

int
log_level(void)
{
	return level;
}

void
log_tame(char *text)
{
	char *to = text;
	const char *from = text, *end = text + strlen(text);
	size_t bad;
	int columns;

	while (from < end) {
		if ((bad = utf8_unsafe(from, (size_t)(end - from))) > 0) {
			*to++ = '?';
			from += bad;
			continue;
		}
		bad = utf8_char(from, (size_t)(end - from), &columns);
		memmove(to, from, bad);
		to += bad;
		from += bad;
	}
	*to = '\0';
}

const char *
log_reason(int error)
{
	switch (error) {
	case EDEADLK: return "it is also read here, and would be emptied";
	case EMFILE: return "too many open files; ulimit -n is the limit";
	case EISDIR: return "a folder, not a file: name a file in it";
	default: return strerror(error);
	}
}

/* On a terminal, only the first row may look like a line of its own. */
static void
wrapped(char *line, size_t own, int columns)
{
	char first = line[own];
	struct term t;
	struct buf b;

	buf_init(&b, 1 << 16);
	status = 0;
	row_take(2, 0, &b);
	term_row(&t, columns);
	line[own] = '\0';
	term_own(&t, line, (int)own, &b);
	line[own] = first;
	term_put(&t, line + own, strlen(line + own), &b);
	buf_byte(&b, '\n');
	fwrite(b.data, 1, b.len, stderr);
	row_give(ROW_DONE, 0);
	buf_done(&b);
}

/* One write per line, so that the lines of several programs do not mix.  Any
 * part of it may have come from outside. */
static void __attribute__((format(printf, 1, 0)))
say(const char *fmt, va_list ap)
{
	char line[4096];
	int saved = errno;
	size_t n, own, len = strlen(fmt);
	int add, columns;

	add = snprintf(line, sizeof(line), "%s: ", prog);
	own = n = add > 0 ? (size_t)add : 0;
	if (n < sizeof(line)) {
		add = vsnprintf(line + n, sizeof(line) - n, fmt, ap);
		n += add > 0 ? (size_t)add : 0;
	}
	if (n < sizeof(line) && len > 0 && fmt[len - 1] == ':') {
		add = snprintf(line + n, sizeof(line) - n, " %s",
		    log_reason(saved));
		n += add > 0 ? (size_t)add : 0;
	}
	if (n > sizeof(line) - 2)
		line[utf8_cut(line, sizeof(line) - 2)] = '\0';
	log_tame(line + own);
	secret_hide(line + own);
	fflush(stdout);
	if ((columns = fd_columns(2)) > 0) {
		wrapped(line, own, columns);
	} else {
		n = strlen(line);
		line[n++] = '\n';
		fwrite(line, 1, n, stderr);
	}
	errno = saved;
}

/* Overwrites the row as it was, or as it is to be.  The cursor is left at its
 * start: there what the terminal echoes (^C) is overwritten, and in a terminal
 * that was made narrower and broke the row, its rest is below. */
static void
draw_status(const char *text, int room)
{
	int n = (int)strlen(text), pad;
	struct buf b;
	int others;

	n = n < room ? n : room;
	buf_init(&b, 1 << 16);
	others = row_take_status(2, status_mark, &b);
	if (others != -1) {
		pad = others == 0 && status > n ? status - n : 0;
		pad = pad < room - n ? pad : room - n;
		buf_printf(&b, "\r%s%.*s%*s\r", others == 0 && status > room ?
		    ROW_CLEAR : "", n, text, pad, "");
		fwrite(b.data, 1, b.len, stderr);
		status = n;
		status_mark = row_give(ROW_STATUS, n);
	}
	buf_done(&b);
}

/* Does nothing if another program has removed it. */
static void
remove_status(int room)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	if (row_take(2, status_mark, &b)) {
		row_back();
	} else {
		fprintf(stderr, "\r%*s\r%s", status < room ? status : room,
		    "", status > room ? ROW_CLEAR : "");
		row_give(ROW_DONE, 0);
	}
	status = 0;
	buf_done(&b);
}

void
log_status(const char *text)
{
	int room = text != NULL || status > 0 ? fd_columns(2) - 1 : 0;
	int saved = errno;

	if (room > 0 && text != NULL)
		draw_status(text, room);
	else if (status > 0)
		remove_status(room);
	errno = saved;
}

void
log_raw(const char *text)
{
	log_status(NULL);
	fprintf(stderr, "%s\n", text);
}

void
log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	if (level < 0)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
log_info(int at, const char *fmt, ...)
{
	va_list ap;

	if (level < at)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
log_said(void *arg, int at, const char *text)
{
	(void)arg;
	if (at < 0)
		log_error("%s", text);
	else if (at == 0)
		log_warn("%s", text);
	else
		log_info(at, "%s", text);
}

void
log_die(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	exit(code);
}

void
log_version(void)
{
	if (printf("%s (gl) %s\n", prog, GL_VERSION) < 0 || fflush(stdout) != 0)
		log_die(CODE_IO, "standard output:");
	exit(CODE_OK);
}

void
log_usage(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) != 0)
		log_die(CODE_IO, "standard output:");
	exit(CODE_OK);
}
