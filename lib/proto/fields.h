#ifndef PROTO_FIELDS_H
#define PROTO_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

enum schema_type {
	SCHEMA_STRING, SCHEMA_BYTES, SCHEMA_BOOL, SCHEMA_INT32, SCHEMA_INT64,
	SCHEMA_FLOAT, SCHEMA_DOUBLE, SCHEMA_DURATION, SCHEMA_TIMESTAMP,
	SCHEMA_STRUCT, SCHEMA_VALUE, SCHEMA_ENUM, SCHEMA_MESSAGE
};

/*
 * A field in a message's row of the table.  Pointers point into the table;
 * strings are not zero-terminated.
 */
struct field {
	const char *name;	/* camelCase */
	size_t name_len;
	const char *type;	/* of a scalar, an enum or a message, in full */
	size_t type_len;
	const char *oneof;	/* NULL outside one */
	size_t oneof_len;
	enum schema_type kind;
	bool repeated, map, offline, gemini, vertex;
	char inner[96];		/* holds a full name put together here */
};

/* A message in the table; row is NULL if there is none of that name. */
struct fields {
	const char *name;
	size_t n;
	const char *row;
};

struct fields fields_of(const char *name, size_t n);

/* Reads the field at a place in the row (the row itself for the first);
 * returns the place of the next, or NULL at the end. */
const char *fields_next(const struct fields *, const char *at,
    struct field *);

/* Finds the field for a key, in either spelling; false if there is none. */
bool fields_find(const struct fields *, const char *key, struct field *);

/* A scalar as the service's sentences call it: "TYPE_STRING"; else "". */
const char *fields_proto(enum schema_type);

/* Whether a word is one of an enum's.  The words of a function's schema match
 * in any case, as in the service. */
bool fields_word(const struct field *, const char *word);

#endif
