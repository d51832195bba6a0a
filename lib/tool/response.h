#ifndef TOOL_RESPONSE_H
#define TOOL_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The output of a call: the record that answers it, the turn for a call that
 * was acknowledged earlier, a line of --log.  Pure.  Each function initialises
 * the buffer; the caller frees it with buf_done().
 */
struct buf;
struct json;

struct response {
	const char *id, *name;		/* the call's; id may be NULL */
	const struct json *response, *parts;	/* parts may be NULL */
	const char *scheduling;		/* NULL or "": none */
	bool more;			/* another part will follow */
};

/* A tool_response record, or if that would exceed STREAM_HEAD_MAX, one of an
 * error that says so.  Never fails. */
void response_record(struct buf *, const struct response *);

/* A turn record with the result, or the first part of a long one.  The buffer
 * is marked failed if no part fits. */
void response_turn(struct buf *, const struct response *);

struct response_event {
	const char *event;		/* as "call", "answer", "cancel" */
	const char *id, *name;		/* id may be NULL */
	unsigned long serial;		/* 0: none */
	int64_t came_ms;		/* of clock_ms(): when the call came */
	const char *key;		/* beside it... */
	const struct json *value;	/* ...this, where it is not NULL */
};

/* A line of JSON, newline included.  The buffer is marked failed if the line
 * exceeds twice STREAM_HEAD_MAX. */
void response_log(struct buf *, const struct response_event *);

#endif
