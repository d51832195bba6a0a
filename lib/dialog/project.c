/* Finds the project of the credentials, before there is a conversation. */
#include "dialog/project.h"

#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "dialog/token.h"
#include "loop/loop.h"

struct search {
	struct loop *loop;
	char *project, *why;
	size_t size;
};

static void
found(void *arg, const struct token_reply *r)
{
	struct search *s = arg;

	s->project = mem_str(r->project);
	loop_stop(s->loop, CODE_OK);
}

static void
not_found(void *arg, int code, const char *why)
{
	struct search *s = arg;

	snprintf(s->why, s->size, "%s", why);
	loop_stop(s->loop, code);
}

int
project_find(const struct token_opts *o, char **project, char *why,
    size_t size)
{
	static const struct token_ops ops = { found, not_found };
	struct search s = { loop_new(), NULL, why, size };
	struct token *t = token_new(s.loop, o);
	int code;

	token_ask(t, &ops, &s);
	code = loop_run(s.loop);
	token_free(t);
	loop_free(s.loop);
	*project = s.project;
	return code;
}
