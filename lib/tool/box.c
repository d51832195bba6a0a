/*
 * Tools by name.  Loading collects them in a list of its own, which replaces
 * the folders' part of the real list once every --describe has ended.
 */
#include "tool/box.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/json.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/path.h"
#include "loop/run.h"
#include "tool/file.h"

enum {
	FOLDERS = 16,
	DESCRIBE_MS = 10000,
	DECL_MAX = 1 << 18	/* bytes of one declaration */
};

#define OTHERS "left out: another user can change it (chmod go-w, or chown)"

struct list {
	struct tool *v;
	size_t n;
};

struct describing {
	struct toolbox *box;
	struct run *run;
	char *path, *name;
	size_t rank;
	struct describing *next;
};

struct toolbox {
	struct loop *loop;
	const struct box_ops *ops;
	void *arg;
	char *folders[FOLDERS];
	size_t n_folders;
	struct list tools, coming;
	size_t seq;		/* of the next tool */
	struct json *known;	/* the list at the last box_changed() */
	const struct proc_sandbox *sandbox;
	const char *const *env;
	struct describing *describing;	/* --describe runs */
	bool loading;
	bool again;		/* another loading was requested meanwhile */
	bool full;		/* of servers' tools: this was reported */
	struct timer finished;
};

static void
warn(struct toolbox *b, const char *path, const char *why)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s: %s", path, why);
	b->ops->warn(b->arg, text);
}

static struct tool *
find(const struct list *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i].decl.name, name) == 0)
			return &l->v[i];
	return NULL;
}

static void
tool_done(struct tool *t)
{
	decl_done(&t->decl);
	free(t->path);
	free(t->remote);
	free(t->prefix);
}

static struct tool *
append(struct list *l)
{
	l->v = mem_resize(l->v, l->n + 1, sizeof(*l->v));
	memset(&l->v[l->n], 0, sizeof(*l->v));
	return &l->v[l->n++];
}

static void
list_done(struct list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		tool_done(&l->v[i]);
	free(l->v);
	memset(l, 0, sizeof(*l));
}

/* A declaration's text for the executable at path. */
static void
declare(struct toolbox *b, const char *path, size_t rank, const char *name,
    const char *from, const char *text, size_t n)
{
	struct decl d;
	struct tool *t;
	char why[512];

	if (decl_parse(&d, name, text, n, why, sizeof(why)) == -1) {
		warn(b, from, why);
		return;
	}
	if (b->coming.n >= TOOLBOX_MAX) {
		warn(b, path, "too many tools");
		decl_done(&d);
		return;
	}
	t = append(&b->coming);
	t->decl = d;
	t->path = mem_str(path);
	t->rank = rank;
	memcpy(t->own, d.name, sizeof(t->own));
}

/* Which of two tools gets a name; one that needs confirmation is never replaced
 * with one that does not. */
static int
by_rank(const void *a, const void *b)
{
	const struct tool *x = a, *y = b;

	if (x->decl.confirm != y->decl.confirm)
		return x->decl.confirm ? -1 : 1;
	if ((x->owner == NULL) != (y->owner == NULL))
		return x->owner == NULL ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->path != NULL && y->path != NULL)
		return strcmp(x->path, y->path);
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* A name for the list's last tool that none before it has. */
static void
name_last(const struct list *l)
{
	struct tool *t = &l->v[l->n - 1];
	const struct list before = { l->v, l->n - 1 };
	char wish[256];
	int i;

	memcpy(t->decl.name, t->own, sizeof(t->own));
	for (i = 1; find(&before, t->decl.name) != NULL; i++) {
		if (i == 1)
			snprintf(wish, sizeof(wish), "%s_%s", t->prefix ?
			    t->prefix : "other", t->own);
		else
			snprintf(wish, sizeof(wish), "%.40s%d_%s", t->prefix ?
			    t->prefix : "other", i, t->own);
		decl_name_mend(wish, t->decl.name);
	}
	json_set(t->decl.function, "name", json_string(t->decl.name));
}

void
box_settle(struct toolbox *b)
{
	struct list named = { b->tools.v, 0 };

	if (b->tools.n == 0)
		return;
	qsort(b->tools.v, b->tools.n, sizeof(*b->tools.v), by_rank);
	while (named.n < b->tools.n) {
		named.n++;
		name_last(&named);
	}
}

/* What was collected, without those whose name is taken by one before. */
static void
take_coming(struct toolbox *b)
{
	struct list kept = { b->coming.v, 0 };
	struct tool *t, *of;
	size_t i;

	if (b->coming.n > 0)
		qsort(b->coming.v, b->coming.n, sizeof(*b->coming.v), by_rank);
	for (i = 0; i < b->coming.n; i++) {
		t = &b->coming.v[i];
		if (find(&kept, t->own) != NULL) {
			warn(b, t->path, "left out: another tool has its name");
			tool_done(t);
			continue;
		}
		b->coming.v[kept.n++] = *t;
	}
	for (i = 0; i < kept.n; i++) {
		of = append(&b->tools);
		*of = kept.v[i];
	}
	free(b->coming.v);
	memset(&b->coming, 0, sizeof(b->coming));
}

/* Moves what was collected into the real list once nothing is pending. */
static void
finish(void *arg)
{
	struct toolbox *b = arg;

	if (b->describing != NULL || !b->loading)
		return;
	b->loading = false;
	box_remove(b, NULL);
	take_coming(b);
	box_settle(b);
	if (b->again) {
		b->again = false;
		box_load(b);
	} else {
		b->ops->loaded(b->arg);
	}
}

/* Takes what a tool printed for --describe: one that does not know the option
 * may print anything. */
static void
take_description(struct describing *d, const struct run_end *e)
{
	struct json *j = json_parse(e->out, e->out_len, NULL, 0);
	char *from = mem_printf("%s: what it printed for --describe", d->path);
	char why[256];

	why[0] = '\0';
	if (e->how != RUN_EXITED || e->code != 0)
		snprintf(why, sizeof(why), "left out: no %.80s.json beside it, "
		    "and it does not answer --describe with its declaration",
		    d->name);
	else if (j == NULL)
		snprintf(why, sizeof(why), "what it printed for --describe is "
		    "not JSON; a %.80s.json beside it will do too", d->name);
	else
		declare(d->box, d->path, d->rank, d->name, from, e->out,
		    e->out_len);
	if (why[0] != '\0')
		warn(d->box, d->path, why);
	json_free(j);
	free(from);
}

static void
described(void *arg, const struct run_end *e)
{
	struct describing *d = arg, **at;
	struct toolbox *b = d->box;

	take_description(d, e);
	for (at = &b->describing; *at != d; at = &(*at)->next)
		;
	*at = d->next;
	free(d->path);
	free(d->name);
	free(d);
	finish(b);
}

static void
describe(struct toolbox *b, const char *path, size_t rank, const char *name)
{
	static const struct run_ops ops = { NULL, described };
	static const char *const all[] = { "/", NULL };
	static const char *const none[] = { NULL };
	/* it runs before the user was asked */
	static const struct proc_sandbox closed = { all, none, CONFINE_MODES,
	    1 };
	const char *argv[] = { path, "--describe", NULL };
	struct run_opts o = { .proc = { .argv = argv,
	    .sandbox = b->sandbox ? b->sandbox : &closed },
	    .timeout_ms = DESCRIBE_MS, .grace_ms = 500, .out_max = DECL_MAX,
	    .err_max = 4096 };
	struct describing *d = mem_alloc(sizeof(*d));

	d->box = b;
	d->path = mem_str(path);
	d->name = mem_str(name);
	d->rank = rank;
	o.proc.env = b->env;
	d->run = run_start(b->loop, &o, &ops, d);
	if (d->run != NULL) {
		d->next = b->describing;
		b->describing = d;
		return;
	}
	warn(b, path, strerror(errno));
	free(d->path);
	free(d->name);
	free(d);
}

/* One file of a folder, whose number is its rank. */
static void
consider(struct toolbox *b, size_t rank, const char *file)
{
	const char *dir = b->folders[rank];
	enum toolfile kind = tool_file_kind(dir, file);
	char *path, *name, *json, *text;
	size_t n;

	if (kind == TOOLFILE_NONE)
		return;
	path = path_join(dir, file);
	if (path_foreign(path)) {
		warn(b, path, OTHERS);
		free(path);
		return;
	}
	if (kind == TOOLFILE_LOCKED) {
		warn(b, path, "not executable (chmod +x)");
		free(path);
		return;
	}
	name = tool_file_name(file);
	json = tool_file_json(dir, name);
	text = fd_slurp(json, DECL_MAX, &n);
	if (text != NULL && path_foreign(json))
		warn(b, json, OTHERS);
	else if (text != NULL)
		declare(b, path, rank, name, json, text, n);
	else if (errno == ENOENT)
		describe(b, path, rank, name);
	else
		warn(b, json, strerror(errno));
	free(text);
	free(json);
	free(name);
	free(path);
}

int
box_folder(struct toolbox *b, const char *dir)
{
	DIR *d = opendir(dir);

	if (d == NULL)
		return -1;
	closedir(d);
	if (path_foreign(dir)) {
		errno = EPERM;
		return -1;
	}
	if (b->n_folders == FOLDERS) {
		errno = E2BIG;
		return -1;
	}
	b->folders[b->n_folders++] = mem_str(dir);
	return 0;
}

void
box_load(struct toolbox *b)
{
	struct dirent *e;
	size_t i;
	DIR *d;

	if (b->loading) {
		b->again = true;
		return;
	}
	b->loading = true;
	for (i = 0; i < b->n_folders; i++) {
		d = opendir(b->folders[i]);
		if (d == NULL || path_foreign(b->folders[i])) {
			warn(b, b->folders[i], d ? OTHERS : strerror(errno));
			if (d != NULL)
				closedir(d);
			continue;
		}
		while ((e = readdir(d)) != NULL)
			consider(b, i, e->d_name);
		closedir(d);
	}
	/* loaded() is never called from inside of this function */
	loop_timer(b->loop, &b->finished, loop_now(b->loop));
}

void
box_env(struct toolbox *b, const char *const *env)
{
	b->env = env;
}

void
box_sandbox(struct toolbox *b, const struct proc_sandbox *s)
{
	b->sandbox = s;
}

void
box_hurry(struct toolbox *b)
{
	struct describing *d;

	b->again = false;
	for (d = b->describing; d != NULL; d = d->next)
		run_cancel(d->run);
}

bool
box_loading(const struct toolbox *b)
{
	return b->loading;
}

struct toolbox *
box_new(struct loop *loop, const struct box_ops *ops, void *arg)
{
	struct toolbox *b = mem_alloc(sizeof(*b));

	b->loop = loop;
	b->ops = ops;
	b->arg = arg;
	b->finished.fire = finish;
	b->finished.arg = b;
	return b;
}

void
box_free(struct toolbox *b)
{
	loop_untimer(b->loop, &b->finished);
	list_done(&b->tools);
	list_done(&b->coming);
	json_free(b->known);
	while (b->n_folders > 0)
		free(b->folders[--b->n_folders]);
	free(b);
}

void
box_add(struct toolbox *b, struct decl *d, const char *prefix,
    size_t rank, void *owner, const char *remote)
{
	struct tool *t;

	if (b->tools.n >= TOOLBOX_MAX) {
		/* a server may list its tools again and again */
		if (!b->full)
			warn(b, remote, "left out, and whatever follows: too "
			    "many tools");
		b->full = true;
		decl_done(d);
		return;
	}
	t = append(&b->tools);
	t->decl = *d;
	memcpy(t->own, d->name, sizeof(t->own));
	t->prefix = mem_str(prefix);
	t->rank = rank;
	t->seq = b->seq++;
	t->owner = owner;
	t->remote = mem_str(remote);
}

void
box_remove(struct toolbox *b, void *owner)
{
	struct list *l = &b->tools;
	size_t i, kept = 0;

	for (i = 0; i < l->n; i++)
		if (l->v[i].owner == owner)
			tool_done(&l->v[i]);
		else
			l->v[kept++] = l->v[i];
	l->n = kept;
}

const struct tool *
box_find(const struct toolbox *b, const char *name)
{
	return find(&b->tools, name);
}

const struct tool *
box_own(const struct toolbox *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->tools.n; i++)
		if (strcmp(b->tools.v[i].own, name) == 0 ||
		    (b->tools.v[i].remote != NULL &&
		    strcmp(b->tools.v[i].remote, name) == 0))
			return &b->tools.v[i];
	return NULL;
}

size_t
box_size(const struct toolbox *b)
{
	return b->tools.n;
}

static int
by_name(const void *a, const void *b)
{
	const struct tool *const *x = a, *const *y = b;

	return strcmp((*x)->decl.name, (*y)->decl.name);
}

/* Its tools by name; the caller frees. */
static const struct tool **
sorted(const struct toolbox *b)
{
	const struct tool **order = mem_resize(NULL, b->tools.n,
	    sizeof(*order));
	size_t i;

	for (i = 0; i < b->tools.n; i++)
		order[i] = &b->tools.v[i];
	qsort(order, b->tools.n, sizeof(*order), by_name);
	return order;
}

bool
box_asks(const struct toolbox *b)
{
	size_t i;

	for (i = 0; i < b->tools.n; i++)
		if (b->tools.v[i].decl.confirm)
			return true;
	return false;
}

void
box_names(const struct toolbox *b, struct buf *out)
{
	const struct tool **order = sorted(b);
	size_t i;

	for (i = 0; i < b->tools.n; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "",
		    order[i]->decl.name);
	free(order);
}

struct json *
box_declarations(const struct toolbox *b)
{
	struct json *all = json_array(), *one = json_object();
	struct json *functions = json_array();
	const struct tool **order = sorted(b);
	size_t i;

	for (i = 0; i < b->tools.n; i++)
		json_add(functions, json_copy(order[i]->decl.function));
	free(order);
	if (json_size(functions) == 0) {
		json_free(functions);
		json_free(one);
		return all;
	}
	json_set(one, "functionDeclarations", functions);
	json_add(all, one);
	return all;
}

bool
box_changed(struct toolbox *b)
{
	struct json *j = box_declarations(b);

	if (b->known != NULL && json_equal(j, b->known)) {
		json_free(j);
		return false;
	}
	json_free(b->known);
	b->known = j;
	return true;
}
