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

#endif
