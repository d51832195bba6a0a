/*
 * Pictures go there and back in shared memory, short orders through a socket
 * pair.  The process is trusted only as far as it can do no harm: lengths are
 * checked against the room available.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS, prctl(2) */
#include "frames/darkroom.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/confine.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"

/* Sizes of the room for a picture, and for the result: what the service
 * accepts. */
enum { THERE = PIXELS_BYTES_MAX, BACK = 8 << 20, MAPPED = THERE + BACK };

struct order {
	struct picture_data data;	/* without its p */
	bool stale;
};

struct print {
	enum shot_status status;
	bool made;
	bool png;
	int width, height, quality;
	size_t n;		/* 0: the picture unchanged */
	double changed;
	char why[200];
};

struct darkroom {
	struct loop *loop;
	struct source *source;
	struct shot_opts opts;
	const struct darkroom_ops *ops;
	void *arg;
	unsigned char *room;
	pid_t pid;
	int fd;
	bool busy;
	size_t n;		/* bytes of the picture in progress */
	struct timer limit;
};

/* Carries out one order, in the process. */
static void
develop(struct shot *shot, unsigned char *room, const struct order *o,
    struct print *p)
{
	struct picture_data d = o->data;
	struct shot_made m;

	memset(p, 0, sizeof(*p));
	d.p = room;
	p->status = shot_look(shot, &d);
	if (p->status == SHOT_NEW || (p->status == SHOT_SAME && o->stale)) {
		p->made = shot_make(shot, &m) == 0 && m.n <= BACK;
		if (!p->made)
			p->status = SHOT_BAD;
	}
	p->changed = shot_changed(shot);
	if (p->status == SHOT_BAD || p->status == SHOT_DAMAGED)
		snprintf(p->why, sizeof(p->why), "%s", shot_why(shot));
	if (!p->made)
		return;
	p->png = strcmp(m.mime, "image/png") == 0;
	p->width = m.width;
	p->height = m.height;
	p->quality = m.quality;
	if (m.p == room)
		return;
	memcpy(room + THERE, m.p, m.n);
	p->n = m.n;
}

static _Noreturn void
work(const struct shot_opts *opts, int fd, unsigned char *room)
{
	struct shot *shot = shot_new(opts);
	struct order o;
	struct print p;

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	/* without seccomp it decodes unconfined */
	(void)confine_calls(CONFINE_PURE);
	while (fd_read(fd, &o, sizeof(o)) == (ssize_t)sizeof(o)) {
		develop(shot, room, &o, &p);
		if (fd_write(fd, &p, sizeof(p)) != (ssize_t)sizeof(p))
			break;
	}
	shot_free(shot);
	_exit(0);
}

static int
start(struct darkroom *d)
{
	pid_t ours = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	fflush(stdout);
	d->pid = fork();
	if (d->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (getppid() != ours)
			_exit(0);
		loop_forked();
		/* it holds nothing open, also of what we inherited; standard
		 * error is for the messages of sanitizers */
		dup2(pair[1], 0);
		close(1);
		fd_close_from(3);
		work(&d->opts, 0, d->room);
	}
	close(pair[1]);
	if (d->pid == -1) {
		close(pair[0]);
		return -1;
	}
	d->fd = pair[0];
	return 0;
}

static void
end(struct darkroom *d)
{
	if (d->fd == -1)
		return;
	kill(d->pid, SIGKILL);
	while (waitpid(d->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	close(d->fd);
	d->fd = -1;
	loop_untimer(d->loop, &d->limit);
}

static void
failed(struct darkroom *d, const char *why)
{
	end(d);
	d->busy = false;
	d->ops->developed(d->arg, SHOT_BAD, 0, why, NULL);
}

static void
late(void *arg)
{
	failed(arg, "its decoder took longer than 15 s");
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct darkroom *d = arg;

	(void)room;
	if (!d->busy || d->fd == -1)
		return 0;
	pfd->fd = d->fd;
	pfd->events = POLLIN;
	return 1;
}

/* Whether the process's report is plausible. */
static bool
sound(const struct darkroom *d, struct print *p)
{
	p->why[sizeof(p->why) - 1] = '\0';
	return (unsigned)p->status <= SHOT_BAD && p->n <= BACK &&
	    (!p->made || ((p->n > 0 || d->n <= BACK) && p->width > 0 &&
	    p->width <= IMAGE_SIDE_MAX && p->height > 0 &&
	    p->height <= IMAGE_SIDE_MAX && p->status <= SHOT_SAME));
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct darkroom *d = arg;
	struct shot_made m = { 0 };
	struct print p;

	(void)pfd;
	(void)n;
	if (fd_read(d->fd, &p, sizeof(p)) != (ssize_t)sizeof(p) ||
	    !sound(d, &p)) {
		failed(d, "its decoder broke down over it");
		return;
	}
	loop_untimer(d->loop, &d->limit);
	d->busy = false;
	if (p.made) {
		m.p = p.n > 0 ? d->room + THERE : d->room;
		m.n = p.n > 0 ? p.n : d->n;
		m.mime = p.png ? "image/png" : "image/jpeg";
		m.width = p.width;
		m.height = p.height;
		m.quality = p.quality;
	}
	d->ops->developed(d->arg, p.status, p.changed, p.why,
	    p.made ? &m : NULL);
}

static const struct source_ops source_ops = { want, ready };

struct darkroom *
darkroom_open(struct loop *loop, const struct shot_opts *o,
    const struct darkroom_ops *ops, void *arg)
{
	struct darkroom *d = mem_alloc(sizeof(*d));

	d->loop = loop;
	d->opts = *o;
	d->ops = ops;
	d->arg = arg;
	d->fd = -1;
	d->limit.fire = late;
	d->limit.arg = d;
	/* pages are allocated when they are touched */
	d->room = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_SHARED |
	    MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (d->room == MAP_FAILED)
		log_die(CODE_BUG, "no memory for a picture:");
	d->source = loop_add(loop, &source_ops, d);
	return d;
}

void
darkroom_close(struct darkroom *d)
{
	if (d == NULL)
		return;
	end(d);
	loop_remove(d->loop, d->source);
	munmap(d->room, MAPPED);
	free(d);
}

void
darkroom_develop(struct darkroom *d, const struct picture_data *data,
    bool stale)
{
	struct order o;

	memset(&o, 0, sizeof(o));
	o.data = *data;
	o.data.p = NULL;
	o.stale = stale;
	if (data->n > THERE) {
		failed(d, "over 64 MiB");
		return;
	}
	if (d->fd == -1 && start(d) == -1) {
		failed(d, log_reason(errno));
		return;
	}
	d->n = data->n;
	memcpy(d->room, data->p, data->n);
	d->busy = true;
	loop_timer(d->loop, &d->limit, clock_ms() + DARKROOM_MS);
	/* the loop may have asked for our descriptors already */
	loop_soon(d->loop);
	/* if the process has ended, reading its answer will show it */
	(void)fd_write(d->fd, &o, sizeof(o));
}

bool
darkroom_busy(const struct darkroom *d)
{
	return d->busy;
}
