#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stddef.h>

/*
 * Splits a command as a shell would, with its quotes and backslashes but
 * without expanding anything: no shell ever sees it.  Returns a
 * NULL-terminated array in one allocation that the caller frees; NULL if there
 * are no words, more than max, or a quote that does not end.
 */
char **words_split(const char *command, size_t max);

#endif
