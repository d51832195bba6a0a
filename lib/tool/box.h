#ifndef TOOL_BOX_H
#define TOOL_BOX_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/decl.h"

struct proc_sandbox;

/*
 * The tools that may be called: executables of folders, and tools of others
 * (MCP servers) added by name.  A call's name is only ever compared with the
 * names here; it never becomes a path.
 */
struct buf;
struct json;
struct loop;
struct toolbox;

enum { TOOLBOX_MAX = 512 };

struct tool {
	struct decl decl;
	char *path;		/* of an executable, else NULL */
	void *owner;		/* who else runs it, else NULL */
	char *remote;		/* its name there */
	char own[DECL_NAME_MAX + 1];	/* its name where it is taken alone */
	char *prefix;		/* of the name where own is taken, or NULL */
	size_t rank, seq;	/* who comes first for a name */
};

struct box_ops {
	/* A sentence about a file that is not a tool, and why. */
	void (*warn)(void *arg, const char *text);
	/* Every folder was read. */
	void (*loaded)(void *arg);
};

struct toolbox *box_new(struct loop *, const struct box_ops *,
    void *arg);
/* Not while a loading is under way. */
void box_free(struct toolbox *);

/* The environment of --describe runs (struct proc_opts); not copied. */
void box_env(struct toolbox *, const char *const *env);
/* What such a run may do; without one: write nothing and reach no network,
 * where the kernel can see to it. */
void box_sandbox(struct toolbox *, const struct proc_sandbox *);

/* A folder to be read; 0, or -1 with errno where it cannot be opened now: EPERM
 * where another user can change what is in it (path_foreign()).  Such a file or
 * declaration is left out with a warning. */
int box_folder(struct toolbox *, const char *dir);

/*
 * Reads the folders (anew): each executable whose name does not begin with a
 * dot is a tool, named as the file up to its first dot.  Its declaration is
 * NAME.json beside it, or what it prints when run with --describe within 10 s.
 * loaded() tells when the old tools were replaced by the new.
 */
void box_load(struct toolbox *);
bool box_loading(const struct toolbox *);
/* Ends those --describe runs that are under way. */
void box_hurry(struct toolbox *);

/*
 * Adds a tool of another kind; takes over what the declaration holds.  Once all
 * are added, box_settle() gives the names: a tool has its own one unless one
 * that comes before it has that; then prefix_name, and then numbers, make it
 * unique.  Tools that ask come before those that do not, folders before others,
 * in their order, and others by rank: not by who was added first.
 */
void box_add(struct toolbox *, struct decl *, const char *prefix,
    size_t rank, void *owner, const char *remote);
/* Removes those of an owner. */
void box_remove(struct toolbox *, void *owner);
void box_settle(struct toolbox *);

const struct tool *box_find(const struct toolbox *, const char *name);
/* A tool whose own name this is, or that has it elsewhere; or NULL. */
const struct tool *box_own(const struct toolbox *, const char *name);
size_t box_size(const struct toolbox *);
/* Whether a declaration says that its tool is to be asked about. */
bool box_asks(const struct toolbox *);
/* Adds the names, sorted, with commas between. */
void box_names(const struct toolbox *, struct buf *);

/* [{"functionDeclarations": [...]}] for setup.tools; sorted by name.  The
 * caller frees. */
struct json *box_declarations(const struct toolbox *);

/* Whether that list is another than at the last call, or this is the first. */
bool box_changed(struct toolbox *);

#endif
