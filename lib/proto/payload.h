#ifndef PROTO_PAYLOAD_H
#define PROTO_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Checks pictures and sound before they are sent: the service ends the whole
 * session over one that it cannot read.  Types unknown here pass: the service
 * may know them.  Pure.
 */
struct json;

/* Whether bytes said to be of a type are a complete picture of it; if not, see
 * why. */
bool payload_picture(const char *mime, const void *p, size_t n, char *why,
    size_t size);

/* The MIME type of a complete picture that a model accepts; NULL: see why. */
const char *payload_kind(const void *p, size_t n, char *why, size_t size);

/* As payload_picture() for every inline blob ({"mimeType", "data"}) in a
 * value, except what is the user's own: a tool's response, its arguments. */
bool payload_inline(const struct json *, char *why, size_t size);

#endif
