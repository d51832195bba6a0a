#ifndef TOOL_BOX_H
#define TOOL_BOX_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/decl.h"

struct proc_sandbox;

/*
 * The tools that may be called: executables in folders, and tools run by
 * others (MCP servers), added by name.  A call's name is only ever compared
 * with these names; it never becomes a path.
 */
struct buf;
struct json;
struct loop;
struct toolbox;

enum { TOOLBOX_MAX = 512 };

struct tool {
	struct decl decl;
	char *path;		/* of an executable, or NULL */
	void *owner;		/* who runs it instead, or NULL */
	char *remote;		/* its name there */
	char own[DECL_NAME_MAX + 1];	/* its name without a prefix */
	char *prefix;		/* added if own is taken, or NULL */
	size_t rank, seq;	/* order of claims to a name */
};

struct box_ops {
	/* A sentence on a file that is not a usable tool, and why. */
	void (*warn)(void *arg, const char *text);
	/* Every folder has been read. */
	void (*loaded)(void *arg);
};

struct toolbox *box_new(struct loop *, const struct box_ops *,
    void *arg);
/* Not while loading. */
void box_free(struct toolbox *);

/* The environment of --describe runs (struct proc_opts); not copied. */
void box_env(struct toolbox *, const char *const *env);
/* What such a run may do; by default it can neither write nor reach the
 * network, where the kernel can enforce that. */
void box_sandbox(struct toolbox *, const struct proc_sandbox *);

/* Adds a folder to read; 0, or -1 with errno if it cannot be opened now: EPERM
 * if another user can change its contents (path_foreign()).  Such a file or
 * declaration is skipped with a warning. */
int box_folder(struct toolbox *, const char *dir);

/*
 * Reads or rereads the folders: each executable whose name does not begin with
 * a dot is a tool, named after the file up to its first dot.  Its declaration
 * is NAME.json beside it, or what it prints within 10 s when run with
 * --describe. loaded() is called when the new tools have replaced the old.
 */
void box_load(struct toolbox *);
bool box_loading(const struct toolbox *);
/* Ends any --describe runs still under way. */
void box_hurry(struct toolbox *);

/*
 * Adds a tool of another kind; takes ownership of the declaration's contents.
 * Once all are added, box_settle() assigns names: a tool keeps its own name
 * unless an earlier one has it; then prefix_name, and after that a number,
 * makes it unique.  Tools that ask come before those that do not, then folders
 * (in order) before others, and others by rank, whichever was added first.
 */
void box_add(struct toolbox *, struct decl *, const char *prefix,
    size_t rank, void *owner, const char *remote);
/* Removes all tools of an owner. */
void box_remove(struct toolbox *, void *owner);
void box_settle(struct toolbox *);

const struct tool *box_find(const struct toolbox *, const char *name);
/* A tool with this own name, or this name at its owner; or NULL. */
const struct tool *box_own(const struct toolbox *, const char *name);
size_t box_size(const struct toolbox *);
/* Whether any declaration requires confirmation by the user. */
bool box_asks(const struct toolbox *);
/* Appends the names, sorted and separated by commas. */
void box_names(const struct toolbox *, struct buf *);

/* [{"functionDeclarations": [...]}] for setup.tools; sorted by name.  The
 * caller frees. */
struct json *box_declarations(const struct toolbox *);

/* Whether that list differs from the last call's; true on the first call. */
bool box_changed(struct toolbox *);

#endif
