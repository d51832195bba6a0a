#ifndef SESSION_CLASSIFY_H
#define SESSION_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the end of a connection means: close code, reason and the moment give a
 * class, what to do next, a sentence for people and an exit code.  The reason's
 * words decide first, the code second, since the service maps many causes to
 * few codes and cuts its reasons at 123 bytes.  Pure.
 */

/* Where the conversation stood. */
enum phase {
	PHASE_DIAL,		/* before the upgrade */
	PHASE_SETUP,		/* setup sent, setupComplete not here */
	PHASE_IDLE,
	PHASE_TURN,		/* the model is answering, or about to */
	PHASE_TOOL,		/* a tool call is open */
	PHASE_AWAY		/* after goAway */
};

enum failure_class {
	FAILURE_NORMAL,		/* closed in order */
	FAILURE_NETWORK,	/* lost without a word */
	FAILURE_AGE,		/* the connection's time was up */
	FAILURE_SERVER,		/* a fault of the service */
	FAILURE_OVERLOAD,
	FAILURE_QUOTA,
	FAILURE_HOLDER,		/* the session is held by another connection */
	FAILURE_HANDLE,		/* resumption handle unknown or expired */
	FAILURE_FEATURE,	/* not implemented, or not now */
	FAILURE_MODEL,
	FAILURE_SETUP,		/* the configuration was refused */
	FAILURE_MESSAGE,	/* something that was sent was refused */
	FAILURE_CREDENTIAL,
	FAILURE_TOKEN,		/* none came; the next time one may */
	FAILURE_PERMISSION,
	FAILURE_REGION,
	FAILURE_ADDRESS,	/* wrong URL, path or version */
	FAILURE_PROTOCOL,	/* the peer broke the protocol */
	FAILURE_COUNT
};

/* What may be tried. */
enum remedy {
	REMEDY_STOP,		/* the same again fails again */
	REMEDY_NOW,		/* reconnect at once, with the handle */
	REMEDY_RETRY,		/* reconnect with back-off, with the handle */
	REMEDY_LATER,		/* the same with a long wait */
	REMEDY_ONCE,		/* one more time, with the handle */
	REMEDY_FRESH		/* a new session, with the history */
};

struct failure {
	enum failure_class class;
	enum remedy remedy;
	bool silent;		/* nothing may be sent again (1007) */
	int code;		/* exit code if this is the end */
	const char *advice;	/* what to do about it; a sentence */
};

/*
 * A connection that ended.  why is the transport's own words where there was
 * no close frame, or NULL; resumed: a handle stood in its setup; served: the
 * model has given something in this conversation, which proves that its setup
 * was taken.
 */
void classify_close(struct failure *, int code, const char *reason,
    const char *why, enum phase, bool resumed, bool served);

/* An upgrade that was refused with an HTTP status; body may be anything. */
void classify_http(struct failure *, int status, const char *body, size_t n);

/* An error that the service told in so many words: an HTTP status or 0, and
 * one of its RPC statuses or "".  The failure stays as it was where they mean
 * nothing. */
void classify_said(struct failure *, int status, const char *rpc,
    const char *text, enum phase, bool resumed, bool served);

/* A connection that could not be made: code is the CODE_ of whoever failed. */
void classify_dial(struct failure *, int code);

/* "network", "quota", ...; "idle", "turn", ... */
const char *classify_name(enum failure_class);
const char *classify_phase(enum phase);

#endif
