#ifndef TOOL_RPC_H
#define TOOL_RPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * JSON-RPC 2.0 messages (sections 4 and 5 of the specification), one per line.
 * Pure.  Every function appends one to the buffer, newline included.
 */
struct buf;
struct json;

enum { RPC_NO_METHOD = -32601 };	/* section 5.1 */

/* A request, or a notification if number is 0. Takes ownership of params,
 * which may be NULL. */
void rpc_call(struct buf *, int64_t number, const char *method,
    struct json *params);

/* The answer to the request with this id. Takes ownership of result, not of
 * id. */
void rpc_result(struct buf *, const struct json *id, struct json *result);
void rpc_error(struct buf *, const struct json *id, int code,
    const char *message);

/* Which request a line answers that json_parse() refuses (too deep, cut off, no
 * UTF-8): its own member "id", if that is a whole number and there is no
 * "method". */
bool rpc_answers(const char *p, size_t n, int64_t *number);

#endif
