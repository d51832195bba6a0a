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
 * What the files of the session share; nobody else includes this.  The struct,
 * and below it the functions, file by file.
 */
struct turns;

/*
 * Where the conversation stands is given by its mode, and while it runs by the
 * phase of the connection that it is on (cur):
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
 * (*) STABLE, and for the next connection AHEAD, ROTATE and QUIET.  DIAL is one
 * timer for each connection.
 *
 * Each phase of a connection is left by conn_failed() as well, for CONN_FREE.
 * The watchdogs (ANSWER STALL DEAF) and LINGER run on a live connection only;
 * MAX, SAVE, CALLS, CHUNK and LEAVE from session_start to base_finish().
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
 * An open one is watched by TIMER_STALL, one that is owed by TIMER_ANSWER.
 */
enum mode { MODE_NEW, MODE_RUN, MODE_END, MODE_DONE };

enum conn_phase {
	CONN_FREE, CONN_DIAL, CONN_OPEN, CONN_SETUP, CONN_LIVE, CONN_CLOSING
};

struct session_conn {
	enum conn_phase phase;
	bool resumed;		/* a handle stood in its setup */
	bool fresh;		/* a resumable handle came on it */
	bool away;		/* goAway came */
	bool failed;		/* ... so early that it counts as a failure */
	bool spoke;		/* the model said something on it */
	bool loud;		/* the user was loud on it */
	bool seeded;		/* its setup announced a history */
	uint64_t sent;		/* client messages after setup */
	int64_t dial_at, setup_at, live_at;
};

/* One-shot: a timer that fires is off before its handler runs. */
enum timer_id {
	TIMER_DIAL0, TIMER_DIAL1, TIMER_SETUP, TIMER_CLOSE, TIMER_RETRY,
	TIMER_STABLE, TIMER_AHEAD, TIMER_ROTATE, TIMER_QUIET, TIMER_ANSWER,
	TIMER_STALL, TIMER_DEAF, TIMER_LINGER, TIMER_MAX,
	TIMER_SAVE, TIMER_CALLS, TIMER_CHUNK, TIMER_LEAVE, TIMER_COUNT
};

/* How sure it is that the model has something to answer. */
enum owed { OWED_NOTHING, OWED_MAYBE, OWED_SURE };

enum answer_state {
	ANSWER_NONE,
	ANSWER_PHANTOM,		/* interrupted came while it was silent */
	ANSWER_CUT,		/* interrupted; its turnComplete may follow */
	ANSWER_CUT_TWICE,	/* the same, and a phantom's after it */
	ANSWER_OPEN,
	ANSWER_STALE		/* open, and cut by us: what still comes is
				 * old news */
};

/* The model's turn (turn.c). */
struct session_answer {
	enum answer_state state;
	int number;		/* of the last turn begun */
	bool generated;		/* generationComplete came */
	bool busy;		/* more turns follow (interactionStatus), */
	int64_t busy_at;	/* since when */
	bool words;		/* a transcript of it is open */
	int64_t began, last;	/* first and latest output */
	int64_t play_end;	/* when a player in real time is through */
	int64_t audio_us;
	size_t text_len;	/* of transcript or text, bytes */
	int64_t play_us;	/* of play_end, below a millisecond */
	int told;		/* last turn of which `interrupted` was said */
	bool tool;		/* an answer of a tool went out last */
	enum owed owed;		/* when it began: what it answers, */
	bool gave;		/* words or sound for it, */
	bool called;		/* or a call */
	bool extra;		/* nobody but us asked for it */
	bool served;		/* the model gave anything at all */
	int64_t over_at;	/* when the last one was */
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
	bool leaving;		/* a session that is not to be resumed */
	int64_t from;		/* live sound sent since goes out again */
	int64_t from_fresh;	/* the same for a fresh session */
	bool sound;		/* which gets any */
	bool spoken;		/* speech went out again */
	int64_t lost_us;	/* live sound dropped */
	int64_t images;		/* pictures not kept */
};

/* Live sound that waits for more of it (chunk.c). */
struct session_chunk {
	struct buf sound;	/* s16le */
	int rate;
	bool loud;		/* there is speech in it, */
	int64_t quiet_us;	/* and so much quiet behind that */
};

enum { SHAPES = 8, SHAPE_LEN = 160, ECHOES = 3 };

/* Members that several files use stand alone, the others in a struct that the
 * file named beside it owns. */
struct session {
	struct session_config cfg;
	struct session_ops ops;
	void *arg;
	struct json *setup;
	char *greet;
	bool manual;		/* no automatic activity detection */
	bool interrupts;	/* the user's activity cuts the model */
	bool proactive;		/* the model may choose to be silent */
	bool transcribes;	/* it only transcribes: an utterance is a turn,
				 * generationComplete its end */
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
		int64_t ms;	/* at most; nothing is answered sooner */
		bool known;
	} rtt;
	struct {
		int code;
		int worst;	/* the code if nothing worse happens */
		int64_t unanswered;	/* questions */
		char why[200];
		char said[SAID_MAX];	/* the service's own words for it */
	} end;
	struct said said;	/* of the failure in hand */
	struct {		/* an error that came as a message, */
		struct said said;
		int conn;	/* on this connection, which may end by it */
		bool set;
	} fault;
	struct {		/* the state that a later run takes up */
		bool dirty;	/* it is newer than what was saved */
		int64_t at;	/* when that was */
	} saved;

	/* queue.c */
	struct pieces wait;	/* not sent yet */
	struct pieces sent;	/* sent, not surely kept by the service */
	struct {		/* the user's sound */
		int64_t quiet_us;	/* since the last speech */
		int64_t speech_us;	/* speech since the last pause */
		int64_t trimmed_us;	/* speech that left `sent` since the
					 * handle */
		int64_t utterances, answered;	/* begun; of them, answered */
		int64_t windows;	/* activities begun by us */
		int64_t pause_us;	/* between two utterances */
		struct buf guess;	/* the interim words that still stand
					 * alone, where it only transcribes */
		int64_t loud_at;	/* last sound that may be speech */
		int64_t speech_at;	/* first not answered; 0 none */
		int64_t words_at;	/* last words of the transcript */
		bool words;		/* the transcript is open */
		int64_t faint_us;
		bool faint;	/* enough sound since the last answer began
				 * that the service may take for speech */
		bool open;	/* sound was sent after the last audio_end */
		/* this connection: live since, sound sent until then */
		int64_t live_at, live_us;
	} hearing;
	struct {		/* what the model is to answer */
		enum owed owed;
		int64_t asked, replied;	/* texts, on this connection */
		int64_t said_at;	/* last input that wants an answer */
		int64_t slow_ms;	/* from there to an answer, at most */
		int64_t timed_at;	/* last word whose answer was timed */
		bool given_up;	/* the last question is answered by nobody */
		int64_t lost;	/* questions before it, the same */
		bool cut;	/* the last answer was, and not by us */
		bool hanging;		/* more may follow: it was cut, and
					 * not by us, or an answer to no call
					 * went out */
		bool shown;		/* a picture was sent */
	} asks;
	struct {		/* input that was not taken: say room() */
		bool room, turn;
		size_t bytes;		/* that waited then */
	} refused;

	/* tool.c */
	int64_t orphan_at;	/* when the last orphan was called */

	struct {		/* resume.c */
		char *text;
		int64_t at;	/* when it came, by our clock */
		int64_t wall;	/* in seconds since the epoch, or 0 */
		uint64_t count;	/* received so far */
		bool good;	/* resumable, as of the last update */
		int turns_after;	/* turns completed after it came */
	} handle;
	struct {		/* resume.c: the service's of messages */
		int64_t off;	/* its index less number of ours */
		bool sure;
		int64_t base;	/* of off, on each connection */
		int zeros;	/* signs that the base is 0 */
		uint64_t zero_at;	/* message of the last of them */
		uint64_t answered;	/* last message the model answered */
		uint64_t confirmed;	/* messages of cur that are kept */
		bool used;
	} index;
	struct {		/* resume.c: words that may come once more */
		/* after a resume, of the model and of the user: the last
		 * ones, and what is left of each */
		char *words[2][ECHOES];
		bool sound;	/* the user's sound was sent again, too */
		char *typed;	/* sent as text; may be echoed as heard */
	} echo;

	struct session_answer answer;	/* turn.c */

	/* conn.c */
	struct session_conn conn[2];
	int cur, next;		/* -1: none */
	struct {
		bool due;	/* cur is to be left */
		bool forced;	/* by now at any cost */
		bool anew;	/* for a session with another setup */
		int dials;	/* tries to open the next one ahead */
	} rotation;
	struct {
		int fails;	/* in a row */
		int once;	/* REMEDY_ONCE since a turn was done */
		int resumes;	/* that failed in a row */
		int tries;	/* to begin the conversation */
		int64_t after_ms;	/* the service asked for, or 0 */
		int64_t waited_ms;	/* before the conversation began */
	} retry;
	struct gap gap;

	struct session_chunk chunk;

	struct {		/* leave.c */
		bool on;	/* somebody hung up, */
		int64_t at;	/* then */
		int64_t until;	/* earlier turns play so long */
		bool player;	/* somebody tells what was heard, */
		int heard;	/* of this turn to its end */
	} leave;

	struct {		/* heal.c */
		int nudges;	/* remedies tried since the model spoke */
		int shorts;	/* answers in a row that were cut short */
		bool extra;	/* one more is asked for after such */
		bool held;	/* the output is full */
	} heal;

	struct {		/* say.c */
		bool whole;	/* a record begun is taken to its end */
		bool ended, end_sent;
		bool begun;		/* more went out than the turns that
					 * open a conversation */
	} input;
	struct {		/* say.c: a record that is offered again */
		size_t got;	/* bytes taken of it, */
		const void *of;	/* whose sound stands here */
		size_t len;
	} part;
	struct {		/* say.c: manual detection */
		bool on;	/* the user is speaking */
		bool ever;	/* was ever said to speak */
	} activity;
};

/* Whether the conversation has a connection that carries it. */
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
 * The files of the tower, from the ground up.  Each calls only those before
 * it, and calls.c, pieces.c, turns.c, classify.c and said.c, which stand below
 * all.
 */

/* note.c: records and sentences of the session's own */

/* Begins a record with its time; its members follow by stream_*; note_end()
 * hands it out. */
struct buf *note(struct session *, const char *type);
void note_end(struct session *, const char *type, int turn);
/* Whether the record of an event has a header that may be written. */
bool note_fits(struct session *, const struct proto_event *);
/* The record of an event of the service; long text becomes several of them, and
 * another long value a payload. */
void note_event(struct session *, const char *type,
    const struct proto_event *, int turn, const void *body, size_t n);
void note_reconnecting(struct session *);
void note_reconnected(struct session *, bool resumed, int64_t resent_us,
    int64_t resent, size_t turns);
void note_stalled(struct session *, const char *why, int64_t ms,
    const char *remedy);
/* A call that waits for its answer. */
void note_call(struct session *, const struct call *);
/* An answer with nothing in it; why is the service's word or NULL. */
void note_empty(struct session *, const char *why, const char *remedy);
void note_error(struct session *, const struct failure *, int code,
    const char *reason, enum phase);
void note_refused(struct session *, const char *type, const char *why);
/* An answer to a call that is not open, as may come after a cancellation. */
void note_unasked(struct session *, const char *why);
void note_lost(struct session *, int64_t us);
/* What has come together so far, as members. */
void note_totals(const struct session *, struct buf *);
void note_end_record(struct session *);
/* Ends the transcripts that are open with an empty piece. */
void note_close_words(struct session *);
void note_tell(struct session *, enum session_level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Remembers what kind of message went out, for the day one is refused. */
void note_shape(struct session *, const char *message, size_t n);
void note_shape_audio(struct session *);
void note_shapes(struct session *);

/* base.c: timers, where the conversation stands, its end, the state */

void base_timer_set(struct session *, enum timer_id, int64_t at);
void base_timer_off(struct session *, enum timer_id);
bool base_timer_on(const struct session *, enum timer_id);
/* A number from 0 up to but not including n. */
uint64_t base_draw(struct session *, uint64_t n);
/* Whether the end has begun. */
bool base_over(const struct session *);
/* Begins the end: connections are closed in order, then `end` is written, then
 * done() is called. */
void base_finish(struct session *, int code, const char *reason);
/* Whether all that could be a question was sound that is hardly to be heard. */
bool base_faint(const struct session *);
/* Nothing more is waited for: the end, with CODE_OK only where all that was
 * asked had its answer. */
void base_finished(struct session *);
/* Where the conversation stands, as classify.c wants to know it. */
enum phase base_phase(const struct session *);
/* That many round trips took ms together: TCP, TLS and the upgrade take three,
 * the setup one. */
void base_trip(struct session *, int64_t ms, int trips);
/* How long a connection lives, 0 for ever; and how early the next one is
 * opened, which must leave something of that life. */
int64_t base_life(const struct session *, int64_t *before);
/* A new connection is live: sets the time at which it is to be left. */
void base_plan(struct session *);
/* Seconds since the epoch, 0 where no state is kept. */
int64_t base_date(const struct session *);
/* Takes up the conversation of an earlier run from its state. */
void base_take(struct session *);
/* The state has changed, and is to be written soon; or now. */
void base_touch(struct session *);
void base_flush(struct session *);

/* What a later session goes on from (session_state()). */
struct json *base_state(const struct session *);

/* cost.c: what the tokens cost */

/* Ends the conversation where that is above the ceiling, or cannot be told. */
void cost_settle(struct session *);
/* For a record: what all has cost, if there are prices. */
void cost_members(const struct session *, struct buf *);

/* watch.c: watchdogs being set and called off */

void watch_asked(struct session *);	/* something wants an answer */
void watch_heard(struct session *);	/* the user was heard */
void watch_output(struct session *);	/* the model gives a sign of life */
void watch_done(struct session *);	/* its turn is over */
void watch_calls(struct session *);	/* a call needs no answer any more */
void watch_busy(struct session *);	/* work between turns, or its end */
/* Starts the time of a watchdog anew. */
void watch_again(struct session *, enum timer_id);
void watch_off(struct session *);	/* no connection to watch */

/* queue.c: a piece's way to the wire */

/* Whether the socket's own queue is full. */
bool queue_full(const struct session *);
/* Sends the piece or lets it wait; false where it is to be held back. */
bool queue_submit(struct session *, struct piece *);
void queue_flush(struct session *);
/* What was transcribed does not go out again. */
void queue_transcribed(struct session *);
/* Whether refused input has a chance now. */
bool queue_room(const struct session *);
/* A finished message as a piece. */
void queue_piece(struct session *, enum piece_kind, uint64_t call,
    const char *p, size_t n);
/* Builds the messages of a record in s->msg: 1, 0 where there are none, -1
 * where it was refused. */
int queue_build(struct session *, const struct record *, bool opening,
    struct proto_out *);
/* Submits them, as pieces like this one; false where there is no room. */
bool queue_messages(struct session *, struct piece,
    const struct proto_out *);
/* Puts a message on the wire of cur at once, whatever waits; not kept. */
void queue_now(struct session *, const char *p, size_t n);
/* Makes the model speak from what it knows. */
void queue_nudge(struct session *);
/* After a new connection is live: what must go out again goes to the front of
 * what waits, and is counted. */
void queue_again(struct session *, bool resumed, int64_t *us,
    int64_t *count);
/* How many ms of live sound are kept: the look-back, or all of the speech that
 * has not been answered yet. */
int64_t queue_keeps(const struct session *);
/* Whether something waits that the model will answer. */
bool queue_asks(const struct session *);
/* A fresh session follows: typed words that will not be sent again belong to
 * the history that it is told. */
void queue_told(struct session *);
/* Drops what need not be kept any more: a resumable handle came, a turn is
 * complete, the service has kept all up to that message. */
void queue_covered(struct session *);
void queue_answered(struct session *);
void queue_confirmed(struct session *, uint64_t index);
/* The model has something to answer now. */
void queue_expect(struct session *, enum owed);

/* chunk.c: sound becomes pieces */

/* One piece; false where there is no room. */
bool chunk_send(struct session *, const char *pcm, size_t n, int rate,
    bool live);
/* Whether so much live sound is to be gathered; then chunk_add() takes it. */
bool chunk_wants(const struct session *, size_t n, int rate);
bool chunk_add(struct session *, const char *pcm, size_t n, int rate);
/* Sends what is gathered; false where there is no room for it. */
bool chunk_flush(struct session *);

/* leave.c: nobody speaks, or somebody hangs up */

/* Arms the timer for --idle; it fires. */
void leave_watch(struct session *);
void leave_timer(struct session *);
/* The user hangs up: what he says from now on is not taken. */
void leave_hangup(struct session *);
bool leave_on(const struct session *);
/* The model calls a tool, which may be the one that hangs up. */
void leave_called(struct session *, const char *name);
/* A `played` record. */
void leave_played(struct session *, const struct json *head);
/* Ends the conversation once all is heard. */
void leave_settle(struct session *);

/* tool.c: answers to the model's calls */

/* A tool_response record; false where there is no room. */
bool tool_record(struct session *, const struct record *);
/* A call was entered; it is named if it waits for long. */
void tool_called(struct session *, struct call *);
void tool_timer(struct session *);
/* How many open calls a raw message answers, and closes if `close`. */
size_t tool_raw(struct session *, const struct json *message, bool close);
/* Answers a call that cannot be taken with an error, at once. */
void tool_refuse(struct session *, const char *id, const char *name,
    const char *why);
/* Finds the calls that the session which follows does not know. */
void tool_orphans(struct session *, bool resumed);

/* resume.c: setup, handles, the history */

/* Sends the setup on a connection that is open. */
void resume_setup(struct session *, int conn);
/* setupComplete came. */
void resume_ready(struct session *);
/* A handle came, or the news that there is none. */
void resume_handle(struct session *, const struct proto_event *);
void resume_forget(struct session *);
/* Whether a transcript is only the echo of one from before the resume. */
bool resume_echo(struct session *, bool user, const char *p, size_t n);
void resume_no_echo(struct session *, bool user);

/* turn.c: the model's turn, and the user's */

/* When the user last said or typed something. */
int64_t turn_spoke(const struct session *);

/* The number that words of the user carry now. */
int turn_user(const struct session *);
void turn_begin(struct session *);
/* The model gives something; false where it is of a turn cut by us. */
bool turn_output(struct session *);
/* After the record of turnComplete; silent: nothing was said in the turn. */
void turn_done(struct session *, bool silent);
/* Whether the model has said all of its turn, and only turnComplete is
 * missing; */
bool turn_said(struct session *);
/* then the turn is assumed to be complete. */
void turn_over(struct session *);
/* Ends the model's turn on our side when the connection is lost. */
void turn_lost(struct session *);
/* The model falls silent for the user at once. */
void turn_cut(struct session *);

/* conn.c: dialling, rotation, recovery */

void conn_start(struct session *);
void conn_failed(struct session *, int conn, const struct failure *,
    int code, const char *reason);
/* A connection has ended that we had closed. */
void conn_gone(struct session *, int conn);
void conn_goaway(struct session *, int64_t ms);
/* The setup has changed: a fresh session follows at the next pause. */
void conn_anew(struct session *);
/* Rotates if that is due and safe. */
void conn_rotate(struct session *);
/* Leaves this session for a fresh one. */
void conn_refresh(struct session *, const char *why);
void conn_timer(struct session *, enum timer_id);

/* heal.c: remedies, when a watchdog fires */

void heal_timer(struct session *, enum timer_id);
/* A turn is over, reason being the service's word for why, or NULL: where it
 * answers a question with nothing, that is reported and perhaps asked again. */
void heal_turn(struct session *, const char *reason);

/* hear.c: what the service says */

/* Interim words that no others have replaced become a transcript, marked. */
void hear_promote(struct session *);
void hear_message(struct session *, const char *p, size_t n);

/* say.c: what the user says */

/* These return false where the input is to be offered again. */
bool say_record(struct session *, const struct record *, int flags);
bool say_audio(struct session *, const void *pcm, size_t n, int rate,
    int flags);
/* Sends the end of the input. */
void say_end(struct session *);
/* Whether lines of text wait for an answer. */
bool say_busy(const struct session *);

#endif
