#ifndef EMULATOR_SCENARIO_H
#define EMULATOR_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The rules of gl-emulator's scenarios: JSON lines, each saying what to do on
 * which event of which connection.  Pure. gl-emulator(1) is the reference.
 */
struct json;
struct scenario;

enum scenario_on {
	ON_UPGRADE, ON_SETUP, ON_READY, ON_RESUMED, ON_MESSAGE, ON_AUDIO,
	ON_IMAGE, ON_TEXT, ON_SPEECH, ON_TURN, ON_ANSWER, ON_CHUNK,
	ON_GENERATED, ON_COMPLETE, ON_INTERRUPTED, ON_CALL, ON_RESPONSE,
	ON_GO_AWAY, ON_COUNT
};

enum scenario_do {
	DO_DROP, DO_RESET, DO_HALF_OPEN, DO_STALL, DO_SLOW, DO_PONG,
	DO_GARBAGE, DO_CLOSE, DO_REFUSE, DO_GO_AWAY, DO_INVALIDATE, DO_DEAF,
	DO_REPEAT, DO_SEND, DO_SAY, DO_TONE, DO_PARROT, DO_SILENT, DO_CALL,
	DO_CANCEL, DO_INTERRUPT, DO_COUNT
};

struct rule {
	enum scenario_on on;
	enum scenario_do act;
	int64_t conn[2];	/* numbers of connections, from 1 */
	int64_t nth;		/* the connection's n-th such event; 0: each */
	int64_t every;		/* only every n-th one; 0: each */
	int64_t limit;		/* fires at most this often; 0: no limit */
	int64_t after[2];	/* ms later, from and to */
	double p;		/* with this probability */
	const char *match;	/* in the event's text; NULL: any */
	const struct json *args;	/* the whole line */
	size_t line;
	int64_t fired;
};

/* What has happened. */
struct scenario_event {
	enum scenario_on on;
	unsigned conn;
	unsigned nth;		/* of its kind on this connection, from 1 */
	const char *text;	/* of the event, or NULL */
};

struct scenario *scenario_new(void);
void scenario_free(struct scenario *);

/* Adds rules; 0, or -1 with why, naming the line. */
int scenario_add(struct scenario *, const char *p, size_t n, char *why,
    size_t size);

/* Whether any rule is about that event: a cheap first check. */
bool scenario_any(const struct scenario *, enum scenario_on);

/* The next rule from *pos on (start with 0) that fires at the event, with the
 * delay until it is carried out; NULL if there is none.  Advances random. */
const struct rule *scenario_next(struct scenario *, size_t *pos,
    const struct scenario_event *, uint64_t *random, int64_t *after);

/* Whether the action is the model's answer to a turn. */
bool scenario_answers(enum scenario_do);

const char *scenario_do_name(enum scenario_do);

/* A random number: splitmix64. */
uint64_t scenario_random(uint64_t *state);

#endif
