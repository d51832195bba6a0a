#ifndef DIALOG_TOOLSET_H
#define DIALOG_TOOLSET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The tools of a conversation: declarations from files, and those from folders
 * and further arguments for gl-tool (--tool-args), which then runs alongside
 * the conversation.
 */
struct json;
struct opt_list;

struct toolset {
	struct json *declared;		/* what to declare; NULL: nothing */
	const char **command;		/* gl-tool's, NULL-terminated, if calls
					 * go there; else NULL */
	char *program;
	char **words;			/* what --tool-args was split into */
	size_t nwords;
	bool quiet;			/* the serving run will warn */
};

/* Fills a set empty but for quiet: reads the files, asks gl-tool what it
 * declares and waits.  CODE_OK, or an exit code and a sentence; free the set
 * in any case.  Strings of the lists must outlive the set. */
int toolset_read(struct toolset *, const struct opt_list *names,
    const struct opt_list *args, char *why, size_t size);
void toolset_done(struct toolset *);

#endif
