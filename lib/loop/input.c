/*
 * A descriptor read on the loop.  An inherited one keeps its flags, so it gets
 * exactly one read each time poll reports it readable.  A FIFO whose writers
 * have gone reads as ended and hangs up from then on; reopened, it waits for
 * the next writer.  The old descriptor is closed only afterwards, so no byte
 * and no writer is lost.
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
};

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct input *in = arg;
	size_t n;

	(void)room;
	if (in->ended || in->asked.armed ||
	    in->ops->window(in->arg, &n) == NULL)
		return 0;
	pfd->fd = in->fd;
	pfd->events = POLLIN;
	return 1;
}

/*
 * Reopens the same FIFO, even if its name has since gone to another file.  A
 * writer that came and went between the last read and this call is unknown to
 * poll on the new descriptor, which would never report its leaving: the old one
 * does.
 */
static int
open_anew(struct input *in)
{
	const int how = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
	char self[40];
	int fd, left = 0;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", in->fd);
	fd = open(self, how);
	if (fd == -1)
		fd = open(in->path, how);
	if (fd == -1)
		return -1;
	if (ioctl(fd, FIONREAD, &left) == 0 && left > 0) {
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

	(void)pfd;
	(void)count;
	p = in->ops->window(in->arg, &n);
	if (p == NULL || in->ended)
		return;
	r = take(in, p, n);
	if (r == IO_AGAIN)
		return;
	if (r > 0) {
		in->ops->filled(in->arg, (size_t)r);
		return;
	}
	if (r == IO_END && in->path != NULL && open_anew(in) == 0) {
		if (in->ops->gone != NULL)
			in->ops->gone(in->arg);
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
