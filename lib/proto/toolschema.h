#ifndef PROTO_TOOLSCHEMA_H
#define PROTO_TOOLSCHEMA_H

#include <stddef.h>

/*
 * Converts JSON Schema to the API's own Schema, for models that ignore
 * parametersJsonSchema.  Pure.
 */
struct buf;
struct json;

/*
 * Replaces parametersJsonSchema with parameters in every function of a list of
 * Tools; returns in how many.  Appends to `lost` (which may be NULL) a line
 * for each function that could not be expressed fully: "name: words, ...\n".
 */
size_t toolschema_convert(struct json *tools, struct buf *lost);

#endif
