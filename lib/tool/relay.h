#ifndef TOOL_RELAY_H
#define TOOL_RELAY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where calls come from and answers go: the stream on standard input is passed
 * on to standard output, byte for byte, its records to a caller, and the
 * caller's answers to a file.  It is over once the input has ended, no call is
 * open and all is written.
 */
struct caller;
struct loop;
struct relay;

struct relay_ops {
	/* A sentence; level -1 is an error, 0 a warning, else as log_info. */
	void (*told)(void *arg, int level, const char *text);
	/* It is over, with a code of log.h; may be told again. */
	void (*over)(void *arg, int code);
	/* Words came by, which another program may show; or NULL. */
	void (*words)(void *arg);
};

/* answers is a path, or NULL for standard output, which is a terminal or not:
 * that gets no payloads.  NULL with errno where the path cannot be opened. */
struct relay *relay_open(struct loop *, struct caller *, const char *answers,
    bool terminal, const struct relay_ops *, void *arg);
void relay_close(struct relay *);

/* A whole record for the session, newline included. */
void relay_answer(struct relay *, const char *line, size_t n);

/* The same where only the newest counts: it takes the place of an earlier one
 * that still waits, which it does until the one before that is written. */
void relay_newest(struct relay *, const char *line, size_t n);

/* Calls have ended: it may be over. */
void relay_check(struct relay *);

/* Reads no more and cancels what runs; over when that is gone and what was read
 * is written, or after 1.5 s at the latest. */
void relay_leave(struct relay *);

#endif
