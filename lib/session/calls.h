#ifndef SESSION_CALLS_H
#define SESSION_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The ledger of tool calls: what the model called, and what became of it.
 * Each call is answered once or cancelled.  Ids belong to the connection on
 * which they came: a session resumed from a state before the call, or started
 * afresh, does not know them; such a call is an orphan, and its answer is sent
 * as a remark.  Bounded; pure.
 */
struct json;

enum { CALLS_MAX = 256, CALLS_TEXT = 4096, CALLS_PARTS = 512 << 10 };

struct call {
	uint64_t number;	/* from 1; 0: an unused slot */
	char *id;		/* "" if the service gave none */
	char *name;
	char *args;		/* JSON, cut at CALLS_TEXT */
	char *result;		/* the answer's, likewise, or NULL */
	struct json *parts;	/* of the answer, waiting for the last; or
				 * NULL */
	size_t parts_len;	/* their length as records */
	int turn;
	uint64_t handle;	/* handles received before the call */
	int64_t at;
	bool answered, orphan;
	bool told;		/* reported as waiting */
};

struct calls {
	struct call v[CALLS_MAX];
	uint64_t made;
	size_t open;		/* unanswered calls */
};

void calls_init(struct calls *);
void calls_done(struct calls *);

/* Enters a call, replacing an answered one if need be; NULL if all slots hold
 * open calls. */
struct call *calls_add(struct calls *, const char *id, const char *name,
    const struct json *args);
/* Finds a call by id, or without one by name: the oldest open one, else the
 * newest answered one, else NULL. */
struct call *calls_find(struct calls *, const char *id, const char *name);
/* Whether there is any call whose answer the service may not have. */
bool calls_any(const struct calls *);
struct call *calls_number(struct calls *, uint64_t number);
/* Adds a part of an answer that the model gets only whole; record_len counts
 * against CALLS_PARTS.  0, or -1 if over it: the part is left out. */
int calls_part(struct call *, const struct json *response, size_t record_len);
/* The parts and the last of them as one response, freed by the caller:
 * {"result": [...]}, without the last if it is empty. */
struct json *calls_whole(const struct call *, const struct json *last);
/* Marks a call as answered: the answer is on its way. */
void calls_answer(struct calls *, struct call *, const struct json *response);
/* Removes a call that was cancelled, or is known to be answered. */
void calls_remove(struct calls *, struct call *);

/* The remark that delivers an orphan's answer; the caller frees it. asked:
 * what the user had said, or NULL. */
char *calls_remark(const struct call *, const char *asked);

#endif
