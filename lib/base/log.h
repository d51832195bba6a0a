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
	CODE_BUG = 70,		/* an invariant of ours is broken */
	CODE_IO = 74,		/* a device or file failed */
	CODE_TEMPFAIL = 75,	/* quota, overload, lost: try again later */
	CODE_PROTOCOL = 76,	/* the peer violated the protocol */
	CODE_REFUSED = 77,	/* credentials or permission refused */
	CODE_CONFIG = 78,	/* the configuration cannot work */
	CODE_CEILING = 124,	/* a ceiling of time or cost was reached */
	CODE_SIGNAL = 128	/* plus the number of the signal */
};

/* Sets the name that starts every message; kept, not copied.  From now on the
 * program leaves no core dump and other processes of the user cannot read its
 * memory (PR_SET_DUMPABLE); keys in the environment are no longer to be found
 * in /proc/PID/environ.  Nothing opened later becomes descriptor 0, 1 or 2. */
void log_init(const char *prog);

/* Whether nothing can be read from standard input: it was closed, or is open
 * for writing only. */
bool log_stdin_closed(void);

/* The name given to log_init(). */
const char *log_prog(void);

/* -v: one step more talk.  -q: warnings are left out, errors remain. */
void log_louder(void);
void log_quieter(void);

/* -1 quiet, 0 normal, 1 to 3 for -v to -vvv. */
int log_level(void);

/* Replaces what utf8_unsafe() finds in text that has names or reasons from
 * outside by '?'.  Everything that log_*() prints has gone through it. */
void log_tame(char *text);

/* strerror(3), but for EDEADLK, which here is fd_create()'s. */
const char *log_reason(int error);

/*
 * Each prints one line "prog: text" to standard error; a format ending in ':'
 * gets errno's text.  errno is unchanged afterwards.  log_error() prints
 * always, log_warn() unless quiet, log_info() at the given level and above.  On
 * a terminal a long line is broken between words, the further rows indented.
 */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A row on the terminal of standard error, cut to its width, that the next one
 * replaces and any other line removes; NULL removes it.  No terminal, or other
 * programs' words on the row (base/row.h): nothing.
 * log_raw() prints a line as it is. */
void log_status(const char *text);
void log_raw(const char *text);

/* Prints as log_error() and exits with the code.  For cmd and mem only. */
_Noreturn void log_die(int code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* -V: prints "prog (gl) VERSION" on standard output and exits 0. */
_Noreturn void log_version(void);

/* --help and lists: prints the text there and exits 0. */
_Noreturn void log_usage(const char *text);

#endif
