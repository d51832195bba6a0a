#ifndef TOOL_RESULT_H
#define TOOL_RESULT_H

#include <stddef.h>
#include <stdint.h>

/*
 * What the model gets to know of a tool: an object that the tool printed,
 * {"result": text}, or {"error": sentence}.  Pure; the caller frees.
 */
struct json;
struct run_end;

enum { RESULT_ERR_MAX = 2048 };		/* bytes of errors in an answer */

struct json *result_error(const char *text);

/* Of what a tool printed that found no fault. */
struct json *result_printed(const char *s, size_t n);

/* Of a run that ended. */
struct json *result_run(const struct run_end *, int64_t timeout_ms,
    size_t out_max);

/* The length without spaces and newlines at the end. */
size_t result_trim(const char *s, size_t n);

#endif
