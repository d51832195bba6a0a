#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/*
 * How a program of the toolkit ends: the codes of sysexits.h, timeout(1) and
 * the shell.  Each is documented in gl(7).
 */
enum exit_code {
	CODE_OK = 0,		/* done */
	CODE_USAGE = 64,	/* wrong command line */
	CODE_DATA = 65,		/* bad input data */
	CODE_NOINPUT = 66,	/* an input does not exist or cannot be read */
	CODE_UNAVAILABLE = 69,	/* the service cannot be reached */
	CODE_BUG = 70,		/* one of our invariants is broken */
	CODE_IO = 74,		/* a device or file failed */
	CODE_TEMPFAIL = 75,	/* quota, overload, lost: try again later */
	CODE_PROTOCOL = 76,	/* the peer violated the protocol */
	CODE_REFUSED = 77,	/* credentials or permission refused */
	CODE_CONFIG = 78,	/* the configuration cannot work */
	CODE_CEILING = 124,	/* a limit on time or cost was reached */
	CODE_SIGNAL = 128	/* plus the number of the signal */
};

/* Sets the name that starts every message; kept, not copied.  From now on the
 * program leaves no core dump and other processes of the user cannot read its
 * memory (PR_SET_DUMPABLE); keys in the environment no longer show in
 * /proc/PID/environ.  Nothing opened later becomes descriptor 0, 1 or 2. */
void log_init(const char *prog);

/* Whether nothing can be read from standard input: it was closed, or is open
 * for writing only. */
bool log_stdin_closed(void);

/* The name given to log_init(). */
const char *log_prog(void);

/* -v: one step more verbose.  -q: no warnings, only errors. */
void log_louder(void);
void log_quieter(void);

/* -1 quiet, 0 normal, 1 to 3 for -v to -vvv. */
int log_level(void);

/* Replaces with '?' what utf8_unsafe() finds in text with names or reasons
 * from outside.  Every message of log_error() and the like goes through it. */
void log_tame(char *text);

/* strerror(3), but what to do for some; EDEADLK is fd_create()'s. */
const char *log_reason(int error);

/*
 * Each prints one line "prog: text" to standard error; after a format ending
 * in ':' comes errno's text.  errno is preserved.  log_error() always prints,
 * log_warn() unless quiet, log_info() at the given level and above.  On a
 * terminal a long line is broken between words, its later rows indented.
 */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows a row on standard error's terminal, cut to its width, which the next
 * one replaces and any other line removes; NULL removes it.  Does nothing
 * without a terminal, or if the row is another program's (base/row.h).
 * log_raw() prints a line as it is. */
void log_status(const char *text);
void log_raw(const char *text);

/* Prints as log_error() and exits with the code: for programs, and in lib/
 * where there is nothing that a caller could do (no memory, a wrong option). */
_Noreturn void log_die(int code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* -V: prints "prog (gl) VERSION" on standard output and exits 0. */
_Noreturn void log_version(void);

/* --help and lists: prints the text on standard output and exits 0. */
/* A sentence from libgl: level as for log_info(), 0 for a warning, less for an
 * error. */
void log_said(void *, int level, const char *text);

_Noreturn void log_usage(const char *text);

#endif
