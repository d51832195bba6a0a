#ifndef TOOL_RESPONSE_H
#define TOOL_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a call leaves behind: the record that answers it, the turn of a call
 * that was acknowledged before, a line of --log.  Pure.  Each function begins
 * the buffer, which the caller ends by buf_done().
 */
struct buf;
struct json;

struct response {
	const char *id, *name;		/* the call's; id may be NULL */
	const struct json *response, *parts;	/* parts may be NULL */
	const char *scheduling;		/* NULL or "": none */
	bool more;			/* another part of it will follow */
};

/* A tool_response record; where that would be over STREAM_HEAD_MAX, the record
 * of an error that says so.  It never fails. */
void response_record(struct buf *, const struct response *);

/* A turn record that tells the result; of a long one the first part.  Failed
 * where it cannot be told at all. */
void response_turn(struct buf *, const struct response *);

struct response_event {
	const char *event;		/* as "call", "answer", "cancel" */
	const char *id, *name;		/* id may be NULL */
	unsigned long serial;		/* 0: none */
	int64_t came_ms;		/* of clock_ms(): when the call came */
	const char *key;		/* beside it... */
	const struct json *value;	/* ...this, where it is not NULL */
};

/* A line of JSON, newline included.  Failed where it is over twice
 * STREAM_HEAD_MAX. */
void response_log(struct buf *, const struct response_event *);

#endif
