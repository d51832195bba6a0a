/*
 * A descriptor read on the loop.  An inherited one keeps its flags, so it gets
 * exactly one read each time poll reports it readable.  A FIFO whose writers
 * have gone hangs up from then on; reopened, it waits for the next writer.  The
 * old descriptor is closed only afterwards, so no byte and no writer is lost.
 *
 * The next writer may come before what the last one left is read, and a
 * consumer that keeps pace with a clock may be long in reading it.  So a FIFO
 * is watched for its writers' leaving also while nothing is wanted of it, and
 * where each one's bytes end is noted as a mark.
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
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/row.h"

enum {
	ASKED_MS = 50,		/* between looks at who is asking */
	MARKS = 64		/* writers that left without having been read */
};

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
	int64_t marks[MARKS];	/* where its writers left off */
	int n_marks;
	struct timer passed;	/* armed: the first mark is reached */
};

static bool
at_mark(const struct input *in)
{
	return in->n_marks > 0 && in->marks[0] == in->at;
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
	if (!wanted && (in->path == NULL || in->n_marks == MARKS))
		return 0;
	pfd->fd = in->fd;
	pfd->events = wanted ? POLLIN : 0;
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
	in->n_marks--;
	memmove(in->marks, in->marks + 1,
	    (size_t)in->n_marks * sizeof(*in->marks));
	if (in->ops->gone != NULL)
		in->ops->gone(in->arg);
}

/* How many bytes wait in a pipe. */
static int
waiting(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) == 0 && n > 0 ? n : 0;
}

/*
 * The writers have gone: notes how much they left, and reopens the same FIFO,
 * even if its name has since gone to another file.  A writer that came and went
 * between the two is unknown to poll on the new descriptor, which would never
 * report its leaving: the old one does.
 */
static int
mark(struct input *in)
{
	const int how = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
	int left = waiting(in->fd), fd;
	int64_t end = in->at + left;
	char self[40];

	if (in->n_marks == 0 || in->marks[in->n_marks - 1] != end) {
		if (in->n_marks == MARKS)
			return 0;
		in->marks[in->n_marks++] = end;
	}
	snprintf(self, sizeof(self), "/proc/self/fd/%d", in->fd);
	fd = open(self, how);
	if (fd == -1)
		fd = open(in->path, how);
	if (fd == -1)
		return -1;
	if (waiting(fd) > left) {
		close(fd);
		return 0;
	}
	close(in->fd);
	in->fd = fd;
	return 0;
}

static void
over(void *arg)
{
	(void)arg;	/* want() checks again */
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

	(void)count;
	if (in->path != NULL && (pfd->revents & POLLHUP) != 0 &&
	    mark(in) == -1) {
		/* it ends like any other pipe */
		free(in->path);
		in->path = NULL;
		in->n_marks = 0;
	}
	p = in->ops->window(in->arg, &n);
	if (p == NULL || in->ended || at_mark(in))
		return;
	if (in->n_marks > 0 && (int64_t)n > in->marks[0] - in->at)
		n = (size_t)(in->marks[0] - in->at);
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
	in->ops = ops;
	in->arg = arg;
	in->fd = fd;
	if (fstat(fd, &st) == 0)
		in->mode = st.st_mode;
	in->terminal = S_ISCHR(in->mode) && isatty(fd);
	in->asked.fire = over;
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
	struct input *in;
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return input_fd(loop, 0, ops, arg);
	/* O_NONBLOCK opens a FIFO even without a writer */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return NULL;
	}
	in = input_fd(loop, fd, ops, arg);
	if (!S_ISFIFO(in->mode) || nameless(path))
		return in;
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
