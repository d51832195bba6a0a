#ifndef BASE_TEXTFILE_H
#define BASE_TEXTFILE_H

#include <stddef.h>

struct json;

/*
 * The text of a file, without a byte order mark; the caller frees it.  *bad
 * becomes the number of the first line that is not UTF-8, or 0. NULL with
 * errno and the exit code if it cannot be read or exceeds max bytes.
 */
char *textfile_read(const char *path, size_t max, int *bad, int *code);

/* The JSON of a file, which may contain comments (from // or # to the end of
 * the line, and as in C); the caller frees it.  NULL with the exit code and a
 * sentence. */
struct json *textfile_json(const char *path, size_t max, int *code, char *why,
    size_t size);

#endif
