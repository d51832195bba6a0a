#ifndef TOOL_RESULT_H
#define TOOL_RESULT_H

#include <stddef.h>
#include <stdint.h>

/*
 * A tool's result as the model receives it: an object that the tool printed,
 * {"result": text}, or {"error": sentence}. Pure; the caller frees.
 */
struct json;
struct run_end;

enum { RESULT_ERR_MAX = 2048 };		/* bytes of errors in an answer */

struct json *result_error(const char *text);

/* The result of a successful tool, from what it printed. */
struct json *result_printed(const char *s, size_t n);

/* The result of a finished run. */
struct json *result_run(const struct run_end *, int64_t timeout_ms,
    size_t out_max);

/* The length without trailing spaces and newlines. */
size_t result_trim(const char *s, size_t n);

#endif
