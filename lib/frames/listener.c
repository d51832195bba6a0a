/* Reads records and reports what they mean; those passed on go out first. */
#include "frames/listener.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/input.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/output.h"
#include "stream/stream.h"

struct listener {
	struct stream_reader *reader;
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
over(struct listener *l, int code, const char *why)
{
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

static void *
window(void *arg, size_t *n)
{
	struct listener *l = arg;

	if (l->ended || l->ops->wait(l->arg))
		return NULL;
	return stream_window(l->reader, n);
}

static void
lost(struct listener *l, const char *what)
{
	char text[500];

	snprintf(text, sizeof(text), "%s: %s", what, stream_why(l->reader));
	l->ops->lost(l->arg, text);
}

static void
filled(void *arg, size_t n)
{
	struct listener *l = arg;
	struct record r;
	enum stream_status s;

	stream_filled(l->reader, n);
	while ((s = stream_next(l->reader, &r)) == STREAM_RECORD ||
	    s == STREAM_LOST) {
		if (s == STREAM_LOST) {
			lost(l, "damaged");
			continue;
		}
		learn(l, &r);
		if (l->pass != NULL && output_add(l->pass, r.line, r.line_len,
		    r.payload, r.payload_len) == -1) {
			over(l, CODE_IO, strerror(ENOBUFS));
			return;
		}
	}
	if (s == STREAM_BAD)
		over(l, CODE_DATA, stream_why(l->reader));
}

static void
end(void *arg, int error)
{
	struct listener *l = arg;

	if (error != 0)
		over(l, CODE_IO, strerror(error));
	else if (stream_end(l->reader) == -1)
		over(l, CODE_DATA, stream_why(l->reader));
	else
		over(l, CODE_OK, NULL);
}

static void
make_reader(struct listener *l)
{
	l->reader = stream_reader_new();
	if (input_survives(l->in))
		stream_mend(l->reader);
}

static void
gone(void *arg)
{
	struct listener *l = arg;

	if (l->ended)
		return;
	if (stream_end(l->reader) == -1)
		lost(l, "a writer left something half done, which is dropped");
	stream_reader_free(l->reader);
	make_reader(l);
}

static const struct input_ops input_ops = { window, filled, end, gone };

struct listener *
listener_open(struct loop *loop, const char *path, struct output *pass,
    const struct listener_ops *ops, void *arg)
{
	struct listener *l = mem_alloc(sizeof(*l));

	l->pass = pass;
	l->ops = ops;
	l->arg = arg;
	l->in = input_open(loop, path, &input_ops, l);
	if (l->in != NULL) {
		make_reader(l);
		return l;
	}
	listener_close(l);
	return NULL;
}

void
listener_close(struct listener *l)
{
	int saved = errno;

	if (l == NULL)
		return;
	input_close(l->in);
	stream_reader_free(l->reader);
	free(l);
	errno = saved;
}
