#ifndef DIALOG_PROJECT_H
#define DIALOG_PROJECT_H

#include <stddef.h>

struct token_opts;

/*
 * Asks the program that fetches tokens for the credentials' project; runs its
 * own loop until it answers.  CODE_OK and the project, which the caller frees,
 * or NULL if the answer has none; or an exit code and a sentence.
 */
int project_find(const struct token_opts *, char **project, char *why,
    size_t size);

#endif
