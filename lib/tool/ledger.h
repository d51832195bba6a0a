#ifndef TOOL_LEDGER_H
#define TOOL_LEDGER_H

#include <stddef.h>

/*
 * The model's open calls: each is answered once or cancelled once.  Pure.
 * Calls are identified by numbers of our own, since Vertex AI omits ids and a
 * service may reuse one.
 */
struct json;
struct ledger;

enum { LEDGER_MAX = 4096 };	/* open calls; any more are refused */

struct ledger_call {
	unsigned long serial;	/* 1, 2, ... */
	char *id;		/* NULL if the service gave none */
	char *name;
	void *work;		/* the caller's */
};

enum ledger_news {
	LEDGER_NEW,		/* opened */
	LEDGER_REPEAT,		/* an open call repeated: nothing to do */
	LEDGER_REUSED,		/* opened; an older open call with this id is
				 * returned, to be abandoned */
	LEDGER_FULL		/* too many open calls */
};

struct ledger *ledger_new(void);
void ledger_free(struct ledger *);

/* Records an incoming call; args distinguish a repetition from a new use of
 * the id.  *call is the new one; with LEDGER_REUSED *old is the abandoned one,
 * which the caller must still ledger_close(). */
enum ledger_news ledger_open(struct ledger *, const char *id,
    const char *name, const struct json *args, struct ledger_call **call,
    struct ledger_call **old);

/* The open call with this id, or NULL. */
struct ledger_call *ledger_find(struct ledger *, const char *id);
struct ledger_call *ledger_first(struct ledger *);

/* Removes and frees a call that was finally answered or cancelled. */
void ledger_close(struct ledger *, struct ledger_call *);

#endif
