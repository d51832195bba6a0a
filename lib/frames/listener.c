/* Reports what records mean, and passes them on. */
#include "frames/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/input.h"
#include "loop/output.h"
#include "stream/remote.h"
#include "stream/stream.h"

struct listener {
	struct remote *remote;
	struct input *in;
	struct output *pass;
	const struct listener_ops *ops;
	void *arg;
	bool ended;
};

bool
listener_ended(const struct listener *l)
{
	return l->ended;
}

static void
over(void *arg, int code, const char *why)
{
	struct listener *l = arg;

	if (l->ended)
		return;
	l->ended = true;
	l->ops->over(l->arg, code, why);
}

/* Reads what a record says about the session and the user's speech. */
static void
learn(struct listener *l, const struct record *r)
{
	const char *state = json_get_str(r->head, "state", "");

	if (strcmp(r->type, "reconnecting") == 0)
		l->ops->away(l->arg, true);
	else if (strcmp(r->type, "reconnected") == 0 ||
	    strcmp(r->type, "ready") == 0)
		l->ops->away(l->arg, false);
	else if (strcmp(r->type, "audio") == 0)
		l->ops->sound(l->arg, r);
	else if (strcmp(r->type, "activity") == 0 ||
	    strcmp(r->type, "voice_activity") == 0)
		l->ops->speaking(l->arg, strcmp(state, "start") == 0);
}

static void
take(void *arg, const struct record *r)
{
	struct listener *l = arg;

	if (l->ended)
		return;
	learn(l, r);
	if (l->pass != NULL && output_add(l->pass, r->line, r->line_len,
	    r->payload, r->payload_len) == -1)
		over(l, CODE_IO, log_reason(ENOBUFS));
}

static bool
wait(void *arg)
{
	struct listener *l = arg;

	return l->ended || (l->ops->wait != NULL && l->ops->wait(l->arg));
}

static void
lost(void *arg, const char *why)
{
	struct listener *l = arg;

	l->ops->lost(l->arg, why);
}

struct listener *
listener_open(struct loop *loop, const char *path, struct output *pass,
    const struct listener_ops *ops, void *arg)
{
	static const struct remote_ops remote_ops = { take, NULL, wait, lost,
	    over };
	static const struct input_ops input_ops = { remote_window,
	    remote_filled, remote_end, remote_gone };
	struct listener *l = mem_alloc(sizeof(*l));

	l->pass = pass;
	l->ops = ops;
	l->arg = arg;
	l->remote = remote_new(path, &remote_ops, l);
	l->in = input_open(loop, path, &input_ops, l->remote);
	if (l->in == NULL) {
		listener_close(l);
		return NULL;
	}
	if (input_survives(l->in))
		remote_mend(l->remote);
	return l;
}

void
listener_close(struct listener *l)
{
	int saved = errno;

	if (l == NULL)
		return;
	input_close(l->in);
	remote_free(l->remote);
	free(l);
	errno = saved;
}
