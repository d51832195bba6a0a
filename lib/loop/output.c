/*
 * A descriptor written on the loop.  The queue is a ring that grows, with a
 * list of the lengths of its pieces; the first length is what remains to be
 * written of that piece.
 */
#include "loop/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "loop/loop.h"
#include "base/mem.h"

enum {
	KEEP = 256 << 10,	/* memory kept when the queue is empty */
	DOUBLE = 8 << 20,	/* the ring doubles up to here, then grows by */
	STEP = 1 << 20,		/* so much, to be little larger than needed */
	RETRY_MS = 50,		/* between tries for a FIFO's reader */
	LOCK_MS = 5		/* and for its lock */
};

struct output {
	struct loop *loop;
	struct source *source;
	const struct output_ops *ops;
	void *arg;
	int fd;			/* -1: a FIFO that waits for a reader */
	int real;		/* the inherited one behind our own, or -1 */
	char *path;		/* of a FIFO, to open it again */
	size_t bite;		/* the most to write per POLLOUT */
	char *data;
	size_t head, used, cap, limit;	/* the ring, from its oldest byte */
	size_t *lens;		/* pieces: lens[first..last] */
	size_t first, last, room;
	uint64_t written;
	int error;		/* that broke it */
	bool lost;		/* a piece, over the limit */
	bool begun;		/* some of the first piece is written */
	bool eager;		/* writes before the loop asks poll */
	bool blocked;		/* the last write did not take everything */
	bool full;		/* above half: report when there is room */
	bool broken, regular;
	bool shared;		/* a named FIFO: others may write to it too */
	bool holds;		/* its lock, exclusively, for a piece begun */
	struct timer retry, locked;
};

size_t
output_queued(const struct output *o)
{
	return o->used;
}

uint64_t
output_written(const struct output *o)
{
	return o->written;
}

bool
output_idle(const struct output *o)
{
	return o->broken || o->used == 0;
}

struct output_fate
output_fate(const struct output *o)
{
	return o == NULL ? (struct output_fate){ .idle = true } :
	    (struct output_fate){ o->error, o->lost, output_idle(o) };
}

/* Gives back memory, and moves the list of pieces to its front. */
static void
settle(struct output *o)
{
	if (o->used == 0) {
		o->head = 0;
		if (o->cap > KEEP) {
			free(o->data);
			o->data = NULL;
			o->cap = 0;
		}
	}
	if (o->first == o->last) {
		o->first = o->last = 0;
	} else if (o->first >= o->room / 2) {
		memmove(o->lens, o->lens + o->first,
		    (o->last - o->first) * sizeof(*o->lens));
		o->last -= o->first;
		o->first = 0;
	}
}

static void
tell_room(struct output *o)
{
	if (!o->full || output_queued(o) >= o->limit / 2)
		return;
	o->full = false;
	if (o->ops != NULL && o->ops->room != NULL)
		o->ops->room(o->arg);
}

/* The lock is held only while a piece is under way. */
static void
let_go(struct output *o)
{
	if (o->holds && !o->begun) {
		flock(o->fd, LOCK_UN);
		o->holds = false;
	}
}

static void
break_off(struct output *o, int error)
{
	if (o->broken)
		return;
	o->broken = true;
	o->error = error;
	o->begun = false;
	let_go(o);
	o->used = 0;
	o->first = o->last = 0;
	settle(o);
	if (o->ops != NULL && o->ops->broken != NULL)
		o->ops->broken(o->arg, error);
}

static void
advance(struct output *o, size_t n)
{
	o->head += n;
	if (o->head >= o->cap)
		o->head -= o->cap;
	o->used -= n;
}

/* Counts n bytes as written. */
static void
wrote(struct output *o, size_t n)
{
	size_t part;

	advance(o, n);
	o->written += n;
	while (n > 0) {
		part = o->lens[o->first] < n ? o->lens[o->first] : n;
		o->lens[o->first] -= part;
		n -= part;
		o->begun = o->lens[o->first] > 0;
		if (!o->begun)
			o->first++;
	}
}

/* Our FIFO's reader left: the next one starts with a whole piece. */
static void
reader_left(struct output *o)
{
	if (o->fd != -1)
		close(o->fd);
	o->fd = -1;
	o->holds = false;
	if (o->begun) {
		advance(o, o->lens[o->first++]);
		o->begun = false;
		settle(o);
	}
	loop_timer(o->loop, &o->retry, loop_now(o->loop) + RETRY_MS);
}

static void
try_fifo(void *arg)
{
	struct output *o = arg;

	o->fd = open(o->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (o->fd != -1)
		return;
	if (errno == ENXIO || errno == EINTR)
		loop_timer(o->loop, &o->retry, loop_now(o->loop) + RETRY_MS);
	else
		break_off(o, errno);
}

/* The bytes of as many whole pieces, at least one, as a pipe takes without
 * splitting them. */
static size_t
whole(const struct output *o)
{
	size_t i, n = o->lens[o->first];

	for (i = o->first + 1; i < o->last && n + o->lens[i] <= PIPE_BUF; i++)
		n += o->lens[i];
	return n;
}

/*
 * A write into a pipe that others may also write to: whole pieces in one write
 * as long as the kernel keeps them together, a larger one under a lock that all
 * our programs honour.
 */
static ssize_t
write_pipe(struct output *o, size_t *n)
{
	size_t front = o->cap - o->head;
	char small[PIPE_BUF];
	bool large = o->begun || o->lens[o->first] > PIPE_BUF;

	if (!o->holds && flock(o->fd, (large ? LOCK_EX : LOCK_SH) | LOCK_NB) ==
	    -1 && errno == EWOULDBLOCK) {
		loop_timer(o->loop, &o->locked, loop_now(o->loop) + LOCK_MS);
		*n = 1;
		return IO_AGAIN;
	}
	o->holds = true;
	if (large) {
		*n = o->lens[o->first] < front ? o->lens[o->first] : front;
		return fd_write(o->fd, o->data + o->head, *n);
	}
	*n = whole(o);
	if (*n <= front)
		return fd_write(o->fd, o->data + o->head, *n);
	memcpy(small, o->data + o->head, front);
	memcpy(small + front, o->data, *n - front);
	return fd_write(o->fd, small, *n);
}

static void
unlocked(void *arg)
{
	struct output *o = arg;

	o->blocked = false;
}

/* One write, of a contiguous stretch of the ring. */
static void
step(struct output *o)
{
	size_t n = o->used < o->cap - o->head ? o->used : o->cap - o->head;
	ssize_t r;

	if (o->locked.armed)
		return;
	if (n > o->bite)
		n = o->bite;
	r = o->shared ? write_pipe(o, &n) :
	    fd_write(o->fd, o->data + o->head, n);
	o->blocked = r < (ssize_t)n;
	if (r > 0) {
		wrote(o, (size_t)r);
		settle(o);
		tell_room(o);
	} else if (r == IO_END && o->path != NULL) {
		reader_left(o);
	} else if (r != IO_AGAIN) {
		break_off(o, r == IO_END ? 0 : errno);
	}
	let_go(o);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct output *o = arg;

	(void)room;
	if (o->eager && !o->blocked && o->fd != -1 && !output_idle(o))
		step(o);
	if (o->fd == -1 || o->broken || o->locked.armed ||
	    (o->regular && output_idle(o)))
		return 0;
	pfd->fd = o->fd;
	/* ERR reports that the reader left, even with nothing queued */
	pfd->events = output_idle(o) ? 0 : POLLOUT;
	return 1;
}

static void
ready(void *arg, const struct pollfd *pfd, int count)
{
	struct output *o = arg;

	(void)count;
	o->blocked = false;
	if (!(pfd->revents & POLLERR)) {
		if (!output_idle(o) && pfd->revents & (POLLOUT | POLLHUP))
			step(o);
	} else if (o->path != NULL) {
		reader_left(o);
	} else {
		break_off(o, 0);
	}
}

static const struct source_ops source_ops = { want, ready };

/*
 * A pipe shared with others must not be made non-blocking; but reopened through
 * /proc it has flags of its own, and then takes more than PIPE_BUF bytes at
 * once without ever blocking.
 */
static void
own_pipe(struct output *o)
{
	char name[32], link[8];
	int fd;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", o->fd);
	fd = open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return;
	o->real = o->fd;
	o->fd = fd;
	o->bite = SSIZE_MAX;
	/* a pipeline's pipe, "pipe:[N]", has one writer */
	o->shared = readlink(name, link, sizeof(link)) < 5 ||
	    memcmp(link, "pipe:", 5) != 0;
}

/* Whether it takes everything at once, like a file. */
static bool
is_null(const struct stat *st)
{
	struct stat null;

	return S_ISCHR(st->st_mode) && stat("/dev/null", &null) == 0 &&
	    st->st_rdev == null.st_rdev;
}

struct output *
output_fd(struct loop *loop, int fd, size_t limit,
    const struct output_ops *ops, void *arg)
{
	struct output *o = mem_alloc(sizeof(*o));
	struct stat st;

	o->loop = loop;
	o->ops = ops;
	o->arg = arg;
	o->fd = fd;
	o->real = -1;
	o->limit = limit;
	o->bite = PIPE_BUF;
	o->retry.fire = try_fifo;
	o->retry.arg = o;
	o->locked.fire = unlocked;
	o->locked.arg = o;
	if (fd != -1 && fstat(fd, &st) == 0) {
		o->regular = S_ISREG(st.st_mode) || is_null(&st);
		if (o->regular)
			o->bite = 1 << 20;
		else if (S_ISFIFO(st.st_mode))
			own_pipe(o);
	}
	o->source = loop_add(loop, &source_ops, o);
	return o;
}

struct output *
output_open(struct loop *loop, const char *path, size_t limit,
    const struct output_ops *ops, void *arg)
{
	struct output *o;
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return output_fd(loop, 1, limit, ops, arg);
	if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode)) {
		fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd == -1 && errno != ENXIO)
			return NULL;
		o = output_fd(loop, fd, limit, ops, arg);
		o->path = mem_str(path);
		o->bite = SSIZE_MAX;
		o->shared = true;
		if (fd == -1)
			loop_timer(loop, &o->retry,
			    loop_now(loop) + RETRY_MS);
		return o;
	}
	fd = fd_create(path);
	return fd == -1 ? NULL : output_fd(loop, fd, limit, ops, arg);
}

void
output_eager(struct output *o)
{
	/* a descriptor shared with others may block: ask poll first */
	o->eager = o->regular || o->bite == SSIZE_MAX;
}

void
output_now(struct output *o)
{
	size_t n;
	ssize_t r;

	while (!output_idle(o) && o->fd != -1 && !o->shared &&
	    fd_writable(o->fd)) {
		n = o->used < o->cap - o->head ? o->used : o->cap - o->head;
		r = fd_write(o->fd, o->data + o->head,
		    n < o->bite ? n : o->bite);
		if (r <= 0)
			return;
		wrote(o, (size_t)r);
		settle(o);
	}
}

/* Makes room for n bytes and one more piece. */
static void
grow(struct output *o, size_t n)
{
	size_t cap = o->cap ? o->cap : 4096, front;
	char *data;

	if (o->last == o->room) {
		o->room = o->room ? o->room * 2 : 64;
		o->lens = mem_resize(o->lens, o->room, sizeof(*o->lens));
	}
	while (cap < o->used + n)
		cap += cap < DOUBLE ? cap : STEP;
	if (cap == o->cap)
		return;
	data = mem_resize(NULL, cap, 1);
	front = o->used < o->cap - o->head ? o->used : o->cap - o->head;
	if (front > 0)
		memcpy(data, o->data + o->head, front);
	if (o->used > front)
		memcpy(data + front, o->data, o->used - front);
	free(o->data);
	o->data = data;
	o->cap = cap;
	o->head = 0;
}

/* Appends bytes for which there is room. */
static void
put(struct output *o, const char *p, size_t n)
{
	size_t end = o->head + o->used, part;

	if (end >= o->cap)
		end -= o->cap;
	part = n < o->cap - end ? n : o->cap - end;
	if (part > 0)
		memcpy(o->data + end, p, part);
	if (n > part)
		memcpy(o->data, p + part, n - part);
	o->used += n;
}

int
output_add(struct output *o, const void *head, size_t hn, const void *body,
    size_t bn)
{
	size_t queued = output_queued(o);

	if (o->broken || hn + bn == 0)
		return 0;
	if (queued > 0 && (queued >= o->limit ||
	    hn + bn > o->limit - queued)) {
		o->full = true;
		o->lost = true;
		return -1;
	}
	grow(o, hn + bn);
	put(o, head, hn);
	put(o, body, bn);
	o->lens[o->last++] = hn + bn;
	if (output_queued(o) >= o->limit / 2)
		o->full = true;
	return 0;
}

void
output_drop(struct output *o, bool all, size_t frame)
{
	size_t keep = 0, over;

	if (output_idle(o))
		return;
	if (!all) {
		keep = o->begun ? o->lens[o->first] : 0;
	} else if (frame > 1) {
		over = (size_t)(o->written % frame);
		keep = over > 0 ? frame - over : 0;
		if (keep > output_queued(o))
			keep = output_queued(o);
	}
	o->used = keep;
	o->last = o->first;
	o->begun = false;
	if (keep > 0) {
		o->lens[o->last++] = keep;
		o->begun = true;
	}
	let_go(o);
	settle(o);
	tell_room(o);
}

void
output_close(struct output *o)
{
	if (o == NULL)
		return;
	loop_remove(o->loop, o->source);
	loop_untimer(o->loop, &o->retry);
	loop_untimer(o->loop, &o->locked);
	if (o->fd > 2)
		close(o->fd);
	if (o->real > 2)
		close(o->real);
	free(o->path);
	free(o->data);
	free(o->lens);
	free(o);
}
