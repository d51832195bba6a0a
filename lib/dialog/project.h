#ifndef DIALOG_PROJECT_H
#define DIALOG_PROJECT_H

#include <stddef.h>

struct token_opts;

/*
 * Asks the program that fetches tokens for the project that the credentials
 * belong to; runs a loop of its own until it answers.  CODE_OK and the project,
 * which the caller frees, or NULL where the answer has none; or the exit code
 * with a sentence.
 */
int project_find(const struct token_opts *, char **project, char *why,
    size_t size);

#endif
