#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One conversation with the service, over as many connections as it takes:
 * setup, turns, rotation, replay, watchdogs.  Pure: events and times go in,
 * actions come out through struct session_ops.  It opens nothing, reads no
 * clock and bounds every queue.
 *
 * The caller owns sockets, inputs and outputs.  Each event takes `now` in
 * monotonic milliseconds; after each the caller asks session_deadline() again.
 * Any event may call actions; an action must not call back into the session.
 */
struct buf;
struct family;
struct json;
struct record;
struct session;

/* The level of a sentence for the user: as log_error, log_warn, log_info(1),
 * log_info(2). */
enum session_level {
	SESSION_ERROR, SESSION_WARN, SESSION_INFO, SESSION_DEBUG
};

/* What the caller knows about a piece of input. */
enum {
	/* from a microphone: cannot wait; over the bound the oldest is dropped
	 * and the loss reported.  Without it the writer is held back. */
	SESSION_LIVE = 1,
	/* text records wait until the model has answered earlier ones */
	SESSION_TURNS = 2,
	/* sound without activity records: with manual detection all of it, to
	 * the end of the input, is one utterance */
	SESSION_PLAIN = 4
};

/* A whole record for the user. */
struct session_out {
	const char *type;
	int turn;		/* 0 if the record belongs to none */
	const char *head;	/* the header line, newline included */
	size_t head_len;
	const void *body;
	size_t body_len;
	int rate;		/* of audio; 0 for all else */
};

struct session_ops {
	/* Open connection `conn` (0 or 1, free at that moment) up to the HTTP
	 * upgrade, with a newly fetched token.  Answered by
	 * session_connected() or session_refused(). */
	void (*dial)(void *arg, int conn);
	/* One message, complete JSON; copied or written before it returns. */
	void (*send)(void *arg, int conn, const char *p, size_t n);
	/* Close properly; session_closed() answers once the peer has agreed or
	 * is gone.  Until then incoming messages are still handed in. */
	void (*hangup)(void *arg, int conn, int code, const char *reason);
	/* Abandon the connection at once, whatever its phase; no event about
	 * it follows. */
	void (*drop)(void *arg, int conn);
	/* Bytes given to send() that the kernel has not accepted yet. */
	size_t (*queued)(void *arg, int conn);
	/* A record for the output. */
	void (*record)(void *arg, const struct session_out *);
	/* A sentence for the user, without the program's name. */
	void (*tell)(void *arg, enum session_level, const char *text);
	/* Refused input may be offered again.  May be NULL. */
	void (*room)(void *arg);
	/* The state a later run can continue from, as session_config.state;
	 * belongs to the callee.  False if it could not be saved: the session
	 * retries later.  NULL: nothing is saved. */
	bool (*save)(void *arg, struct json *state);
	/* Seconds since the epoch, for the age of handles; NULL if nothing is
	 * saved. */
	int64_t (*date)(void *arg);
	/* The conversation is over, all connections are gone, `end` has been
	 * written: exit with this code.  Called once, last. */
	void (*done)(void *arg, int code);
};

struct session_config {
	const struct family *family;
	const struct json *setup;	/* body of `setup`; copied */
	bool resume;		/* ask for handles (sessionResumption) */
	bool transparent;	/* ... and message indexes; Vertex only */
	const char *greet;	/* the model, told this, begins; or NULL */
	const struct json *state;	/* what save() got in an earlier run,
					 * or NULL; read by session_start() */
	uint64_t seed;		/* of the jitter generator */

	/* ceilings, 0: none; exceeding any ends with CODE_CEILING */
	int64_t max_ms, max_tokens, max_turns;
	double max_cost;	/* at these, as for tokens_price(); */
	const struct json *prices;	/* or NULL */
	int64_t idle_ms;	/* ends after so long without speech */
	int64_t chunk_ms;	/* least live sound in a message; 0: as it
				 * comes */

	/* times in ms */
	int64_t dial_ms;	/* to the upgrade */
	int64_t setup_ms;	/* setup to setupComplete */
	int64_t life_ms;	/* of a connection; 0: the family's */
	int64_t ahead_ms;	/* how early to open the next one */
	int64_t close_ms;	/* for the peer to agree to a close */
	int64_t answer_ms;	/* until the first sign of an answer */
	int64_t stall_ms;	/* silence within an answer */
	int64_t busy_ms;	/* likewise between turns, if the model said
				 * that it is still working */
	int64_t deaf_ms;	/* after a resume, user heard but no reply */
	int64_t linger_ms;	/* wait for a last answer: this, or twice what
				 * the slowest took */
	int64_t lookback_ms;	/* of audio resent after a resume */
	int64_t live_ms;	/* of live audio kept while away */
	int64_t backoff_ms, backoff_max_ms;
	int64_t stable_ms;	/* a connection this old clears the count */
	int retries;		/* failures in a row before giving up */
	int64_t wait_ms;	/* how long to wait out quota and overload
				 * before the conversation begins; 0: not */

	size_t hold_max;	/* bytes of input kept while away */
	size_t socket_max;	/* bytes in the socket's queue */
	int64_t history_tokens;	/* bound of the cache of turns */
};

/* The defaults of the manual. */
void session_defaults(struct session_config *);

/* Of the config's pointers only family, state, prices and greet must outlive
 * the call. */
struct session *session_new(const struct session_config *,
    const struct session_ops *, void *arg);
void session_free(struct session *);

/* Dials. now becomes time zero of the records' "t". */
void session_start(struct session *, int64_t now);

/* The upgrade has been answered with 101. */
void session_connected(struct session *, int64_t now, int conn);

/*
 * The connection could not be opened. http is the status of the refusal and
 * body its (bounded, any) body; or http is 0 and code the CODE_ that fits (69
 * no route, 77 no token...). why is one line.
 */
void session_refused(struct session *, int64_t now, int conn, int http,
    const char *body, size_t n, int code, const char *why);

/* Called before session_refused() if the service asked for a wait. */
void session_retry_after(struct session *, int64_t ms);

/* One whole message from the service. */
void session_message(struct session *, int64_t now, int conn,
    const char *p, size_t n);

/* The connection is gone: close code (1006 if no close frame came), its
 * reason, and the transport's own wording or NULL. */
void session_closed(struct session *, int64_t now, int conn, int code,
    const char *reason, const char *why);

/* Whether somebody has hung up: the user by a `hangup` record, or the model by
 * calling the tool `hangup`, if declared.  The conversation then ends with
 * CODE_OK once all that was said has been heard. */
bool session_leaving(const struct session *);

/* The setup as changed by `context` records; owned by the session. */
const struct json *session_setup(const struct session *);

/* The state for a later session, as given to save(); the caller frees it. */
struct json *session_state(const struct session *);

/* Whether more input is wanted now; if not, the readers wait until room() is
 * called. */
bool session_hungry(struct session *);

/* A record from the user.  False: not taken, offer it again after room(). */
bool session_record(struct session *, int64_t now, const struct record *,
    int flags);

/* Likewise for bare s16le mono samples; the hot path. n is even. */
bool session_audio(struct session *, int64_t now, const void *pcm, size_t n,
    int rate, int flags);

/* The next unanswered tool call from *at on, which starts at 0; id is NULL if
 * the service gave none.  False if there are no more. */
bool session_open_call(const struct session *, size_t *at, const char **id,
    const char **name);

/* An input was bad, as why tells: an `error` record says so, and the exit code
 * is this one unless something worse happens. */
void session_spoil(struct session *, int64_t now, int code, const char *why);

/* Standard input has ended (other inputs may go on with session_record()): the
 * model finishes, open tool calls are answered, then done with CODE_OK. */
void session_input_end(struct session *, int64_t now);

/* The output is full and messages are not being read (or are again); meanwhile
 * the watchdogs are paused. */
void session_hold(struct session *, int64_t now, bool held);

/* Ends early but properly (a signal, the reader gone): close, `end` with the
 * reason, done with the code. */
void session_stop(struct session *, int64_t now, int code,
    const char *reason);

/* When to call session_tick() next; INT64_MAX: never. */
int64_t session_deadline(const struct session *);
void session_tick(struct session *, int64_t now);

/* One line for SIGUSR1: phase, turn, queues, connections. */
void session_status(const struct session *, struct buf *);

/* Appends the same as members of a record, with the totals so far and the
 * latencies; *conn becomes the conversation's connection, or -1. */
void session_figures(const struct session *, struct buf *, int *conn);

#endif
