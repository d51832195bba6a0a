#ifndef EMULATOR_CONN_H
#define EMULATOR_CONN_H

#include "base/buf.h"
#include "emulator/emulator.h"
#include "emulator/setup.h"
#include "emulator/scenario.h"

/*
 * What the emulator's files share: its connections, what they send, and what to
 * do on them later.
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
	CONN_SEED,	/* waiting for the history */
	CONN_LIVE,
	CONN_DEAD	/* ended by us; waiting for emulator_closed() */
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
	char id[40];		/* empty if the call has none */
	char *name;
	struct json *expect;	/* required in the answer; or NULL */
	bool async;
	struct emucall *next;
};

enum emu_turn_state {
	TURN_IDLE,
	TURN_THINKING,
	TURN_SPEAKING,	/* output is being generated */
	TURN_CALLING,	/* waiting for answers to calls */
	TURN_PLAYING	/* generated, but not played by the client yet */
};

struct emuturn {
	enum emu_turn_state state;
	int64_t next;		/* when something is due; or -1 */
	bool waiting;		/* for room in the connection's queue */
	bool endless;		/* never completes */
	bool output;		/* something was sent */
	struct answer *answer;
	int64_t started;
	struct heard *heard;	/* being answered; later ones follow */
	struct emucall *calls;	/* open ones */
	struct emucall *closed;	/* last ones answered or cancelled */
	size_t closed_count;
	uint64_t call_ids;
};

/* Something that a rule is to do. */
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
	int doom_code;		/* close code at its first message */
	const char *doom, *doom_why;
	struct talk *talk;
	bool resumed;
	bool begun;		/* anything but clientContent came */
	char *token;		/* its ephemeral token, or NULL */
	struct emusetup set;
	struct ear *ear;
	struct emuturn turn;
	unsigned seen[ON_COUNT];
	struct todo *todo;
	size_t todo_count;
	int64_t opened;
	int64_t received;	/* client messages after setup */
	/* of them, and of the conversation's, those up to the last moment when
	 * nobody was speaking: what a handle can promise to cover */
	int64_t settled, settled_all;
	int64_t updated;	/* as of the last resumption update */
	int64_t guess_at;	/* when the next guess may be sent */
	int64_t image_at;	/* when the last picture came; -1 */
	int64_t update_at;	/* the next such update; -1: none */
	int64_t go_away_at, end_at;	/* -1 */
	int64_t due;
	size_t heap;		/* its place in the heap */
};

/* Sends e->out as a binary message and empties it; what is for the log. */
void emu_conn_send(struct emulator_conn *, const char *what);
/* Likewise sends a scenario's text. */
void emu_conn_send_text(struct emulator_conn *, const char *p, size_t n);
/* Reports a sentence about it to the user, preceded by "connection N ". */
void emu_conn_tell(struct emulator_conn *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Closes it. why is what the client did wrong, for log and watch, or NULL. */
void emu_conn_close(struct emulator_conn *, int code, const char *reason,
    const char *why);
/* Closes with 1007 and the service's sentence that names no cause. */
void emu_conn_invalid(struct emulator_conn *, const char *why);
/* Makes a fault; the first three end the connection for the core too. */
void emu_conn_fault(struct emulator_conn *, enum emulator_fault, const void *p,
    int64_t n);
bool emu_conn_alive(const struct emulator_conn *);

/* Puts the rules that fire at an event on the list; returns whether one of
 * them answers the turn. text and id may be NULL. */
bool emu_conn_fire(struct emulator_conn *, enum scenario_on, const char *text,
    const char *id);
/* Takes the next due entry off the list, or NULL; the caller frees it with
 * emu_conn_todo_free(). */
struct todo *emu_conn_due(struct emulator_conn *);
void emu_conn_todo_free(struct todo *);

/* Begins a log line: {"type":"...","t":...,"conn":...,"talk":... Add members
 * with stream_*(), then call emu_conn_logged(). NULL if nobody reads the
 * log. */
struct buf *emu_conn_log(struct emulator_conn *, const char *type);
void emu_conn_logged(struct emulator_conn *);

/* Sends a resumption update if the client wants them. */
void emu_conn_update(struct emulator_conn *, bool resumable);

/* Releases the conversation and clears the list. */
void emu_conn_done(struct emulator_conn *);

#endif
