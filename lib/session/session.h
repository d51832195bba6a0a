#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One conversation with the service, over as many connections as it takes:
 * setup, turns, rotation, replay, watchdogs.  Pure: events and times go in,
 * actions come out through struct session_ops.  It opens nothing, reads no
 * clock and keeps every queue under a ceiling.
 *
 * The caller owns sockets, inputs and outputs.  Each event takes `now`,
 * monotonic milliseconds; after each event the caller asks
 * session_deadline() anew.  Actions may be called from inside any event; an
 * action must not call back into the session.
 */
struct buf;
struct family;
struct json;
struct record;
struct session;

/* How loud a sentence for people is: as log_error, log_warn, log_info(1),
 * log_info(2). */
enum session_level {
	SESSION_ERROR, SESSION_WARN, SESSION_INFO, SESSION_DEBUG
};

/* What the caller knows of a piece of input. */
enum {
	/* from a microphone: cannot wait; over the bound the oldest goes and
	 * the loss is reported.  Without it the writer is held back. */
	SESSION_LIVE = 1,
	/* text records wait until the model has answered the ones before */
	SESSION_TURNS = 2,
	/* sound with no activity records: with manual detection all of it, to
	 * the end of the input, is one utterance */
	SESSION_PLAIN = 4
};

/* A record for the user, whole. */
struct session_out {
	const char *type;
	int turn;		/* 0 where the record belongs to none */
	const char *head;	/* the header line, newline included */
	size_t head_len;
	const void *body;
	size_t body_len;
	int rate;		/* of audio; 0 of all else */
};

struct session_ops {
	/* Open connection `conn` (0 or 1, free at that moment) as far as the
	 * HTTP upgrade, with a token fetched anew.  Answered by
	 * session_connected() or session_refused(). */
	void (*dial)(void *arg, int conn);
	/* One message, complete JSON; copied or written before it returns. */
	void (*send)(void *arg, int conn, const char *p, size_t n);
	/* Close in order; session_closed() answers once the peer has agreed
	 * or gone.  Messages that still come are handed in until then. */
	void (*hangup)(void *arg, int conn, int code, const char *reason);
	/* Let go of the connection at once, whatever its phase; no event
	 * about it follows. */
	void (*drop)(void *arg, int conn);
	/* Bytes handed to send() that the kernel has not taken yet. */
	size_t (*queued)(void *arg, int conn);
	/* A record for the output. */
	void (*record)(void *arg, const struct session_out *);
	/* A sentence for people, without the program's name. */
	void (*tell)(void *arg, enum session_level, const char *text);
	/* Input that was refused may be offered again.  May be NULL. */
	void (*room)(void *arg);
	/* What a later run can go on from, as session_config.state; belongs
	 * to the callee.  False: it could not be kept, and the session tries
	 * again later.  NULL: nothing is kept. */
	bool (*save)(void *arg, struct json *state);
	/* Seconds since the epoch, for the ages of handles; NULL where nothing
	 * is kept. */
	int64_t (*date)(void *arg);
	/* The conversation is over, all connections are gone, `end` has been
	 * written: exit with this code.  Called once, last. */
	void (*done)(void *arg, int code);
};

struct session_config {
	const struct family *family;
	const struct json *setup;	/* body of `setup`; copied */
	bool resume;		/* ask for handles (sessionResumption) */
	bool transparent;	/* and for message indexes; Vertex only */
	const char *greet;	/* the model speaks first, told this; or NULL */
	const struct json *state;	/* what save() kept in an earlier run,
				 * or NULL; read by session_start() */
	uint64_t seed;		/* of the jitter's generator */

	/* ceilings, 0 is none: over any of them exit CODE_CEILING */
	int64_t max_ms, max_tokens, max_turns;
	double max_cost;	/* by these, as tokens_price() takes them; */
	const struct json *prices;	/* or NULL */
	int64_t idle_ms;	/* nobody has spoken for so long */
	int64_t chunk_ms;	/* live sound in a message, at least; 0: as it
				 * comes */

	/* times in ms */
	int64_t dial_ms;	/* to the upgrade */
	int64_t setup_ms;	/* setup to setupComplete */
	int64_t life_ms;	/* of a connection; 0: the family's */
	int64_t ahead_ms;	/* how early the next one is opened */
	int64_t close_ms;	/* for the peer to agree to a close */
	int64_t answer_ms;	/* until the first sign of an answer */
	int64_t stall_ms;	/* silence inside an answer */
	int64_t busy_ms;	/* the same between turns, where the model said
				 * that it works on */
	int64_t deaf_ms;	/* heard after a resume, but nothing said */
	int64_t linger_ms;	/* at the end, for one more answer: this, or
				 * twice what the slowest one took */
	int64_t lookback_ms;	/* of audio sent again after a resume */
	int64_t live_ms;	/* of live audio kept while away */
	int64_t backoff_ms, backoff_max_ms;
	int64_t stable_ms;	/* a connection this old clears the count */
	int retries;		/* failures in a row before giving up */
	int64_t wait_ms;	/* quota and overload before the conversation
				 * began are waited out for so long; 0: not */

	size_t hold_max;	/* bytes of input kept while away */
	size_t socket_max;	/* bytes in the socket's queue */
	int64_t history_tokens;	/* of the cache of turns */
};

/* The defaults of the manual. */
void session_defaults(struct session_config *);

/* Config's pointers need not outlive the call but family, state, prices and
 * greet. */
struct session *session_new(const struct session_config *,
    const struct session_ops *, void *arg);
void session_free(struct session *);

/* Dials.  Time zero of the records' "t". */
void session_start(struct session *, int64_t now);

/* The upgrade has been answered with 101. */
void session_connected(struct session *, int64_t now, int conn);

/*
 * The connection did not come up.  http is the status of the refusal and body
 * its (bounded, any) body; or http is 0 and code the CODE_ that fits (69 no
 * route, 77 no token...).  why is one line.
 */
void session_refused(struct session *, int64_t now, int conn, int http,
    const char *body, size_t n, int code, const char *why);

/* Before session_refused(): the service asked for so long a wait. */
void session_retry_after(struct session *, int64_t ms);

/* One whole message of the service. */
void session_message(struct session *, int64_t now, int conn,
    const char *p, size_t n);

/* The connection is gone: close code (1006 where no close frame came), its
 * reason, and the transport's own words or NULL. */
void session_closed(struct session *, int64_t now, int conn, int code,
    const char *reason, const char *why);

/* Whether somebody has hung up: by a `hangup` record, or the model by a call of
 * the tool `hangup`, if that is declared.  The conversation then ends with
 * CODE_OK once what was said is heard. */
bool session_leaving(const struct session *);

/* The setup as `context` records have made it; the session's. */
const struct json *session_setup(const struct session *);

/* What a later session can go on from, as save() is given it; the caller's. */
struct json *session_state(const struct session *);

/* Whether more input is wanted now; while not, the readers wait. */
bool session_hungry(const struct session *);

/* A record of the user's.  False: not taken, offer it again after room(). */
bool session_record(struct session *, int64_t now, const struct record *,
    int flags);

/* The same for bare s16le mono samples; the hot path.  n is even. */
bool session_audio(struct session *, int64_t now, const void *pcm, size_t n,
    int rate, int flags);

/* The next tool call that is not answered yet, from *at on, which begins at 0;
 * id is NULL where the service gave none.  False: there is no other. */
bool session_open_call(const struct session *, size_t *at, const char **id,
    const char **name);

/* An input was broken, as why tells: an `error` record says so, and at the end,
 * where nothing worse does, the code. */
void session_spoil(struct session *, int64_t now, int code, const char *why);

/* Standard input has ended (session_record() goes on for the others): the
 * model finishes, open tool calls are answered, then done with CODE_OK. */
void session_input_end(struct session *, int64_t now);

/* The output is full and messages are not being read (or are again): the
 * watchdogs rest. */
void session_hold(struct session *, int64_t now, bool held);

/* End early and in order (a signal, the reader gone): close, `end` with the
 * reason, done with the code. */
void session_stop(struct session *, int64_t now, int code,
    const char *reason);

/* When session_tick() is wanted next; INT64_MAX never. */
int64_t session_deadline(const struct session *);
void session_tick(struct session *, int64_t now);

/* One line for SIGUSR1: phase, turn, queues, connections. */
void session_status(const struct session *, struct buf *);

/* The same as members of a record, with the totals so far and the latencies;
 * conn is the connection that carries the conversation, or -1. */
void session_figures(const struct session *, struct buf *, int *conn);

#endif
