#ifndef PROTO_REST_H
#define PROTO_REST_H

/*
 * What no record carries of a message from the service: members, at any depth,
 * that are newer than the table here, or of an unexpected type.
 */
struct json;

/* A tree of those members at their places, owned by the caller; NULL if there
 * are none.  root is an object. */
struct json *proto_rest(const struct json *root);

/* Replaces the handles of sessions, with which anybody can continue the
 * conversation, wherever the service puts them and in either spelling. */
void proto_rest_hide(struct json *);

#endif
