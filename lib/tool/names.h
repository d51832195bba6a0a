#ifndef TOOL_NAMES_H
#define TOOL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The tools that an option names: words separated by spaces or commas, "*" for
 * every tool.  A list is such a text, or NULL for none.  Pure.
 */
struct tool;
struct toolbox;

/* Adds the words of a text to a list, which the caller frees; -1 where it has
 * none. */
int names_add(char **list, const char *text);

bool names_have(const char *list, const char *name);

/* Whether one of the names is the tool's: the one it is called by, or its own
 * one, which another tool may have. */
bool names_mean(const char *list, const struct tool *);

/* Whether a name of the list is that of no tool, as a sentence on an option,
 * which *last keeps, to be freed; *news
 * is whether it differs from the one before. */
bool names_wrong(const char *option, const char *list, const struct toolbox *,
    char **last, bool *news);

#endif
