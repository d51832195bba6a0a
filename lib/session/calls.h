#ifndef SESSION_CALLS_H
#define SESSION_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The ledger of tool calls: what the model has called, and what became of it.
 * Each call is answered once or was cancelled.  Ids belong to the connection on
 * which they came: a session that was resumed from a state before the call, or
 * begun anew, does not know them; such a call is an orphan, and its answer goes
 * out as a remark.  Bounded; pure.
 */
struct json;

enum { CALLS_MAX = 256, CALLS_TEXT = 4096, CALLS_PARTS = 512 << 10 };

struct call {
	uint64_t number;	/* from 1; 0 is an unused place */
	char *id;		/* "" where the service gave none */
	char *name;
	char *args;		/* JSON, cut at CALLS_TEXT */
	char *result;		/* the same of the answer, or NULL */
	struct json *parts;	/* of the answer, that wait for the last; or
				 * NULL */
	size_t parts_len;	/* their length as records */
	int turn;
	uint64_t handle;	/* handles received before the call */
	int64_t at;
	bool answered, orphan;
	bool told;		/* that it waits */
};

struct calls {
	struct call v[CALLS_MAX];
	uint64_t made;
	size_t open;		/* not answered */
};

void calls_init(struct calls *);
void calls_done(struct calls *);

/* Enters a call; NULL where all places hold open calls.  An answered one makes
 * room if need be. */
struct call *calls_add(struct calls *, const char *id, const char *name,
    const struct json *args);
/* By id, or without one by name: the oldest open one, else the newest answered
 * one; NULL. */
struct call *calls_find(struct calls *, const char *id, const char *name);
/* Whether there is any that the service may not have the answer to. */
bool calls_any(const struct calls *);
struct call *calls_number(struct calls *, uint64_t number);
/* A part of an answer of which the model shall get only the whole; record_len
 * counts against CALLS_PARTS.  -1 where that is reached: it is left out. */
int calls_part(struct call *, const struct json *response, size_t record_len);
/* The parts and the last of them as one response, to be freed by the caller:
 * {"result": [...]}, without the last where it is empty. */
struct json *calls_whole(const struct call *, const struct json *last);
/* The answer is on its way. */
void calls_answer(struct calls *, struct call *, const struct json *response);
/* Cancelled, or answered and known to be so. */
void calls_remove(struct calls *, struct call *);

/* The remark that brings an orphan's answer: in memory that the caller frees.
 * asked: what the user had said, or NULL. */
char *calls_remark(const struct call *, const char *asked);

#endif
