#ifndef TOOL_NAMES_H
#define TOOL_NAMES_H

#include <stdbool.h>

/*
 * The tools that an option names: words separated by spaces or commas, "*" for
 * every tool.  A list is such a text, or NULL for none.  Pure.
 */
struct tool;
struct toolbox;

/* Adds the words of a text to a list, which the caller frees; 0, or -1 if the
 * text has none. */
int names_add(char **list, const char *text);

bool names_have(const char *list, const char *name);

/* Whether the list has the tool's name: the one it is called by, or its own,
 * which another tool may bear. */
bool names_mean(const char *list, const struct tool *);

/* Whether a name in the list belongs to no tool. *last keeps the sentence
 * about it, naming the option, for the caller to free; *news tells whether it
 * differs from the previous one. */
bool names_wrong(const char *option, const char *list, const struct toolbox *,
    char **last, bool *news);

#endif
