/*
 * Events that follow one another and are alike come as one, and of writers that
 * were there before us there are none: so how many have the FIFO open may be
 * wrong.  Where that is seen the count is not used until nobody has, which poll
 * reports: bytes must not be torn from those of a writer who is still there.
 *
 * Our own coming is reported like a writer's: as one with that of a writer who
 * waited for us, before it, or after some of what that one has done.  So until
 * the first one has gone, one more or less is no mistake.
 */
#include "loop/writers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/tear.h"

enum {
	EVENTS = IN_OPEN | IN_MODIFY | IN_CLOSE_WRITE,
	ROUNDS = 8,		/* looks until nothing happens meanwhile */
	PEEK_MAX = 1 << 20
};

/* What happened since the last look. */
struct news {
	int64_t from;		/* bytes that were there before */
	bool written;
	bool next;		/* a writer came after one had left, */
	bool mixed;		/* and both have written */
};

void
writers_init(struct writers *w, const char *path)
{
	memset(w, 0, sizeof(*w));
	w->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->watch == -1)
		return;
	w->wd = inotify_add_watch(w->watch, path, EVENTS);
	if (w->wd == -1)
		writers_done(w);
}

void
writers_done(struct writers *w)
{
	if (w->watch != -1)
		close(w->watch);
	w->watch = -1;
}

void
writers_pass(struct writers *w)
{
	w->n--;
	memmove(w->marks, w->marks + 1, (size_t)w->n * sizeof(*w->marks));
}

static void
mark(struct writers *w, int64_t at)
{
	if (w->n == WRITERS_MARKS || (w->n > 0 && w->marks[w->n - 1] >= at))
		return;
	w->marks[w->n++] = at;
	w->last = at;
}

/* How many bytes wait in a pipe. */
static int
waiting(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) == 0 && n > 0 ? n : 0;
}

static void
opened(struct writers *w, struct news *e)
{
	w->hung = false;
	w->count++;
	if (!w->left)
		return;
	w->left = false;
	if (w->soiled)
		e->next = true;
	else
		mark(w, e->from);
}

static void
written(struct writers *w, struct news *e)
{
	w->hung = w->left = false;
	if (w->count == 0) {
		w->count = 1;
		if (!w->fresh)
			w->sure = e->next = false;
	}
	e->mixed |= e->next;
	e->next = false;
	e->written = true;
}

static void
closed(struct writers *w, const struct news *e)
{
	if (w->count > 0)
		w->count--;
	if (w->count == 1 && w->fresh)
		w->count = 0;
	w->fresh = false;
	if (w->count > 0 || !w->sure)
		return;
	w->left = true;
	w->soiled = e->written;
}

/* Reads what the kernel kept; false if there was nothing. */
static bool
read_events(struct writers *w, struct news *e)
{
	union {
		struct inotify_event first;
		char bytes[4096];
	} buf;
	const struct inotify_event *ev;
	ssize_t n = read(w->watch, &buf, sizeof(buf)), i;

	for (i = 0; i < n; i += (ssize_t)(sizeof(*ev) + ev->len)) {
		ev = (const void *)(buf.bytes + i);
		if (ev->mask & IN_OPEN)
			opened(w, e);
		if (ev->mask & IN_MODIFY)
			written(w, e);
		if (ev->mask & IN_CLOSE_WRITE)
			closed(w, e);
	}
	return n > 0;
}

void
writers_opened(struct writers *w, int fd)
{
	struct news none = { .from = 0 };
	char self[40];

	/* it may be another file by now */
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (w->watch != -1 && inotify_add_watch(w->watch, self, EVENTS) !=
	    w->wd)
		writers_done(w);
	if (w->watch == -1)
		return;
	if (fd_alone(fd)) {
		(void)read_events(w, &none);
		w->count = 0;
	}
	w->sure = w->fresh = true;
}

/* Several have written into the bytes from e->from to end: looks there for
 * where one begins. */
static void
search(struct writers *w, int fd, int64_t at, const struct news *e,
    int64_t end)
{
	size_t places[WRITERS_MARKS], n = (size_t)(end - at), k, i, skip;
	unsigned char *p;

	if (end <= e->from || e->from < at || n > PEEK_MAX)
		return;
	p = mem_resize(NULL, n, 1);
	n = fd_peek(fd, p, n);
	skip = (size_t)(e->from - at);
	k = n <= skip ? 0 : tear_find(p + skip, n - skip,
	    e->from == w->last, places, WRITERS_MARKS);
	for (i = 0; i < k; i++)
		mark(w, e->from + (int64_t)places[i]);
	free(p);
}

/* Whether what is there up to end was all there before the next writer came:
 * bytes can be seen a moment before the kernel tells that they were written. */
static bool
settled(const struct writers *w, int fd, int64_t at, int64_t end)
{
	fd_nap(1);
	return !fd_readable(w->watch) || at + waiting(fd) != end;
}

/* Without inotify.  A writer that came and went since `left` was asked for is
 * unknown to poll on the new descriptor, which would never report its leaving:
 * the old one does. */
static int
reopen(struct writers *w, int *fd, int64_t at, const char *path)
{
	const int how = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
	int left, new;
	char self[40];

	left = waiting(*fd);
	w->known = INT64_MAX;
	if (!fd_hangs(*fd))
		return 0;
	if (w->n == WRITERS_MARKS && w->marks[w->n - 1] != at + left)
		return 0;
	if (w->n == 0 || w->marks[w->n - 1] != at + left)
		mark(w, at + left);
	/* the same FIFO, even if its name has since gone to another file */
	snprintf(self, sizeof(self), "/proc/self/fd/%d", *fd);
	new = open(self, how);
	if (new == -1)
		new = open(path, how);
	if (new == -1)
		return -1;
	if (waiting(new) > left) {
		close(new);
		return 0;
	}
	close(*fd);
	*fd = new;
	return 0;
}

int
writers_look(struct writers *w, int *fd, int64_t at, const char *path)
{
	struct news e = { .from = w->known };
	int64_t end = at;
	bool quiet = false;
	int i;

	if (w->watch == -1)
		return reopen(w, fd, at, path);
	for (i = 0; i < ROUNDS && !quiet; i++) {
		quiet = !read_events(w, &e) && i > 0;
		if (!quiet)
			end = at + waiting(*fd);
	}
	if (e.next && quiet && !settled(w, *fd, at, end)) {
		(void)read_events(w, &e);
		quiet = false;
	}
	if (e.mixed || (e.next && !quiet))
		search(w, *fd, at, &e, end);
	if (e.next && quiet)
		mark(w, end);
	if (quiet && !w->hung && fd_hangs(*fd) && at + waiting(*fd) == end) {
		w->hung = w->sure = true;
		w->left = w->fresh = false;
		w->count = 0;
		mark(w, end);
	}
	if (quiet && w->sure && !w->fresh && w->count == 0 && !w->hung &&
	    !fd_alone(*fd)) {
		/* one's coming is reported a moment after it has come */
		fd_nap(1);
		if (!fd_readable(w->watch))
			w->sure = w->left = false;
	}
	w->known = end;
	return 0;
}
