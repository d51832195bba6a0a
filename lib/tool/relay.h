#ifndef TOOL_RELAY_H
#define TOOL_RELAY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies the stream on standard input to standard output, byte for byte,
 * passes its records to a caller, and writes the caller's answers to a file.
 * It is over once the input has ended, no call is open and everything is
 * written.
 */
struct caller;
struct loop;
struct relay;

struct relay_ops {
	/* A sentence; level -1 is an error, 0 a warning, else as log_info. */
	void (*told)(void *arg, int level, const char *text);
	/* It is over, with an exit code of log.h; may be called again. */
	void (*over)(void *arg, int code);
	/* Words passed through that another program may show. May be NULL. */
	void (*words)(void *arg);
};

/* answers is a path, or NULL for standard output; terminal: that is a
 * terminal, which gets no payloads.  NULL with errno if the path cannot be
 * opened. */
struct relay *relay_open(struct loop *, struct caller *, const char *answers,
    bool terminal, const struct relay_ops *, void *arg);
void relay_close(struct relay *);

/* Sends a whole record to the session, newline included. */
void relay_answer(struct relay *, const char *line, size_t n);

/* The same if only the newest counts: it replaces an earlier one still waiting
 * for the one before it to be written. */
void relay_newest(struct relay *, const char *line, size_t n);

/* To be called when calls have ended: it may be over. */
void relay_check(struct relay *);

/* Stops reading and cancels running calls; over once these are gone and all
 * that was read is written, or after 1.5 s at the latest. */
void relay_leave(struct relay *);

#endif
