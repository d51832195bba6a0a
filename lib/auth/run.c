/*
 * Runs a program by loop/run and waits for it.  It gets our environment without
 * API keys, which are none of its business.
 */
#include "auth/run.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "auth/net.h"
#include "auth/text.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/words.h"
#include "loop/loop.h"
#include "loop/run.h"

enum { WORDS_MAX = 64, GRACE_MS = 200 };

extern char **environ;

struct executable {
	struct auth_net *net;
	struct buf *out;
	enum run_how how;
	int code;
	bool over;
};

static void
done(void *arg, const struct run_end *e)
{
	struct executable *x = arg;

	x->how = e->how;
	x->code = e->code;
	x->over = true;
	if (e->how != RUN_FLOOD)
		buf_add(x->out, e->out, e->out_len);
	loop_stop(x->net->loop, 0);
}

static const struct run_ops ops = { .done = done };

static bool
secret(const char *var)
{
	return strncmp(var, "GEMINI_API_KEY=", 15) == 0 ||
	    strncmp(var, "GOOGLE_API_KEY=", 15) == 0;
}

/* Our environment without keys, preceded by the additions so that they win.
 * Only the array is allocated. */
static char **
environment(const char *const *more)
{
	size_t n = 0, m = 0, i;
	char **env;

	while (environ[n])
		n++;
	while (more[m])
		m++;
	env = mem_resize(NULL, n + m + 1, sizeof *env);
	for (i = 0; i < m; i++)
		env[i] = (char *)(uintptr_t)more[i];
	for (n = 0; environ[n]; n++)
		if (!secret(environ[n]) &&
		    strncmp(environ[n], "GOOGLE_EXTERNAL_ACCOUNT_", 24) != 0)
			env[i++] = environ[n];
	env[i] = NULL;
	return env;
}

static int
verdict(const struct executable *x, const char *name,
    struct auth_refusal *refusal)
{
	if (x->net->signo)
		return auth_net_refuse(refusal, CODE_SIGNAL + x->net->signo,
		    "interrupted");
	switch (x->how) {
	case RUN_TIMEOUT:
		return auth_net_refuse(refusal, CODE_TEMPFAIL,
		    "%s: no answer in "
		    "time; see \"timeout_millis\" in \"credential_source\"",
		    name);
	case RUN_FLOOD:
		return auth_net_refuse(refusal, CODE_DATA,
		    "%s: its output is over "
		    "%zu bytes", name, x->out->max);
	case RUN_KILLED:
		return auth_net_refuse(refusal, CODE_REFUSED, "%s: ended by "
		    "signal %d", name, x->code);
	default:
		break;
	}
	/* a program that fails may still have said why on its output */
	if (x->code != 0 && x->out->len == 0)
		return auth_net_refuse(refusal, CODE_REFUSED,
		    "%s: exit code %d",
		    name, x->code);
	return 0;
}

/* Starts the program and waits for it; a signal ends it.  False with errno if
 * it cannot be started. */
static bool
wait_for(struct executable *x, char **words, const struct auth_run *what)
{
	char **env = environment(what->env);
	struct run_opts opts = {
		.proc = { .argv = (const char *const *)words,
		    .env = (const char *const *)env, .err = PROC_ERR_OURS },
		.timeout_ms = what->timeout_ms, .grace_ms = GRACE_MS,
		.out_max = x->out->max,
	};
	struct run *run = run_start(x->net->loop, &opts, &ops, x);
	int error = errno;

	free(env);
	errno = error;
	if (!run)
		return false;
	while (!x->over) {
		if (x->net->signo)
			run_cancel(run);
		loop_run(x->net->loop);
	}
	return true;
}

int
auth_run(struct auth_net *net, const struct auth_run *what, struct buf *out,
    struct auth_refusal *refusal)
{
	struct executable x = { .net = net, .out = out };
	char **words = words_split(what->command, WORDS_MAX);
	char name[120];
	bool ran;

	if (!words)
		return auth_net_refuse(refusal, CODE_CONFIG, "\"command\" in "
		    "\"credential_source\" is not a command");
	auth_text_tame(name, sizeof name, words[0], NULL);
	ran = wait_for(&x, words, what);
	free(words);
	if (!ran)
		return auth_net_refuse(refusal, CODE_CONFIG, "%s: %s; check "
		    "\"command\" in \"credential_source\"", name,
		    strerror(errno));
	return verdict(&x, name, refusal);
}
