#ifndef DIALOG_INNER_H
#define DIALOG_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dialog/dialog.h"
#include "base/buf.h"
#include "dialog/helper.h"
#include "dialog/person.h"
#include "dialog/position.h"
#include "dialog/refusal.h"
#include "dialog/stats.h"
#include "dialog/trace.h"
#include "loop/loop.h"
#include "loop/progress.h"

/*
 * Shared by the files of the dialog; nobody else includes this.  First the
 * struct, then the functions, file by file.
 */
enum {
	DIALOG_CONNS = 2,
	DIALOG_TEXT = 4096 + 400	/* a sentence that names a file */
};

struct dialog_conn {
	struct dialog *dialog;
	int conn;
	struct link *link;
	int messages;		/* received on it, up to AHEAD */
};

struct dialog {
	const struct dialog_opts *o;
	struct loop *loop;
	struct source *hook;
	struct session *session;
	struct dialog_conn sides[DIALOG_CONNS];
	struct feed *feed;
	struct helper *helper;	/* gl-tool, or NULL */
	struct sink *sink;
	struct trace *trace;
	struct recording *recording;
	struct position position;	/* in the user's sound */
	int64_t zero;			/* of the records' "t" */
	struct buf more, line;		/* members for a record; the record */
	struct timer tick, leave;
	struct progress *progress;
	struct stats *stats;	/* or NULL */
	struct person *person;		/* at a terminal; or NULL */
	struct refusals *refusals;
	bool connected;		/* once at least */
	bool pump;		/* the session has room again */
	bool held;		/* the output is full */
	bool alone;		/* no input can still answer calls */
	bool leaving;		/* a signal came, or the reader left */
	bool signalled;		/* the next signal ends it at once */
	bool done;
	bool ended;		/* ... and inputs and output too */
	int code;		/* the session's */
	int bad;		/* exit code of a failed output */
	bool refused;		/* a refused call was reported */
};

/* dialog.c */

/* Tells the user a sentence, moving captions out of its way. */
void dialog_tell(struct dialog *, enum session_level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* wires.c: actions of the session; the first argument is the dialog */

void wires_dial(void *, int conn);
void wires_send(void *, int conn, const char *p, size_t n);
void wires_hangup(void *, int conn, int code, const char *reason);
void wires_drop(void *, int conn);
size_t wires_queued(void *, int conn);

/* Call before any of them. */
void wires_init(struct dialog *);

/* Stops reading messages while the output is full. */
void wires_hold(struct dialog *, bool held);

void wires_free(struct dialog *);

/* inputs.c */

/* Opens every input; returns an exit code, having reported any failure. */
int inputs_open(struct dialog *);

/* The session took a record from the user: noted for what keeps the call. */
void inputs_note(struct dialog *, const struct record *);

/* How far the session is in the input (arg is the dialog).  Sound waiting in
 * the session counts as sent. */
enum progress_status inputs_where(void *arg, struct progress_at *);

/* orphans.c */

/* A `tool_call` record was emitted: if nobody will answer it, queues an error
 * for it. */
void orphans_note(struct dialog *, const struct session_out *);

/* Answers the calls that nobody else can answer now. */
void orphans_settle(struct dialog *);

/* slash.c */

/* A line typed at the terminal: /system, /voice and the like are carried out
 * rather than said.  False if it is to be said.  *taken is false if the
 * session has no room yet: offer it again. */
bool slash_line(struct dialog *, const struct record *, bool *taken);

/* keeping.c */

/* Opens trace and recording; returns an exit code, reporting any failure. */
int keeping_open(struct dialog *);

/* Whether all of it is written, or can no longer be. */
bool keeping_idle(const struct dialog *);

/* At the end: returns the exit code, given the present one.  An incomplete
 * trace or recording counts unless something worse happened. */
int keeping_end(struct dialog *, int code);

#endif
