/*
 * An input with a stream reader behind it.  After the end of its records it
 * reports nothing more; a FIFO never ends.
 */
#include "mic/remote.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "loop/input.h"
#include "base/log.h"
#include "base/mem.h"
#include "stream/stream.h"

struct remote {
	const struct remote_ops *ops;
	void *arg;
	char *path;
	struct input *input;
	struct stream_reader *reader;
	bool broken, held, over;
};

static void
bad(struct remote *r, const char *why)
{
	char text[600];

	r->broken = true;
	snprintf(text, sizeof(text), "%s: %s", r->path, why);
	r->ops->bad(r->arg, text);
}

static void *
window(void *arg, size_t *n)
{
	struct remote *r = arg;

	return r->broken || r->held ? NULL :
	    stream_window(r->reader, n);
}

static void
lost(struct remote *r, const char *what)
{
	char text[600];

	snprintf(text, sizeof(text), "%s: %s: %s", r->path, what,
	    stream_why(r->reader));
	r->ops->lost(r->arg, text);
}

static void
filled(void *arg, size_t n)
{
	struct remote *r = arg;
	struct record rec;
	enum stream_status st;

	stream_filled(r->reader, n);
	while ((st = stream_next(r->reader, &rec)) == STREAM_RECORD ||
	    st == STREAM_LOST)
		if (st == STREAM_RECORD)
			r->ops->take(r->arg, &rec);
		else
			lost(r, "damaged");
	if (st == STREAM_BAD)
		bad(r, stream_why(r->reader));
	else if (r->ops->taken != NULL)
		r->ops->taken(r->arg);
}

static void
end(void *arg, int error)
{
	struct remote *r = arg;

	if (error)
		bad(r, log_reason(error));
	else if (stream_end(r->reader) == -1)
		bad(r, stream_why(r->reader));
	r->over = true;
	if (r->ops->ended != NULL)
		r->ops->ended(r->arg);
}

static void
make_reader(struct remote *r)
{
	r->reader = stream_reader_new();
	if (input_survives(r->input))
		stream_mend(r->reader);
}

static void
gone(void *arg)
{
	struct remote *r = arg;

	if (r->broken)
		return;
	if (stream_end(r->reader) == -1)
		lost(r, "a writer left something half done, which is dropped");
	stream_reader_free(r->reader);
	make_reader(r);
}

static const struct input_ops input_ops = { window, filled, end, gone };

struct remote *
remote_open(struct loop *loop, const char *path,
    const struct remote_ops *ops, void *arg)
{
	struct remote *r = mem_alloc(sizeof(*r));
	int saved;

	r->ops = ops;
	r->arg = arg;
	r->input = input_open(loop, path, &input_ops, r);
	if (r->input == NULL) {
		saved = errno;
		free(r);
		errno = saved;
		return NULL;
	}
	r->path = mem_str(path);
	make_reader(r);
	return r;
}

void
remote_hold(struct remote *r, bool hold)
{
	r->held = hold;
}

bool
remote_more(const struct remote *r)
{
	return input_is_file(r->input) && !r->over && !r->broken;
}

void
remote_close(struct remote *r)
{
	if (r == NULL)
		return;
	input_close(r->input);
	stream_reader_free(r->reader);
	free(r->path);
	free(r);
}

int64_t
remote_time(const struct record *r, int64_t now)
{
	int64_t at = json_get_int(r->head, "at", now);

	return at < now - 60000 || at > now + 60000 ? now : at;
}
