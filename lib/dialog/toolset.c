/*
 * gl-tool runs twice: once for its declarations, before there is a
 * conversation, and once for the calls.
 */
#include "dialog/toolset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/words.h"
#include "base/textfile.h"
#include "base/why.h"
#include "loop/loop.h"
#include "loop/run.h"

enum {
	FILE_MAX = 8 << 20,
	WORDS_MAX = 1024,
	DECLARE_MS = 300000,	/* MCP servers may be fetched first */
	GRACE_MS = 2000
};

struct asked {
	struct loop *loop;
	struct toolset *set;
	char *why;
	size_t size;
};

/* Appends the entries of a tools file. */
static void
add(struct toolset *s, const struct json *j)
{
	const struct json *t;

	if (!s->declared)
		s->declared = json_array();
	if (json_type(j) == JSON_OBJECT && json_get(j, "tools"))
		j = json_get(j, "tools");
	if (json_type(j) != JSON_ARRAY)
		json_add(s->declared, json_copy(j));
	else
		for (t = json_first(j); t; t = json_next(t))
			json_add(s->declared, json_copy(t));
}

static int
add_file(struct toolset *s, const char *path, char *why, size_t size)
{
	int code = CODE_OK;
	struct json *j = textfile_json(path, FILE_MAX, &code, why, size);

	if (!j)
		return code;
	add(s, j);
	json_free(j);
	return CODE_OK;
}

static void
declared(void *arg, const struct run_end *e)
{
	struct asked *a = arg;
	struct json *j;
	char bad[200];
	int code = CODE_OK;

	if (e->how == RUN_EXITED && e->code == 0) {
		j = json_parse(e->out, e->out_len, bad, sizeof(bad));
		if (j)
			add(a->set, j);
		else
			code = CODE_PROTOCOL;
		json_free(j);
	} else {
		code = e->how == RUN_EXITED ? e->code :
		    e->how == RUN_TIMEOUT ? CODE_TEMPFAIL : CODE_CONFIG;
	}
	if (code != CODE_OK)
		snprintf(a->why, a->size, e->how == RUN_TIMEOUT ? "gl-tool "
		    "does not say within %d minutes what the tools are" :
		    "gl-tool does not say what the tools are (exit %d)",
		    e->how == RUN_TIMEOUT ? DECLARE_MS / 60000 : code);
	loop_stop(a->loop, code);
}

/* Asks gl-tool for its declarations.  The options for that come first, and are
 * removed afterwards. */
static int
ask(struct toolset *s, char *why, size_t size)
{
	static const struct run_ops ops = { NULL, declared };
	struct asked a = { loop_new(), s, why, size };
	struct run_opts o = { .proc = { .argv = s->command,
	    .err = PROC_ERR_OURS }, .timeout_ms = DECLARE_MS,
	    .grace_ms = GRACE_MS, .out_max = FILE_MAX };
	int code = CODE_CONFIG;

	if (run_start(a.loop, &o, &ops, &a))
		code = loop_run(a.loop);
	else
		snprintf(why, size, "%s: %s", s->program, log_reason(errno));
	loop_free(a.loop);
	return code;
}

static int
split(struct toolset *s, const char *text, char *why, size_t size)
{
	char **words = words_split(text, WORDS_MAX), **all;
	size_t n = 0, i;

	if (!words)
		return why_say(CODE_USAGE, why, size, "--tool-args %.200s: "
		    "options of gl-tool wanted, quoted as in a shell", text);
	while (words[n])
		n++;
	all = mem_resize(s->words, s->nwords + n, sizeof(*all));
	for (i = 0; i < n; i++)
		all[s->nwords++] = mem_str(words[i]);
	s->words = all;
	free(words);
	return CODE_OK;
}

static void
make_command(struct toolset *s, const char *const *folders, size_t n)
{
	size_t i, at = 0;

	s->program = path_program("gl-tool");
	s->command = mem_alloc((2 * n + s->nwords + 4) * sizeof(*s->command));
	s->command[at++] = s->program;
	s->command[at++] = "--declare";
	s->command[at++] = s->quiet ? "-q" : "--declare";
	for (i = 0; i < n; i++) {
		s->command[at++] = "-d";
		s->command[at++] = folders[i];
	}
	for (i = 0; i < s->nwords; i++)
		s->command[at++] = s->words[i];
	s->command[at] = NULL;
}

int
toolset_read(struct toolset *s, const struct opt_list *names,
    const struct opt_list *args, char *why, size_t size)
{
	const char *folders[OPT_LIST_MAX];
	size_t i, n = 0;
	int code = CODE_OK;

	for (i = 0; i < names->n && code == CODE_OK; i++)
		if (path_folder(names->v[i]) == 0)
			folders[n++] = names->v[i];
		else
			code = add_file(s, names->v[i], why, size);
	for (i = 0; i < args->n && code == CODE_OK; i++)
		code = split(s, args->v[i], why, size);
	if (code != CODE_OK || n + s->nwords == 0)
		return code;
	make_command(s, folders, n);
	code = ask(s, why, size);
	/* the program, and what followed --declare */
	memmove(s->command + 1, s->command + 3,
	    (2 * n + s->nwords + 1) * sizeof(*s->command));
	return code;
}

void
toolset_done(struct toolset *s)
{
	size_t i;

	for (i = 0; i < s->nwords; i++)
		free(s->words[i]);
	free(s->words);
	free(s->command);
	free(s->program);
	json_free(s->declared);
}
