#ifndef TOOL_NAMES_H
#define TOOL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The tools that an option names: words separated by spaces or commas, "*" for
 * every tool.  A list is such a text, or NULL for none.  Pure.
 */
struct toolbox;

/* Adds the words of a text to a list, which the caller frees; -1 where it has
 * none. */
int names_add(char **list, const char *text);

bool names_have(const char *list, const char *name);

/* The same as a sentence on an option, which *last keeps, to be freed; *news
 * is whether it differs from the one before. */
bool names_wrong(const char *option, const char *list, const struct toolbox *,
    char **last, bool *news);

#endif
