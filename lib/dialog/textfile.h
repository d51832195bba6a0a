#ifndef DIALOG_TEXTFILE_H
#define DIALOG_TEXTFILE_H

#include <stddef.h>

/*
 * The words of a file, without a byte order mark, to be freed.  *bad becomes
 * the number of the first line that is not UTF-8, or 0.  NULL with errno and
 * the exit code where it cannot be read or has more than max bytes.
 */
char *textfile_read(const char *path, size_t max, int *bad, int *code);

#endif
