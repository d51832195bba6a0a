#ifndef WIRE_H
#define WIRE_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "net/io.h"

/* A connection over a socket whose reads and writes can be held small. */
struct wire {
	int fd;
	size_t bite;		/* bytes a call; 0: as they come */
	bool whole;		/* but not of writes: nobody reads them yet */
	bool deaf;		/* writes go nowhere */
	const void *again;	/* what a write has to be repeated with */
	size_t again_len;
	int bad_retries;
	bool stutter;		/* every other write says again */
	bool shut;		/* nothing more is written */
};

static ssize_t
wire_read(void *self, void *p, size_t n)
{
	struct wire *w = self;

	return fd_read(w->fd, p, w->bite && n > w->bite ? w->bite : n);
}

static ssize_t
wire_write(void *self, const void *p, size_t n)
{
	struct wire *w = self;
	ssize_t r;

	if (w->deaf)
		return (ssize_t)n;
	if (w->whole)
		return fd_write(w->fd, p, n);
	/* as TLS does */
	if (w->again && (p != w->again || n < w->again_len))
		w->bad_retries++;
	w->stutter = w->bite && !w->stutter;
	r = w->stutter ? IO_AGAIN : fd_write(w->fd, p,
	    w->bite && n > w->bite ? w->bite : n);
	w->again = r == IO_AGAIN ? p : NULL;
	w->again_len = n;
	return r == IO_END ? IO_ERROR : r;
}

static int
wire_want(void *self, bool reading, bool writing, struct pollfd *pfd, int room)
{
	struct wire *w = self;

	if (room < 1 || (!reading && !writing))
		return 0;
	pfd->fd = w->fd;
	pfd->events = (short)((reading ? POLLIN : 0) | (writing ? POLLOUT : 0));
	return 1;
}

static const char *
wire_why(void *self)
{
	(void)self;
	return strerror(errno);
}

static void
wire_close(void *self, enum io_how how)
{
	struct wire *w = self;

	(void)how;
	close(w->fd);
	w->fd = -1;
}

static void
wire_shut(void *self)
{
	struct wire *w = self;

	w->shut = true;
	shutdown(w->fd, SHUT_WR);
}

static const struct io_ops wire_ops = {
	wire_read, wire_write, wire_want, wire_why, wire_close, wire_shut
};

#endif
