#ifndef PROTO_REST_H
#define PROTO_REST_H

/*
 * What of a message of the service no record carries: members, at whatever
 * depth, that are newer than the table here, or of a type that nobody expects.
 */
struct json;

/* A tree of those members at their places, the caller's; NULL where there are
 * none.  root is an object. */
struct json *proto_rest(const struct json *root);

#endif
