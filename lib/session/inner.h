#ifndef SESSION_INNER_H
#define SESSION_INNER_H

#include "session/pieces.h"
#include "base/buf.h"
#include "session/calls.h"
#include "session/classify.h"
#include "session/latency.h"
#include "base/json.h"
#include "proto/proto.h"
#include "proto/client.h"
#include "session/said.h"
#include "session/session.h"
#include "stream/mono.h"
#include "stream/tokens.h"

/*
 * Shared by the files of the session; nobody else includes this.  First the
 * struct, then the functions, file by file.
 */
struct turns;

/*
 * The state of the conversation is its mode and, while it runs, the phase of
 * its current connection (cur):
 *
 *	state		entered by		left by			timers
 *	MODE_NEW	session_new		session_start		-
 *	no cur		conn.c: lost		TIMER_RETRY		RETRY
 *	CONN_DIAL	conn.c: dial		session_connected	DIAL
 *	CONN_OPEN	session_connected	resume_setup		-
 *	CONN_SETUP	resume_setup		resume_ready		SETUP
 *	CONN_LIVE	resume_ready		conn.c: leave,		(*)
 *						base_finish
 *	CONN_CLOSING	conn.c: leave,		conn_gone		CLOSE
 *			base_finish
 *	MODE_END	base_finish		session.c: done		CLOSE
 *	MODE_DONE	session.c: done		-			-
 *
 * (*) STABLE, and for the next connection AHEAD, ROTATE and QUIET.  Each
 * connection has a DIAL timer of its own.
 *
 * conn_failed() also takes a connection from any phase to CONN_FREE.  The
 * watchdogs (ANSWER STALL DEAF) and LINGER run on a live connection only; MAX,
 * SAVE, CALLS, CHUNK and LEAVE from session_start to base_finish().
 *
 * The model's turn:
 *
 *	state			entered by		left by
 *	ANSWER_NONE		turn_done, turn_lost	turn_begin, interrupted
 *	ANSWER_OPEN		turn_begin		turn_cut, interrupted,
 *							turn_done, turn_lost
 *	ANSWER_STALE		turn_cut		interrupted, turn_done,
 *							turn_lost, a tool call
 *	ANSWER_CUT		interrupted (open)	turn_begin, turn_done,
 *							turn_lost
 *	ANSWER_CUT_TWICE	interrupted (cut)	the same
 *	ANSWER_PHANTOM		interrupted (none)	turn_begin, turn_lost
 *
 * TIMER_STALL watches an open answer, TIMER_ANSWER one that is owed.
 */
enum mode { MODE_NEW, MODE_RUN, MODE_END, MODE_DONE };

enum conn_phase {
	CONN_FREE, CONN_DIAL, CONN_OPEN, CONN_SETUP, CONN_LIVE, CONN_CLOSING
};

struct session_conn {
	enum conn_phase phase;
	bool resumed;		/* its setup had a handle */
	bool fresh;		/* it brought a resumable handle */
	bool away;		/* goAway came */
	bool failed;		/* ... so early that it counts as failure */
	bool spoke;		/* the model spoke on it */
	bool loud;		/* the user was loud on it */
	bool seeded;		/* its setup announced a history */
	unsigned changes;	/* of the setup, that it was set up with */
	uint64_t sent;		/* client messages after setup */
	int64_t dial_at, setup_at, live_at;
};

/* One-shot: a timer is off before its handler runs. */
enum timer_id {
	TIMER_DIAL0, TIMER_DIAL1, TIMER_SETUP, TIMER_CLOSE, TIMER_RETRY,
	TIMER_STABLE, TIMER_AHEAD, TIMER_ROTATE, TIMER_QUIET, TIMER_ANSWER,
	TIMER_STALL, TIMER_DEAF, TIMER_LINGER, TIMER_MAX,
	TIMER_SAVE, TIMER_CALLS, TIMER_CHUNK, TIMER_LEAVE, TIMER_COUNT
};

/* How certain it is that the model owes an answer. */
enum owed { OWED_NOTHING, OWED_MAYBE, OWED_SURE };

enum answer_state {
	ANSWER_NONE,
	ANSWER_PHANTOM,		/* interrupted came while it was silent */
	ANSWER_CUT,		/* interrupted; its turnComplete may follow */
	ANSWER_CUT_TWICE,	/* likewise, then a phantom's too */
	ANSWER_OPEN,
	ANSWER_STALE		/* open, but cut by us: what still comes is
				 * outdated */
};

/* The model's turn (turn.c). */
struct session_answer {
	enum answer_state state;
	int number;		/* of the last turn begun */
	bool generated;		/* generationComplete came */
	bool busy;		/* more turns follow (interactionStatus); */
	int64_t busy_at;	/* since when */
	bool words;		/* its transcript is open */
	int64_t began, last;	/* first and latest output */
	int64_t play_end;	/* when a real-time player finishes it */
	int64_t audio_us;
	size_t text_len;	/* of transcript or text, bytes */
	int64_t play_us;	/* of play_end, below a millisecond */
	int told;		/* last turn reported as `interrupted` */
	bool tool;		/* a tool's answer was sent last */
	enum owed owed;		/* owed when it began; */
	bool gave;		/* words or sound given for it, */
	bool called;		/* or a call */
	bool extra;		/* only we asked for it */
	bool served;		/* the model gave anything at all */
	int64_t over_at;	/* when the last one ended */
};

struct totals {
	int64_t audio_in_us, audio_out_us;
	int64_t turns, tool_calls, interruptions;
	int64_t connections, reconnects, resumed;
	int64_t gap_ms, lost_ms, resent_ms, resent;
	int64_t images_dropped, stalls;
};

/* Between the loss of a connection and the next live one (conn.c). */
struct gap {
	bool open;
	int64_t since;
	char why[600];
	bool silent;		/* nothing may be sent again */
	bool continued;		/* the model was in a turn */
	bool leaving;		/* the session will not be resumed */
	int64_t from;		/* live sound sent since is resent */
	int64_t from_fresh;	/* likewise for a fresh session */
	bool sound;		/* a fresh session gets any */
	bool spoken;		/* speech was resent */
	int64_t lost_us;	/* live sound dropped */
	int64_t images;		/* pictures not kept */
};

/* Live sound being gathered (chunk.c). */
struct session_chunk {
	struct buf sound;	/* s16le */
	int rate;
	bool loud;		/* it contains speech, */
	int64_t quiet_us;	/* followed by so much quiet */
};

enum { SHAPES = 8, SHAPE_LEN = 160, ECHOES = 3 };

/* Members used by several files stand alone; the others are in a struct owned
 * by the file named beside it. */
struct session {
	struct session_config cfg;
	struct session_ops ops;
	void *arg;
	struct json *setup;
	char *greet;
	bool manual;		/* no automatic activity detection */
	bool interrupts;	/* the user's activity interrupts the model */
	bool proactive;		/* the model may choose to be silent */
	size_t keep_max;	/* bytes of what was sent and may go again */
	bool transcribes;	/* it only transcribes: each utterance is a
				 * turn, ended by generationComplete */
	bool spoken;		/* its modality is AUDIO */
	int64_t t0, now;
	enum mode mode;
	struct proto *proto;
	struct turns *turns;
	struct calls calls;
	struct totals totals;
	struct tokens tokens;
	struct latency latency;
	int64_t priced;		/* tokens whose cost is known (cost.c) */
	struct buf msg, head, media;
	struct mono mix;

	struct {		/* note.c: the last messages sent */
		char text[SHAPES][SHAPE_LEN];
		unsigned count;
		uint64_t run;	/* sound messages after the last shape */
	} shapes;

	/* base.c */
	int64_t timers[TIMER_COUNT];
	uint64_t random;
	struct {
		int64_t ms;	/* at most; no answer comes sooner */
		bool known;
	} rtt;
	struct {
		int code;
		int worst;	/* the code if nothing worse happens */
		int64_t unanswered;	/* questions */
		char why[200];
		char said[SAID_MAX];	/* the service's words for it */
	} end;
	struct said said;	/* of the failure being handled */
	struct {		/* an error sent as a message */
		struct said said;
		int conn;	/* on this connection, which it may end */
		bool set;
	} fault;
	struct {		/* the state for a later run */
		bool dirty;	/* changed since it was saved */
		int64_t at;	/* when that was */
	} saved;

	/* queue.c */
	struct pieces wait;	/* not sent yet */
	struct pieces sent;	/* sent, perhaps not kept by the service */
	struct {		/* the user's sound */
		int64_t quiet_us;	/* since the last speech */
		int64_t speech_us;	/* speech since the last pause */
		int64_t trimmed_us;	/* speech dropped from `sent` since the
					 * handle */
		int64_t utterances, answered;	/* begun; of these, answered */
		int64_t windows;	/* activities begun by us */
		int64_t pause_us;	/* between two utterances */
		struct buf guess;	/* interim words not replaced yet, if
					 * it only transcribes */
		int64_t loud_at;	/* last sound that may be speech */
		int64_t speech_at;	/* first unanswered; 0: none */
		int64_t words_at;	/* last words of the transcript */
		bool words;		/* the transcript is open */
		int64_t faint_us;
		bool faint;	/* enough sound since the last answer began for
				 * the service to take as speech */
		bool open;	/* sound was sent since the last audio_end */
		/* this connection: live since, sound sent until then */
		int64_t live_at, live_us;
	} hearing;
	struct {		/* what the model is to answer */
		enum owed owed;
		int64_t asked, replied;	/* texts, on this connection */
		int64_t said_at;	/* last input wanting an answer */
		int64_t slow_ms;	/* from there to an answer, at most */
		int64_t timed_at;	/* last word with a timed answer */
		bool given_up;	/* on the last question */
		int64_t lost;	/* likewise, questions before it */
		bool cut;	/* the last answer was cut, not by us */
		bool hanging;		/* more may follow: it was cut, not by
					 * us, or an answer to no call was
					 * sent */
		bool shown;		/* a picture was sent */
	} asks;
	struct {		/* refused input: call room() */
		bool room, turn, hungry;
		size_t bytes;		/* waiting then */
	} refused;

	/* tool.c */
	int64_t orphan_at;	/* when the last orphan was called */

	struct {		/* resume.c */
		char *text;
		int64_t at;	/* when it came, on our clock */
		int64_t wall;	/* in seconds since the epoch, or 0 */
		uint64_t count;	/* received so far */
		bool good;	/* resumable, as of the last update */
		int turns_after;	/* turns completed after it came */
	} handle;
	struct {		/* resume.c: the service's message indexes */
		int64_t off;	/* its index minus our number */
		bool sure;
		int64_t base;	/* of off, on each connection */
		int zeros;	/* hints that the base is 0 */
		uint64_t zero_at;	/* message of the last of them */
		uint64_t answered;	/* last message the model answered */
		uint64_t confirmed;	/* messages of cur that it has kept */
		bool used;
	} index;
	struct {		/* resume.c: words that may be repeated */
		/* after a resume: the model's and the user's last ones, and
		 * what is left of each */
		char *words[2][ECHOES];
		bool sound;	/* the user's sound was resent too */
		char *typed;	/* sent as text; may be echoed as heard */
	} echo;

	struct session_answer answer;	/* turn.c */

	struct {		/* context.c */
		struct json *before;	/* the setup, while a change is not
					 * accepted */
		unsigned changes, accepted;
	} context;

	/* conn.c */
	struct session_conn conn[2];
	int cur, next;		/* -1: none */
	struct {
		bool due;	/* cur is to be left */
		bool forced;	/* now, at any cost */
		bool anew;	/* for a fresh session with a new setup, */
		bool changed;	/* or for this one with a new setup, */
		int64_t since;	/* wanted then */
		int dials;	/* attempts to open the next one early */
	} rotation;
	struct {
		int fails;	/* in a row */
		int once;	/* REMEDY_ONCE since a completed turn */
		int resumes;	/* failed ones in a row */
		int tries;	/* to begin the conversation */
		int64_t after_ms;	/* the service asked for, or 0 */
		int64_t waited_ms;	/* before the conversation began */
	} retry;
	struct gap gap;

	struct session_chunk chunk;

	struct {		/* leave.c */
		bool on;	/* somebody hung up, */
		int64_t at;	/* then */
		int64_t until;	/* earlier turns play until then */
		bool player;	/* what was heard is reported, */
		int heard;	/* of this turn to its end */
	} leave;

	struct {		/* heal.c */
		int nudges;	/* remedies tried since the model spoke */
		int shorts;	/* answers cut short in a row */
		bool extra;	/* another is requested after those */
		bool held;	/* the output is full */
	} heal;

	struct {		/* say.c */
		bool whole;	/* a begun record is taken to its end */
		bool ended, end_sent;
		bool begun;		/* more than the conversation's opening
					 * turns was sent */
	} input;
	struct {		/* say.c: a record to be offered again */
		size_t got;	/* bytes taken of it, */
		const void *of;	/* whose sound is here */
		size_t len;
	} part;
	struct {		/* say.c: manual detection */
		bool on;	/* the user is speaking */
		bool ever;	/* was ever reported as speaking */
	} activity;
};

/* Whether the conversation has a live connection. */
static inline bool
base_live(const struct session *s)
{
	return s->cur != -1 && s->conn[s->cur].phase == CONN_LIVE;
}

static inline bool
answer_open(const struct session_answer *a)
{
	return a->state >= ANSWER_OPEN;
}

static inline bool
answer_cut(const struct session_answer *a)
{
	return a->state == ANSWER_CUT || a->state == ANSWER_CUT_TWICE;
}

/*
 * The files, from the bottom up.  Each calls only those before it, and calls.c,
 * classify.c, latency.c, pieces.c, said.c and turns.c, which are below all.
 */

/* cost.c: the cost of the tokens */

/* False if a price is missing or, like NaN, invalid. */
bool cost_now(const struct session *, double *cost);
/* Appends the total cost to a record, if there are prices. */
void cost_members(const struct session *, struct buf *);

/* note.c: the session's own records and sentences */

/* Begins a record with its time; add members with stream_*(), then call
 * note_end() to emit it. */
struct buf *note(struct session *, const char *type);
void note_end(struct session *, const char *type, int turn);
/* Whether the header of an event's record is short enough. */
bool note_fits(struct session *, const struct proto_event *);
/* Emits the record of a service event; long text is split into several, any
 * other long value becomes a payload. */
void note_event(struct session *, const char *type,
    const struct proto_event *, int turn, const void *body, size_t n);
void note_reconnecting(struct session *);
void note_reconnected(struct session *, bool resumed, int64_t resent_us,
    int64_t resent, size_t turns);
void note_stalled(struct session *, const char *why, int64_t ms,
    const char *remedy);
/* Reports a call still waiting for its answer. */
void note_call(struct session *, const struct call *);
/* Reports an empty answer; why is the service's word or NULL. */
void note_empty(struct session *, const char *why, const char *remedy);
void note_error(struct session *, const struct failure *, int code,
    const char *reason, enum phase);
void note_refused(struct session *, const char *type, const char *why);
/* Reports an answer to a call that is not open, as after a cancellation. */
void note_unasked(struct session *, const char *why);
void note_lost(struct session *, int64_t us);
/* Appends the totals so far, as members. */
void note_totals(const struct session *, struct buf *);
void note_end_record(struct session *);
/* Ends open transcripts with an empty piece. */
void note_close_words(struct session *);
void note_tell(struct session *, enum session_level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Remembers what kind of message was sent, in case one is refused. */
void note_shape(struct session *, const char *message, size_t n);
void note_shape_audio(struct session *);
void note_shapes(struct session *);

/* base.c: timers, the conversation's phase, its end, the state */

void base_timer_set(struct session *, enum timer_id, int64_t at);
void base_timer_off(struct session *, enum timer_id);
bool base_timer_on(const struct session *, enum timer_id);
/* A random number from 0 to n - 1. */
uint64_t base_draw(struct session *, uint64_t n);
/* Whether the end has begun. */
bool base_over(const struct session *);
/* Begins the end: closes the connections properly, then writes `end`, then
 * calls done(). */
void base_finish(struct session *, int code, const char *reason);
/* Whether the only possible question was barely audible sound. */
bool base_faint(const struct session *);
/* Nothing is left to wait for: ends, with CODE_OK only if all that was asked
 * was answered. */
void base_finished(struct session *);
/* The conversation's phase, for classify.c. */
enum phase base_phase(const struct session *);
/* Notes that so many round trips together took ms: TCP, TLS and the upgrade
 * take three, the setup one. */
void base_trip(struct session *, int64_t ms, int trips);
/* How long a connection lives, 0: for ever; *before is how early the next one
 * is opened, which leaves some of that life. */
int64_t base_life(const struct session *, int64_t *before);
/* Plans when to leave a connection that has just become live. */
void base_plan(struct session *);
/* Seconds since the epoch, 0 if no state is kept. */
int64_t base_date(const struct session *);
/* Continues the conversation of an earlier run from its state. */
void base_take(struct session *);
/* The state has changed: save it soon; or now. */
void base_touch(struct session *);
void base_flush(struct session *);
/* What a later session goes on from (session_state()). */
struct json *base_state(const struct session *);

/* watch.c: setting and clearing the watchdogs */

void watch_asked(struct session *);	/* something wants an answer */
void watch_heard(struct session *);	/* the user was heard */
void watch_output(struct session *);	/* the model shows signs of life */
void watch_done(struct session *);	/* its turn is over */
void watch_calls(struct session *);	/* a call no longer needs an answer */
void watch_busy(struct session *);	/* work between turns, or its end */
/* Restarts a watchdog. */
void watch_again(struct session *, enum timer_id);
void watch_off(struct session *);	/* no connection to watch */

/* queue.c: from pieces to the wire */

/* Whether the socket's own queue is full. */
bool queue_full(const struct session *);
/* Sends or queues the piece; false if it must be held back. */
bool queue_submit(struct session *, struct piece *);
void queue_flush(struct session *);
/* Whether refused input may fit now. */
bool queue_room(const struct session *);
/* Submits a finished message as a piece. */
void queue_piece(struct session *, enum piece_kind, uint64_t call,
    const char *p, size_t n);
/* Builds the messages of a record in s->msg: 1, 0 if there are none, -1 if it
 * was refused. */
int queue_build(struct session *, const struct record *, bool opening,
    struct proto_out *);
/* Submits them, as pieces like this one; false if there is no room. */
bool queue_messages(struct session *, struct piece,
    const struct proto_out *);
/* Sends a message on cur at once, ahead of the queue; not kept. */
void queue_now(struct session *, const char *p, size_t n);
/* Makes the model speak from what it knows. */
void queue_nudge(struct session *);
/* Once a new connection is live, puts what must be resent at the front of the
 * queue, and counts it. */
void queue_again(struct session *, bool resumed, int64_t *us,
    int64_t *count);
/* How many ms of live sound are kept: the look-back, or all speech not yet
 * answered. */
int64_t queue_keeps(const struct session *);
/* Whether anything is queued that the model will answer. */
bool queue_asks(const struct session *);
/* A fresh session follows: typed words that will not be resent become part of
 * its history. */
void queue_told(struct session *);
/* Drop what need no longer be kept: a resumable handle came, a turn is
 * complete, the service has kept all up to that message. */
void queue_covered(struct session *);
void queue_answered(struct session *);
void queue_confirmed(struct session *, uint64_t index);
/* The model now has something to answer. */
void queue_expect(struct session *, enum owed);

/* chunk.c: from sound to pieces */

/* Sends one piece; false if there is no room. */
bool chunk_send(struct session *, const char *pcm, size_t n, int rate,
    bool live);
/* Whether this much live sound should be gathered with chunk_add(). */
bool chunk_wants(const struct session *, size_t n, int rate);
bool chunk_add(struct session *, const char *pcm, size_t n, int rate);
/* Sends what was gathered; false if there is no room for it. */
bool chunk_flush(struct session *);

/* leave.c: idle timeout, hanging up, the ceiling on the cost */

/* Arms the timer for --idle; handles it. */
void leave_watch(struct session *);
void leave_timer(struct session *);
/* The user hangs up: later input is not accepted. */
void leave_hangup(struct session *);
bool leave_on(const struct session *);
/* The model calls a tool, which may be the one that hangs up. */
void leave_called(struct session *, const char *name);
/* A `played` record. */
void leave_played(struct session *, const struct json *head);
/* Ends the conversation once all has been heard. */
void leave_settle(struct session *);
/* Ends it if the cost exceeds the ceiling or is unknown. */
void leave_costly(struct session *);

/* tool.c: answers to the model's calls */

/* Takes a tool_response record; false if there is no room. */
bool tool_record(struct session *, const struct record *);
/* A call was entered; it is reported if it waits long. */
void tool_called(struct session *, struct call *);
void tool_timer(struct session *);
/* Number of open calls a raw message answers; closes them if `close`. */
size_t tool_raw(struct session *, const struct json *message, bool close);
/* Rejects a call with an error, at once. */
void tool_refuse(struct session *, const char *id, const char *name,
    const char *why);
/* Finds the calls unknown to the session that follows. */
void tool_orphans(struct session *, bool resumed);

/* context.c: a setup that changes */

/* Later connections are set up with what the record says. */
void context_change(struct session *, const struct record *);
/* The setup goes out on this connection; it was accepted. */
void context_sent(struct session *, struct session_conn *);
void context_accepted(struct session *, const struct session_conn *);
/* Whether its setup had changes not accepted so far. */
bool context_pending(const struct session *, const struct session_conn *);
/* They are refused: the setup is again what it was. */
void context_undo(struct session *, const char *reason);

/* resume.c: setup, handles, the history */

/* Sends the setup on an open connection. */
void resume_setup(struct session *, int conn);
/* setupComplete came. */
void resume_ready(struct session *);
/* A handle came, or word that there is none. */
void resume_handle(struct session *, const struct proto_event *);
void resume_forget(struct session *);
/* Whether a transcript merely repeats one from before the resume. */
bool resume_echo(struct session *, bool user, const char *p, size_t n);
void resume_no_echo(struct session *, bool user);

/* turn.c: the model's turn, and the user's */

/* The turn number for the user's words now. */
int turn_user(const struct session *);
void turn_begin(struct session *);
/* The model produces output; false if it is of a turn cut by us. */
bool turn_output(struct session *);
/* After the record of turnComplete; silent: nothing was said in the turn. */
void turn_done(struct session *, bool silent);
/* Whether the model has finished and only turnComplete is missing; */
bool turn_said(struct session *);
/* then assume that the turn is complete. */
void turn_over(struct session *);
/* Ends the model's turn for us when the connection is lost. */
void turn_lost(struct session *);
/* Silences the model for the user at once. */
void turn_cut(struct session *);

/* conn.c: dialling, rotation, recovery */

void conn_start(struct session *);
void conn_failed(struct session *, int conn, const struct failure *,
    int code, const char *reason);
/* A connection that we had closed is gone. */
void conn_gone(struct session *, int conn);
void conn_goaway(struct session *, int64_t ms);
/* The setup changed: another connection follows at the next pause, which
 * resumes the session if its handle is good, or begins a fresh one. */
void conn_anew(struct session *, bool fresh);
/* Rotates if that is due and safe. */
void conn_rotate(struct session *);
/* Abandons this session for a fresh one. */
void conn_refresh(struct session *, const char *why);
void conn_timer(struct session *, enum timer_id);

/* heal.c: remedies when a watchdog fires */

void heal_timer(struct session *, enum timer_id);
/* A turn is over; reason is the service's word for why, or NULL.  If it left a
 * question unanswered, reports that and may ask again. */
void heal_turn(struct session *, const char *reason);

/* hear.c: what the service says */

/* Emits interim words never replaced by others as a marked transcript. */
void hear_promote(struct session *);
void hear_message(struct session *, const char *p, size_t n);

/* say.c: what the user says */

/* These return false if the input is to be offered again. */
bool say_record(struct session *, const struct record *, int flags);
bool say_audio(struct session *, const void *pcm, size_t n, int rate,
    int flags);
/* Sends the end of the input. */
void say_end(struct session *);
/* Whether lines of text are waiting for an answer. */
bool say_busy(const struct session *);

#endif
