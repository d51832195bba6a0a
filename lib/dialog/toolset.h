#ifndef DIALOG_TOOLSET_H
#define DIALOG_TOOLSET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The tools of a conversation: declarations from files, and those of folders
 * and of further words for gl-tool (--tool-args), which then runs beside the
 * conversation.
 */
struct json;
struct opt_list;

struct toolset {
	struct json *declared;		/* what is to be declared; NULL: none */
	const char **command;		/* gl-tool's, ended by NULL, where
					 * calls are to go there; else NULL */
	char *program;
	char **words;			/* what --tool-args was split into */
	size_t nwords;
	bool quiet;			/* the run that serves will warn */
};

/* Of a set that is empty but for quiet.  Reads the files, and asks gl-tool what
 * it declares; waits for that.  CODE_OK, or an exit code and a sentence; to be
 * freed in any case.  Strings of the lists must outlive the set. */
int toolset_read(struct toolset *, const struct opt_list *names,
    const struct opt_list *args, char *why, size_t size);
void toolset_done(struct toolset *);

#endif
