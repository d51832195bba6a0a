#ifndef DIALOG_TEXTFILE_H
#define DIALOG_TEXTFILE_H

#include <stddef.h>

struct json;

/*
 * The words of a file, without a byte order mark, to be freed.  *bad becomes
 * the number of the first line that is not UTF-8, or 0.  NULL with errno and
 * the exit code where it cannot be read or has more than max bytes.
 */
char *textfile_read(const char *path, size_t max, int *bad, int *code);

/* The JSON of a file, in which comments may stand (from // or # to the end of
 * the line, and between the marks of C), to be freed; NULL with the exit code
 * and a sentence. */
struct json *textfile_json(const char *path, size_t max, int *code, char *why,
    size_t size);

#endif
