/* A child with one pipe to it; the loop reaps it. */
#include "dialog/helper.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/output.h"
#include "loop/proc.h"

enum { QUEUE = 64 << 20 };

struct helper {
	struct loop *loop;
	struct proc proc;
	struct output *to;	/* NULL once closed */
	helper_died *died;
	void *arg;
	bool running, ending;
};

static void
reaped(void *arg, pid_t pid, int status)
{
	struct helper *h = arg;
	char why[100];
	int code = WIFEXITED(status) ? WEXITSTATUS(status) :
	    CODE_SIGNAL + WTERMSIG(status);

	(void)pid;
	h->running = false;
	if (h->ending)
		return;
	snprintf(why, sizeof(why), WIFEXITED(status) ?
	    "gl-tool ended (exit %d): its tools cannot be run any more" :
	    "gl-tool was killed (signal %d): its tools cannot be run any more",
	    WIFEXITED(status) ? code : code - CODE_SIGNAL);
	h->died(h->arg, code, why);
}

struct helper *
helper_start(struct loop *loop, const char *const *argv, int *out,
    helper_died *died, void *arg)
{
	struct proc_opts o = { .argv = argv, .err = PROC_ERR_OURS,
	    .same_group = true };
	struct helper *h = mem_alloc(sizeof(*h));

	if (proc_start(&h->proc, &o) == -1) {
		free(h);
		return NULL;
	}
	h->loop = loop;
	h->died = died;
	h->arg = arg;
	h->running = true;
	h->to = output_fd(loop, h->proc.in, QUEUE, NULL, NULL);
	loop_child(loop, h->proc.pid, reaped, h);
	*out = h->proc.out;
	return h;
}

void
helper_record(struct helper *h, const char *type, const char *line, size_t n)
{
	static const char *const news[] = { "tool_call", "tool_cancel", "end",
	    "transcript", "text", "turn_complete", "interrupted",
	    "reconnected", "ready" };
	size_t i;

	for (i = 0; h && h->to && i < sizeof(news) / sizeof(*news); i++)
		if (strcmp(news[i], type) == 0)
			output_add(h->to, line, n, NULL, 0);
}

bool
helper_answers(const struct helper *h)
{
	return h && h->running && !h->ending;
}

void
helper_end(struct helper *h)
{
	if (!h)
		return;
	h->ending = true;
	if (h->to && output_idle(h->to)) {
		output_close(h->to);
		h->to = NULL;
	}
}

bool
helper_over(const struct helper *h)
{
	return !h || !h->running;
}

void
helper_free(struct helper *h)
{
	if (!h)
		return;
	output_close(h->to);
	if (h->running) {
		kill(h->proc.pid, SIGKILL);
		waitpid(h->proc.pid, NULL, 0);
	}
	free(h);
}
