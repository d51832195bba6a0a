#ifndef SESSION_SAID_H
#define SESSION_SAID_H

#include <stddef.h>
#include <stdint.h>

/*
 * What the service itself says of a failure, other than by a close reason: the
 * body of a refused upgrade, or an error that came as a message.  Its words are
 * bounded, on one line and without control characters; where they are too long
 * they are cut between words.  Pure.
 */
struct json;

enum { SAID_MAX = 500 };

struct said {
	char text[SAID_MAX];	/* "" where nothing was said */
	char status[40];	/* as RESOURCE_EXHAUSTED, or "" */
	int code;		/* an HTTP status, or 0 */
	int64_t retry_ms;	/* the wait it asks for (RetryInfo), or 0 */
};

/* An object of Google's with "error" in it, a list of such, another's with
 * "message", or plain text. */
void said_body(struct said *, const char *body, size_t n);
/* The reason of a close frame, which the service cuts at 123 bytes. */
void said_reason(struct said *, const char *reason);
/* The error itself: an object or a string. */
void said_error(struct said *, const struct json *error);

#endif
