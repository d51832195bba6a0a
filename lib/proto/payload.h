#ifndef PROTO_PAYLOAD_H
#define PROTO_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A look at pictures and sound before they are sent: over one that it cannot
 * read the service ends the whole session.  Types that are not known here pass:
 * the service may know them.  Pure.
 */
struct json;

/* Whether bytes said to be of a type are a picture of it, and a whole one; if
 * not, why. */
bool payload_picture(const char *mime, const void *p, size_t n, char *why,
    size_t size);

/* The MIME type of a whole picture that a model takes; NULL: see why. */
const char *payload_kind(const void *p, size_t n, char *why, size_t size);

/* The same for every inline blob ({"mimeType", "data"}) in a value, but not for
 * what is the user's own: a tool's response, its arguments. */
bool payload_inline(const struct json *, char *why, size_t size);

#endif
