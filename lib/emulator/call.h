#ifndef EMULATOR_CALL_H
#define EMULATOR_CALL_H

#include <stdbool.h>

/*
 * The functions that the emulator's model calls: which calls are open, and
 * what an answer does.
 */
struct buf;
struct client_event;
struct emulator_conn;
struct emuturn;
struct json;

enum emu_call_result {
	EMUCALL_IGNORED,	/* late, repeated or not understood */
	EMUCALL_MORE,		/* other calls of the turn are still open, or
				 * more of this answer is to come */
	EMUCALL_SILENT,		/* only for the context */
	EMUCALL_WHEN_IDLE,	/* to be answered when idle */
	EMUCALL_INTERRUPT,	/* to be answered at once */
	EMUCALL_ALL		/* the turn goes on */
};

/* Sends the calls of a scenario's "call"; whether the turn waits for them. */
bool emu_call_make(struct emulator_conn *, const struct json *rule);

/* An answer has come; appends its response as JSON to text. */
enum emu_call_result emu_call_answer(struct emulator_conn *,
    const struct client_event *, struct buf *text);

/* Cancels the open call with that id, or all. */
void emu_call_cancel(struct emulator_conn *, const char *id);

/* Whether the turn waits for an answer; whether any call is open. */
bool emu_call_blocking(const struct emuturn *);
bool emu_call_open(const struct emuturn *);

void emu_call_done(struct emuturn *);

#endif
