#ifndef EMULATOR_CONN_H
#define EMULATOR_CONN_H

#include "base/buf.h"
#include "emulator/emulator.h"
#include "emulator/setup.h"
#include "emulator/scenario.h"

/*
 * The emulator's inside, shared by emuconn, emuturn, emurules and emulator
 * only: its connections, what they send, and what is to be done on them later.
 */
struct answer;
struct json;
struct protoserver;
struct talk;
struct talks;

struct emulator {
	struct emulator_options opt;
	struct emulator_watch watch;
	void *arg;
	struct scenario *scenario;
	struct talks *talks;
	struct protoserver *server[2];	/* by backend */
	struct buf out;			/* the message being written */
	struct buf line;		/* the log line being written */
	uint64_t random;
	int64_t now;
	unsigned next_conn;
	size_t failed;			/* checks */
	struct emulator_conn **heap;	/* the next due first */
	size_t count, room;
};

enum emu_conn_phase {
	CONN_OPEN,	/* upgraded, no setup yet */
	CONN_SETUP,	/* setup accepted, not yet acknowledged */
	CONN_SEED,	/* waits for the history */
	CONN_LIVE,
	CONN_DEAD	/* closed or cut by us; waits for emulator_closed() */
};

/* What the user said in a turn. */
struct heard {
	char *text;		/* typed, or NULL */
	void *pcm;		/* spoken, or NULL */
	int rate;
	size_t samples;
	int64_t ms;
	bool live;		/* came as realtimeInput */
	struct heard *next;	/* waiting */
};

/* A function call and what became of it. */
struct emucall {
	char id[40];		/* empty where the call has none */
	char *name;
	struct json *expect;	/* in the answer; or NULL */
	bool async;
	struct emucall *next;
};

enum emu_turn_state {
	TURN_IDLE,
	TURN_THINKING,
	TURN_SPEAKING,	/* output is being generated */
	TURN_CALLING,	/* waits for answers to calls */
	TURN_PLAYING	/* generated, but not yet played by the client */
};

struct emuturn {
	enum emu_turn_state state;
	int64_t next;		/* when something is to be done; -1 */
	bool waiting;		/* for room in the connection's queue */
	bool endless;		/* does not complete */
	bool output;		/* something was sent */
	struct answer *answer;
	int64_t started;
	struct heard *heard;	/* what is being answered; later ones behind */
	struct emucall *calls;	/* open ones */
	struct emucall *closed;	/* the last ones answered or cancelled */
	size_t closed_count;
	uint64_t call_ids;
};

/* Something to be done by a rule. */
struct todo {
	const struct rule *rule;
	int64_t at;
	char *id;		/* the call that the event was about, or NULL */
	struct todo *next;
};

struct emulator_conn {
	struct emulator *e;
	unsigned id;
	struct emulator_ops ops;
	void *arg;
	enum emu_conn_phase phase;
	enum backend backend;
	char version[16];
	bool constrained;
	int doom_code;		/* closed so at its first message */
	const char *doom, *doom_why;
	struct talk *talk;
	bool resumed;
	bool begun;		/* something else than clientContent came */
	char *token;		/* the ephemeral one it came with, or NULL */
	struct emusetup set;
	struct ear *ear;
	struct emuturn turn;
	unsigned seen[ON_COUNT];
	struct todo *todo;
	size_t todo_count;
	int64_t opened;
	int64_t received;	/* client messages after setup */
	/* of them, and of the conversation's, those after which nobody was
	 * in the midst of speaking: what a handle can promise to have */
	int64_t settled, settled_all;
	int64_t updated;	/* of them in the last resumption update */
	int64_t guess_at;	/* when the next guess may be told */
	int64_t image_at;	/* when the last picture came; -1 */
	int64_t update_at;	/* the next such update, -1 */
	int64_t go_away_at, end_at;	/* -1 */
	int64_t due;
	size_t heap;		/* place in it */
};

/* Sends what stands in e->out, as a binary message, and empties it; what goes
 * to the log. */
void emu_conn_send(struct emulator_conn *, const char *what);
/* The same for a scenario's text. */
void emu_conn_send_text(struct emulator_conn *, const char *p, size_t n);
/* A sentence about it for people; "connection N " stands before. */
void emu_conn_tell(struct emulator_conn *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* why is what the client did, for log and watch; NULL where it did nothing. */
void emu_conn_close(struct emulator_conn *, int code, const char *reason,
    const char *why);
/* Closes with 1007 and the sentence of the service that names nothing. */
void emu_conn_invalid(struct emulator_conn *, const char *why);
/* A fault; the first three end the connection for the core too. */
void emu_conn_fault(struct emulator_conn *, enum emulator_fault, const void *p,
    int64_t n);
bool emu_conn_alive(const struct emulator_conn *);

/* An event: rules that fire are put on the list.  Whether one of them answers
 * the turn.  text and id may be NULL. */
bool emu_conn_fire(struct emulator_conn *, enum scenario_on, const char *text,
    const char *id);
/* Takes the next thing that is due off the list: the caller frees it with
 * emu_conn_todo_free(); NULL if none is. */
struct todo *emu_conn_due(struct emulator_conn *);
void emu_conn_todo_free(struct todo *);

/* Begins a log line: {"type":"...","t":...,"conn":...,"talk":... to which
 * members are added with stream_*(); NULL where nobody reads it.  Then
 * emu_conn_logged(). */
struct buf *emu_conn_log(struct emulator_conn *, const char *type);
void emu_conn_logged(struct emulator_conn *);

/* A resumption update, if the client wants them. */
void emu_conn_update(struct emulator_conn *, bool resumable);

/* Lets go of the conversation and forgets the list. */
void emu_conn_done(struct emulator_conn *);

#endif
