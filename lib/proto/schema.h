#ifndef PROTO_SCHEMA_H
#define PROTO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/family.h"
#include "proto/fields.h"

/*
 * The messages of the API, field by field, and the service's own verdict on a
 * client message.  Names are accepted in both spellings (camelCase and
 * snake_case), as by the service.
 */
struct json;

struct schema_field {
	char name[40];		/* camelCase */
	char message[96];	/* the type's name, a scalar's too */
	char oneof[32];		/* "" outside one */
	enum schema_type type;
	bool repeated;
	bool map;		/* an object with any keys and such values */
	bool gemini, vertex;	/* accepted by this backend */
	bool offline;		/* listed, but not for the Live API */
};

/*
 * Checks a client message (the whole object, one top-level key).  0, or -1,
 * and why is the reason with which the service closes (1007), uncut; the first
 * of several faults.  A field that the tables do not know may be newer than
 * they are: it is a fault only if strict.
 */
int schema_check(const struct json *message, enum backend, bool strict,
    char *why, size_t size);

/*
 * The same for --check: every fault of a value of the named message type
 * ("BidiGenerateContentSetup" at path "setup"), each with its remedy.  Fields
 * and enum words that the tables do not know are doubtful, not fatal.
 */
void schema_findings(const struct json *value, const char *type,
    const char *path, enum backend, struct findings *);

/* An object's member under its camelCase or snake_case name, or NULL. */
struct json *schema_get(const struct json *object, const char *camel);

/* The snake_case form of a camelCase name. */
void schema_snake(const char *camel, char *out, size_t size);

/* The tables, for tests: the i-th message and its fields; the i-th enum and
 * its words (separated by spaces).  NULL or false beyond the last. */
const char *schema_message(size_t i);
bool schema_field(const char *message, size_t i, struct schema_field *);
const char *schema_enum(size_t i, const char **words);

#endif
