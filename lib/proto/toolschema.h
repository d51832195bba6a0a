#ifndef PROTO_TOOLSCHEMA_H
#define PROTO_TOOLSCHEMA_H

#include <stddef.h>

/*
 * JSON Schema as the API's own Schema, for models that ignore
 * parametersJsonSchema.  Pure.
 */
struct buf;
struct json;

/*
 * Replaces parametersJsonSchema by parameters in every function of a list of
 * Tools; how many were.  To `lost` (which may be NULL) it appends a line for
 * each function of which something could not be said: "name: words, ...\n".
 */
size_t toolschema_convert(struct json *tools, struct buf *lost);

#endif
