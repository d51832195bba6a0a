#ifndef EMULATOR_EMULATOR_H
#define EMULATOR_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct emulator;
struct emulator_conn;
struct record;

/*
 * The service's side of the Live API, pure: messages and times in, messages
 * out.  No descriptor, clock or environment, so ten hours of conversation run
 * in one process with the client under test, in virtual time.  All times are
 * milliseconds on one monotonic scale of the caller's choice.
 *
 *	e = emulator_new(&options, &watch, arg);
 *	emulator_scenario(e, text, n, why, size);
 *	c = emulator_open(e, &request, &ops, arg, now, &refusal);
 *	emulator_message(c, p, n, now);		for each client message
 *	emulator_tick(e, now);			once emulator_deadline(e) is due
 *	emulator_closed(c, now);		the connection is gone; frees c
 *
 * The ops below are called from within these functions and must not call back
 * into the emulator; a host that closes at once must report that later.
 */

/* What answers the user. */
enum emulator_brain {
	EMULATOR_PARROT,	/* repeats what it heard */
	EMULATOR_TONE,		/* a tone */
	EMULATOR_PROGRAM	/* a program behind the watch's brain ops */
};

/* All zero works: parrot, nobody refused, no connection ever ends, any
 * credential accepted. */
struct emulator_options {
	enum emulator_brain brain;
	uint64_t seed;		/* of every random choice */
	int64_t tone_ms;	/* length of a tone answer; 0: 1500 */
	int64_t think_ms;	/* from end of user's turn to first output */
	int burst;		/* audio is sent this many times faster than it
				 * plays (0: 4; -1: at full speed) */
	int64_t life_ms;	/* of a connection (0: no end) */
	int64_t notice_ms;	/* goAway this long before its end (0: none) */
	int64_t handle_ms;	/* life of a resumption handle (0: 2 h) */
	int index_base;		/* transparent resumption: index of the first
				 * message after setup, 0 or 1 */
	int64_t context_tokens;	/* context window (0: 131072) */
	size_t capacity;	/* connections at once (0: no limit) */
	bool strict_fields;	/* refuse fields missing in our tables */
	bool ignore_stream_end;	/* audioStreamEnd ends nothing */
	bool ignore_json_schema;	/* calls of functions declared by
					 * parametersJsonSchema lack args */
	bool abandon_continue;	/* an answer with willContinue closes its
				 * call */
	/* NULL-terminated lists; NULL accepts anything. */
	const char *const *keys;	/* API keys */
	const char *const *tokens;	/* access and ephemeral tokens */
	const char *const *models;	/* besides known ones */
};

/* Faults that only the connection's host can produce. */
enum emulator_fault {
	EMULATOR_DROP,		/* end TCP without a close frame */
	EMULATOR_RESET,		/* likewise by RST */
	EMULATOR_HALF_OPEN,	/* from now on neither answer nor close */
	EMULATOR_STALL,		/* neither read nor write for n ms (0: ever) */
	EMULATOR_SLOW,		/* write at most n bytes/s (0: no limit) */
	EMULATOR_PONG,		/* answer pings n ms late (-1: never) */
	EMULATOR_GARBAGE	/* send the n bytes at p unframed */
};

/* How to write to a connection; p is valid during the call only. */
struct emulator_ops {
	void (*send)(void *arg, const void *p, size_t n, bool text);
	/* A close frame with the code (0: no code at all), then the end. */
	void (*close)(void *arg, int code, const char *reason);
	/* NULL: every fault is a drop. */
	void (*fault)(void *arg, enum emulator_fault, const void *p, int64_t n);
	/* Bytes given to send() but not yet on the wire; NULL: always 0. The
	 * model waits while this exceeds 256 KiB: see emulator_room(). */
	size_t (*queued)(void *arg);
};

/* What is seen of a picture. */
struct emulator_image {
	int width, height;
	int rgb[3];		/* its mean colour; all 0 if unknown */
	char why[200];
};

/* What the host may observe and provide; every member may be NULL. */
struct emulator_watch {
	/* A line of JSON, newline included, for each event: see
	 * gl-emulator(1), --log. */
	void (*line)(void *arg, const char *p, size_t n);
	/* Audio as it was heard in a conversation, s16le. */
	void (*heard)(void *arg, unsigned talk, int rate, const void *pcm,
	    size_t n);
	/* A record (header line and payload) for a conversation's brain
	 * program, to be started at the first one. */
	void (*brain)(void *arg, unsigned talk, const char *head, size_t hn,
	    const void *payload, size_t pn);
	/* That conversation is over. */
	void (*brain_end)(void *arg, unsigned talk);
	/* Whether an access or ephemeral token is valid, besides those in the
	 * options. */
	bool (*token)(void *arg, const char *token);
	/* A session that is not a resumption begins with an ephemeral token,
	 * taking one use of it; false if none is left. */
	bool (*token_use)(void *arg, const char *token);
	/* Decodes a picture, the message of that number in its conversation:
	 * 0, or -1 with why if the service would not accept it. */
	int (*image)(void *arg, unsigned talk, int64_t number,
	    const char *mime, const void *p, size_t n,
	    struct emulator_image *);
	/* A sentence for the user: why a connection was closed (what the
	 * client is told rarely names the cause), or a failed check. */
	void (*told)(void *arg, const char *text);
};

/* The HTTP upgrade: target with its query, and the credentials' headers (NULL
 * if absent). */
struct emulator_request {
	const char *target;
	const char *authorization;	/* Authorization */
	const char *api_key;		/* x-goog-api-key */
};

/* A refused upgrade; status 0: never answer, -1: drop. */
struct emulator_refusal {
	int status;
	char body[1024];
	char header[256];	/* a further header line, or empty */
};

/* The options are copied, the lists and strings in them are not.  watch may be
 * NULL. */
struct emulator *emulator_new(const struct emulator_options *,
    const struct emulator_watch *, void *arg);
/* All connections must have been closed. */
void emulator_free(struct emulator *);

/* Adds the rules of a scenario (JSON lines, see gl-emulator(1)); 0, or -1 with
 * why, naming the line. */
int emulator_scenario(struct emulator *, const char *p, size_t n, char *why,
    size_t size);

/* A client asks for the upgrade.  NULL if it is refused, as the refusal
 * says. */
struct emulator_conn *emulator_open(struct emulator *,
    const struct emulator_request *, const struct emulator_ops *, void *arg,
    int64_t now, struct emulator_refusal *);

/* One whole message; p is used during the call only. */
void emulator_message(struct emulator_conn *, bool text, const void *p,
    size_t n, int64_t now);

/* The queue has fallen below the mark again. */
void emulator_room(struct emulator_conn *, int64_t now);

/* The connection was ended by either side (code and reason as the client sent
 * them; 1006 if it sent none).  Frees it. */
void emulator_closed(struct emulator_conn *, int code, const char *reason,
    int64_t now);

/* When to call emulator_tick() next; -1: not before something else happens. */
int64_t emulator_deadline(const struct emulator *);
void emulator_tick(struct emulator *, int64_t now);

/* A record from a conversation's brain program, or its end (NULL). */
void emulator_brain_record(struct emulator *, unsigned talk,
    const struct record *, int64_t now);

/* How many connections are open; for tests. */
size_t emulator_count(const struct emulator *);
/* How many checks of the scenario failed. */
size_t emulator_failed(const struct emulator *);

#endif
