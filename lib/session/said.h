#ifndef SESSION_SAID_H
#define SESSION_SAID_H

#include <stddef.h>
#include <stdint.h>

/*
 * What the service itself says about a failure: the body of a refused upgrade,
 * a close reason, or an error sent as a message.  Its words are kept bounded,
 * on one line and free of control characters; if too long they are cut between
 * words.  Pure.
 */
struct json;

enum { SAID_MAX = 500 };

struct said {
	char text[SAID_MAX];	/* "" if nothing was said */
	char status[40];	/* such as RESOURCE_EXHAUSTED, or "" */
	int code;		/* an HTTP status, or 0 */
	int64_t retry_ms;	/* the wait it asks for (RetryInfo), or 0 */
};

/* Reads a Google object with "error" in it, a list of such, an object of
 * others with "message", or plain text. */
void said_body(struct said *, const char *body, size_t n);
/* Reads the reason of a close frame, which the service cuts at 123 bytes. */
void said_reason(struct said *, const char *reason);
/* Reads the error itself: an object or a string. */
void said_error(struct said *, const struct json *error);

#endif
