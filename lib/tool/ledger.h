#ifndef TOOL_LEDGER_H
#define TOOL_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The calls of the model that are open: each is answered once or cancelled
 * once.  Pure.  Calls are known here by a number of our own, since Vertex AI
 * leaves out ids and a service may use one again.
 */
struct json;
struct ledger;

enum { LEDGER_MAX = 4096 };	/* open calls; beyond it they are refused */

struct ledger_call {
	unsigned long serial;	/* 1, 2, ... */
	char *id;		/* NULL where the service gave none */
	char *name;
	void *work;		/* the caller's */
};

enum ledger_news {
	LEDGER_NEW,		/* opened */
	LEDGER_REPEAT,		/* the same open call again: nothing to do */
	LEDGER_REUSED,		/* opened; an older open call of this id is to
				 * be abandoned: it is returned */
	LEDGER_FULL		/* too many open calls */
};

struct ledger *ledger_new(void);
void ledger_free(struct ledger *);

/* A call has come.  args tells a repetition from a new use of the id.  *call
 * is the new one; with LEDGER_REUSED *old is the abandoned one, still to be
 * closed with ledger_close(). */
enum ledger_news ledger_open(struct ledger *, const char *id,
    const char *name, const struct json *args, struct ledger_call **call,
    struct ledger_call **old);

/* The open call of an id, or NULL. */
struct ledger_call *ledger_find(struct ledger *, const char *id);
struct ledger_call *ledger_first(struct ledger *);
/* The one after it, or NULL; for tests. */
struct ledger_call *ledger_after(struct ledger *, struct ledger_call *);

/* The call was answered for good or is cancelled: forgotten and freed. */
void ledger_close(struct ledger *, struct ledger_call *);

/* How many calls are open; for tests. */
size_t ledger_size(const struct ledger *);

#endif
