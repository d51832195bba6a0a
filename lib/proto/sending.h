#ifndef PROTO_SENDING_H
#define PROTO_SENDING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A record being turned into messages: shared by client.c, which knows the
 * types of records, and the files that build what takes more than a few lines.
 */
struct buf;
struct family;
struct json;
struct proto_out;
struct record;

/* A record on its way out. */
struct sending {
	const struct family *f;
	bool manual;
	bool opening;		/* nothing went out before it */
	const struct record *r;
	const struct json *head;
	struct proto_out *out;
	char *why;
	size_t size;
};

/* Returns -1, with the record's type and what is wrong with it in why. */
int sending_refuse(const struct sending *, const char *what);
/* Marks the end of a message that was appended; returns how many there are, or
 * -1 if it did not fit. */
int sending_end(const struct sending *);

/* Appends a JSON string. */
void sending_quote(struct buf *, const char *);
/* Appends clientContent with one turn of one text part; a NULL role is left
 * out. */
void sending_turn(const char *role, const char *text, size_t n, bool complete,
    struct buf *);
/* Appends the same as realtimeInput. */
void sending_text(const char *text, size_t n, struct buf *);

/* The types that have a file of their own: return how many messages, or -1. */
int clientturn_send(const struct sending *);
int clientcontext_send(const struct sending *);

#endif
