/*
 * A descriptor read on the loop.  An inherited one keeps its flags, so it gets
 * exactly one read each time poll reports it readable.
 *
 * The next writer of a FIFO may come before what the last one left is read, and
 * a consumer that keeps pace with a clock may be long in reading it.  So a FIFO
 * is watched for its writers' leaving also while nothing is wanted of it, and
 * where each one's bytes end is noted as a mark (loop/writers.h).
 *
 * A terminal may have other readers in the same pipeline: it is not read while
 * one of them asks the user something (base/row.h).
 */
#include "loop/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "loop/writers.h"
#include "base/row.h"

enum { ASKED_MS = 50 };		/* between looks at who is asking */

struct input {
	struct loop *loop;
	struct source *source;
	const struct input_ops *ops;
	void *arg;
	int fd;
	char *path;		/* of a FIFO that outlives its writers */
	mode_t mode;
	bool ended;
	bool terminal;
	struct timer asked;	/* armed: another program gets what is typed */
	int64_t at;		/* bytes read so far, of a FIFO */
	struct writers writers;
	struct timer passed;	/* armed: the first mark is reached */
};

static bool
at_mark(const struct input *in)
{
	return in->writers.n > 0 && in->writers.marks[0] == in->at;
}

/* What to wait for of a FIFO. */
static int
want_fifo(struct input *in, struct pollfd *pfd, bool wanted)
{
	const struct writers *w = &in->writers;
	int n = 0;

	if (!wanted && w->n == WRITERS_MARKS)
		return 0;
	/* one that has hung up would be reported again and again */
	if (!w->hung || (wanted && in->at < w->known)) {
		pfd[n].fd = in->fd;
		pfd[n++].events = wanted ? POLLIN : 0;
	}
	if (w->watch != -1) {
		pfd[n].fd = w->watch;
		pfd[n++].events = POLLIN;
	}
	return n;
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct input *in = arg;
	bool wanted;
	size_t n;

	(void)room;
	if (in->ended || in->asked.armed)
		return 0;
	wanted = in->ops->window(in->arg, &n) != NULL;
	if (wanted && at_mark(in)) {
		loop_timer(in->loop, &in->passed, loop_now(in->loop));
		return 0;
	}
	if (in->path != NULL)
		return want_fifo(in, pfd, wanted);
	if (!wanted)
		return 0;
	pfd->fd = in->fd;
	pfd->events = POLLIN;
	return 1;
}

/* All that a writer left has been read, and the consumer has room. */
static void
pass(void *arg)
{
	struct input *in = arg;
	size_t n;

	if (in->ended || !at_mark(in) ||
	    in->ops->window(in->arg, &n) == NULL)
		return;
	writers_pass(&in->writers);
	if (in->ops->gone != NULL)
		in->ops->gone(in->arg);
}

/* How many of n bytes are one writer's. */
static size_t
up_to_mark(struct input *in, size_t n)
{
	const struct writers *w = &in->writers;
	int64_t end = w->n > 0 && w->marks[0] < w->known ? w->marks[0] :
	    w->known;

	if (in->path == NULL)
		return n;
	return end - in->at < (int64_t)n ? (size_t)(end - in->at) : n;
}

/* One read.  From a terminal only what is meant for us: what poll reported may
 * have been read by another program since, and then a read would block. */
static ssize_t
take(struct input *in, void *p, size_t n)
{
	ssize_t r = IO_AGAIN;

	if (!in->terminal)
		return fd_read(in->fd, p, n);
	if (!row_hear(in->fd)) {
		loop_timer(in->loop, &in->asked, loop_now(in->loop) +
		    ASKED_MS);
		return IO_AGAIN;
	}
	if (fd_readable(in->fd))
		r = fd_read(in->fd, p, n);
	row_heard(in->fd);
	return r;
}

static void
ready(void *arg, const struct pollfd *pfd, int count)
{
	struct input *in = arg;
	size_t n;
	void *p;
	ssize_t r;

	(void)pfd;
	(void)count;
	if (in->path != NULL && writers_look(&in->writers, &in->fd, in->at,
	    in->path) == -1) {
		/* it ends like any other pipe */
		free(in->path);
		in->path = NULL;
		in->writers.n = 0;
	}
	p = in->ops->window(in->arg, &n);
	if (p == NULL || in->ended || (n = up_to_mark(in, n)) == 0)
		return;
	r = take(in, p, n);
	if (r == IO_AGAIN || (r == IO_END && in->path != NULL))
		return;
	if (r > 0) {
		in->at += r;
		in->ops->filled(in->arg, (size_t)r);
		return;
	}
	in->ended = true;
	in->ops->end(in->arg, r == IO_END ? 0 : errno);
}

static const struct source_ops source_ops = { want, ready };

struct input *
input_fd(struct loop *loop, int fd, const struct input_ops *ops, void *arg)
{
	struct input *in = mem_alloc(sizeof(*in));
	struct stat st;

	in->loop = loop;
	in->writers.watch = -1;
	in->ops = ops;
	in->arg = arg;
	in->fd = fd;
	if (fstat(fd, &st) == 0)
		in->mode = st.st_mode;
	in->terminal = S_ISCHR(in->mode) && isatty(fd);
	in->passed.fire = pass;
	in->passed.arg = in;
	in->source = loop_add(loop, &source_ops, in);
	return in;
}

/* A private pipe, as from the shell's <(...): it will never get another
 * writer. */
static bool
nameless(const char *path)
{
	return strcmp(path, "/dev/stdin") == 0 ||
	    strncmp(path, "/dev/fd/", 8) == 0 ||
	    (strncmp(path, "/proc/", 6) == 0 && strstr(path, "/fd/") != NULL);
}

struct input *
input_open(struct loop *loop, const char *path, const struct input_ops *ops,
    void *arg)
{
	struct writers w = { .watch = -1 };
	struct input *in;
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return input_fd(loop, 0, ops, arg);
	if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode) && !nameless(path))
		writers_init(&w, path);
	/* O_NONBLOCK opens a FIFO even without a writer */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd == -1) {
		writers_done(&w);
		return NULL;
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return NULL;
	}
	in = input_fd(loop, fd, ops, arg);
	if (!S_ISFIFO(in->mode) || nameless(path)) {
		writers_done(&w);
		return in;
	}
	in->writers = w;
	writers_opened(&in->writers, fd);
	in->path = mem_str(path);
	return in;
}

void
input_close(struct input *in)
{
	if (in == NULL)
		return;
	loop_untimer(in->loop, &in->asked);
	loop_untimer(in->loop, &in->passed);
	loop_remove(in->loop, in->source);
	writers_done(&in->writers);
	free(in->path);
	if (in->fd > 0)
		close(in->fd);
	free(in);
}

bool
input_survives(const struct input *in)
{
	return in->path != NULL;
}

bool
input_is_file(const struct input *in)
{
	return S_ISREG(in->mode);
}

bool
input_is_device(const struct input *in)
{
	return S_ISCHR(in->mode);
}

bool
input_progress(const struct input *in, int64_t *at, int64_t *size)
{
	struct stat st;

	if (!input_is_file(in) || fstat(in->fd, &st) == -1)
		return false;
	*at = (int64_t)lseek(in->fd, 0, SEEK_CUR);
	*size = (int64_t)st.st_size;
	return *at >= 0;
}
