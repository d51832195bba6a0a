#ifndef SESSION_CLASSIFY_H
#define SESSION_CLASSIFY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the end of a connection means: close code, reason and phase yield a
 * class, what to do next, a sentence for the user and an exit code.  The
 * reason's words come first, the code second, since the service maps many
 * causes to few codes and cuts its reasons at 123 bytes.  Pure.
 */

/* Where the conversation stood. */
enum phase {
	PHASE_DIAL,		/* before the upgrade */
	PHASE_SETUP,		/* setup sent, no setupComplete yet */
	PHASE_IDLE,
	PHASE_TURN,		/* the model is answering, or about to */
	PHASE_TOOL,		/* a tool call is open */
	PHASE_AWAY		/* after goAway */
};

enum failure_class {
	FAILURE_NORMAL,		/* closed normally */
	FAILURE_NETWORK,	/* lost without a close frame */
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
	FAILURE_TOKEN,		/* not obtained; may work next time */
	FAILURE_PERMISSION,
	FAILURE_REGION,
	FAILURE_ADDRESS,	/* wrong URL, path or version */
	FAILURE_PROTOCOL,	/* the peer broke the protocol */
	FAILURE_COUNT
};

/* What to try next. */
enum remedy {
	REMEDY_STOP,		/* trying again would fail again */
	REMEDY_NOW,		/* reconnect at once, with the handle */
	REMEDY_RETRY,		/* reconnect with back-off, with the handle */
	REMEDY_LATER,		/* likewise after a long wait */
	REMEDY_ONCE,		/* one more time, with the handle */
	REMEDY_FRESH		/* a new session, with the history */
};

struct failure {
	enum failure_class class;
	enum remedy remedy;
	bool silent;		/* nothing may be sent again (1007) */
	int code;		/* exit code if this is the end */
	const char *advice;	/* a sentence: what to do about it */
};

/*
 * Classifies the end of a connection. why is the transport's own wording if
 * there was no close frame, or NULL; resumed: its setup had a handle; served:
 * the model has produced something in this conversation, which proves that its
 * setup was accepted.
 */
void classify_close(struct failure *, int code, const char *reason,
    const char *why, enum phase, bool resumed, bool served);

/* Likewise an upgrade refused with an HTTP status; body may be anything. */
void classify_http(struct failure *, int status, const char *body, size_t n);

/* An error that the service stated explicitly: an HTTP status or 0, and one of
 * its RPC statuses or "".  Leaves the failure unchanged if they tell
 * nothing. */
void classify_said(struct failure *, int status, const char *rpc,
    const char *text, enum phase, bool resumed, bool served);

/* A connection that could not be made; code is the CODE_ of what failed. */
void classify_dial(struct failure *, int code);

/* "network", "quota", ...; "idle", "turn", ... */
const char *classify_name(enum failure_class);
const char *classify_phase(enum phase);

#endif
