/* A stream reader between an input and those who want its records. */
#include "stream/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "stream/stream.h"

struct remote {
	const struct remote_ops *ops;
	void *arg;
	char *name;
	struct stream_reader *reader;
	bool mend, over;
};

static void
over(struct remote *r, int code, const char *why)
{
	char text[600];

	if (r->over)
		return;
	r->over = true;
	if (why != NULL)
		snprintf(text, sizeof(text), "%s: %s", r->name, why);
	r->ops->over(r->arg, code, why != NULL ? text : NULL);
}

void *
remote_window(void *arg, size_t *n)
{
	struct remote *r = arg;

	if (r->over || (r->ops->wait != NULL && r->ops->wait(r->arg)))
		return NULL;
	return stream_window(r->reader, n);
}

void
remote_complain(const struct remote *r, const char *what)
{
	char text[600];

	snprintf(text, sizeof(text), "%s: %s", r->name, what);
	r->ops->lost(r->arg, text);
}

static void
lost(struct remote *r, const char *what)
{
	char text[500];

	snprintf(text, sizeof(text), "%s: %s", what, stream_why(r->reader));
	remote_complain(r, text);
}

void
remote_filled(void *arg, size_t n)
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
		over(r, CODE_DATA, stream_why(r->reader));
	else if (r->ops->taken != NULL)
		r->ops->taken(r->arg);
}

void
remote_end(void *arg, int error)
{
	struct remote *r = arg;

	if (error)
		over(r, CODE_IO, log_reason(error));
	else if (stream_end(r->reader) == -1)
		over(r, CODE_DATA, stream_why(r->reader));
	else
		over(r, CODE_OK, NULL);
}

static void
make_reader(struct remote *r)
{
	r->reader = stream_reader_new();
	if (r->mend)
		stream_mend(r->reader);
}

void
remote_gone(void *arg)
{
	struct remote *r = arg;

	if (r->over)
		return;
	if (stream_end(r->reader) == -1)
		lost(r, "a writer left something half done, which is dropped");
	stream_reader_free(r->reader);
	make_reader(r);
}

struct remote *
remote_new(const char *path, const struct remote_ops *ops, void *arg)
{
	struct remote *r = mem_alloc(sizeof(*r));

	r->ops = ops;
	r->arg = arg;
	r->name = mem_str(strcmp(path, "-") == 0 ? "standard input" : path);
	make_reader(r);
	return r;
}

void
remote_mend(struct remote *r)
{
	r->mend = true;
	stream_mend(r->reader);
}

bool
remote_ended(const struct remote *r)
{
	return r->over;
}

void
remote_free(struct remote *r)
{
	if (r == NULL)
		return;
	stream_reader_free(r->reader);
	free(r->name);
	free(r);
}

int64_t
remote_time(const struct record *r, int64_t now)
{
	int64_t at = json_get_int(r->head, "at", now);

	return at < now - 60000 || at > now + 60000 ? now : at;
}
