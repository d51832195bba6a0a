#ifndef STREAM_PRICES_H
#define STREAM_PRICES_H

#include <stddef.h>

struct json;

/*
 * The user's table of token prices, as tokens_price() takes it, from its file,
 * which may contain comments; the caller frees it.  NULL with the exit code and
 * a sentence.
 */
struct json *prices_read(const char *path, int *code, char *why, size_t size);

#endif
