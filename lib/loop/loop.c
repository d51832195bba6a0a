/*
 * The poll loop.  Sources are in a list and freed on the turn after their
 * removal; timers are in a list ordered by time; signals come through a
 * self-pipe, whose write end is the only thing a handler touches.
 */
#define _DEFAULT_SOURCE		/* syscall(2) */
#include "loop/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	SIGNALS = 65,
	CLOSE_RANGE = 436,	/* close_range(2) and its flag */
	CLOSE_ON_EXEC = 4,
	DESCRIPTORS = 1 << 20,	/* the most to go through without it */
	LATE_MS = 1000		/* for a timer: the program was stopped */
};

struct source {
	const struct source_ops *ops;
	void *arg;
	bool removed;
	int first, count;	/* its entries in this turn's array */
	struct source *next;
};

struct child {
	pid_t pid;
	void (*fn)(void *arg, pid_t pid, int status);
	void *arg;
	struct child *next;
};

struct handler {
	void (*fn)(void *arg, int signo);
	void *arg;
	struct sigaction before;
	bool set;
};

struct loop {
	struct source *sources;
	struct timer *timers;
	struct child *children;
	int adopts;		/* takes orphaned descendants too */
	struct handler handlers[SIGNALS];
	struct pollfd *pfds;
	int room;
	bool soon, stopped;
	int code;
	int64_t now;
};

static int self_pipe[2] = { -1, -1 };
static volatile sig_atomic_t caught;	/* the pipe has something */
static const int unwanted[] = {
	SIGPIPE, SIGXFSZ	/* a write fails then, which says where */
};
static struct sigaction before[2];	/* how they were */

static void
on_signal(int signo)
{
	unsigned char byte = (unsigned char)signo;
	int saved = errno;
	ssize_t ignored;

	caught = 1;
	/* if the pipe is full it is about to be read anyway */
	ignored = write(self_pipe[1], &byte, 1);
	(void)ignored;
	errno = saved;
}

static void
restore_unwanted(void)
{
	int i;

	for (i = 0; i < 2; i++)
		sigaction(unwanted[i], &before[i], NULL);
}

struct loop *
loop_new(void)
{
	struct loop *l = mem_alloc(sizeof(*l));
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	int i;

	if (fd_pipe(self_pipe) == -1 || fd_nonblock(self_pipe[0]) == -1 ||
	    fd_nonblock(self_pipe[1]) == -1)
		log_die(CODE_IO, "cannot make a pipe:");
	for (i = 0; i < 2; i++)
		sigaction(unwanted[i], &ignore, &before[i]);
	l->room = 16;
	l->pfds = mem_resize(NULL, (size_t)l->room, sizeof(*l->pfds));
	l->now = clock_ms();
	return l;
}

void
loop_free(struct loop *l)
{
	struct source *s;
	struct child *c;
	int i;

	for (i = 1; i < SIGNALS; i++)
		if (l->handlers[i].set)
			sigaction(i, &l->handlers[i].before, NULL);
	restore_unwanted();
	while ((s = l->sources) != NULL) {
		l->sources = s->next;
		free(s);
	}
	while ((c = l->children) != NULL) {
		l->children = c->next;
		free(c);
	}
	close(self_pipe[0]);
	close(self_pipe[1]);
	self_pipe[0] = self_pipe[1] = -1;
	free(l->pfds);
	free(l);
}

struct source *
loop_add(struct loop *l, const struct source_ops *ops, void *arg)
{
	struct source *s = mem_alloc(sizeof(*s)), **at;

	s->ops = ops;
	s->arg = arg;
	for (at = &l->sources; *at != NULL; at = &(*at)->next)
		;
	*at = s;
	return s;
}

void
loop_remove(struct loop *l, struct source *s)
{
	(void)l;
	s->removed = true;
}

void
loop_untimer(struct loop *l, struct timer *t)
{
	struct timer **at;

	if (!t->armed)
		return;
	for (at = &l->timers; *at != NULL; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	t->armed = 0;
}

void
loop_timer(struct loop *l, struct timer *t, int64_t when)
{
	struct timer **at;

	loop_untimer(l, t);
	t->at = when;
	t->armed = 1;
	for (at = &l->timers; *at != NULL && (*at)->at <= when;
	    at = &(*at)->next)
		;
	t->next = *at;
	*at = t;
}

void
loop_soon(struct loop *l)
{
	l->soon = true;
}

void
loop_signal(struct loop *l, int signo, void (*fn)(void *arg, int signo),
    void *arg)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct handler *h = &l->handlers[signo];

	if (fn == NULL) {
		if (h->set)
			sigaction(signo, &h->before, NULL);
		memset(h, 0, sizeof(*h));
		return;
	}
	sa.sa_flags = signo == SIGCHLD ? SA_RESTART | SA_NOCLDSTOP :
	    SA_RESTART;
	sigfillset(&sa.sa_mask);
	sigaction(signo, &sa, h->set ? NULL : &h->before);
	h->fn = fn;
	h->arg = arg;
	h->set = true;
}

void
loop_ends(struct loop *l, void (*fn)(void *arg, int signo), void *arg)
{
	struct sigaction hup;

	loop_signal(l, SIGINT, fn, arg);
	loop_signal(l, SIGTERM, fn, arg);
	if (sigaction(SIGHUP, NULL, &hup) == -1 || hup.sa_handler != SIG_IGN)
		loop_signal(l, SIGHUP, fn, arg);
}

void
loop_default(struct loop *l, int signo)
{
	struct handler h = l->handlers[signo];

	loop_signal(l, signo, NULL, NULL);
	raise(signo);
	if (h.set)
		loop_signal(l, signo, h.fn, h.arg);
}

/* Reaps adopted children.  If one of ours has died meanwhile the search ends: a
 * signal will report it. */
static void
reap_adopted(struct loop *l)
{
	struct child *c;
	siginfo_t si;

	for (;;) {
		si.si_pid = 0;
		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1 ||
		    si.si_pid == 0)
			return;
		for (c = l->children; c != NULL && c->pid != si.si_pid; )
			c = c->next;
		if (c != NULL)
			return;
		waitpid(si.si_pid, NULL, WNOHANG);
	}
}

/* The status as waitpid(2) would give it. */
static int
status_of(const siginfo_t *si)
{
	return si->si_code == CLD_EXITED ? (si->si_status & 0xff) << 8 :
	    si->si_status | (si->si_code == CLD_DUMPED ? 0x80 : 0);
}

/* A child's end is reported before it is reaped: until then its pid and group
 * cannot be reused, so a last signal cannot reach anyone else. */
static void
reap(void *arg, int signo)
{
	struct loop *l = arg;
	struct child **at = &l->children, *c;
	siginfo_t si;
	pid_t pid;

	(void)signo;
	while ((c = *at) != NULL) {
		si.si_pid = 0;
		if (waitid(P_PID, (id_t)c->pid, &si, WEXITED | WNOHANG |
		    WNOWAIT) == -1 || si.si_pid != c->pid) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		pid = c->pid;
		c->fn(c->arg, pid, status_of(&si));
		waitpid(pid, NULL, WNOHANG);
		free(c);
		/* the handler may have changed the list */
		at = &l->children;
	}
	if (l->adopts)
		reap_adopted(l);
}

void
loop_adopt(struct loop *l)
{
	l->adopts = 1;
}

void
loop_child(struct loop *l, pid_t pid, void (*fn)(void *arg, pid_t pid,
    int status), void *arg)
{
	struct child *c = mem_alloc(sizeof(*c));

	c->pid = pid;
	c->fn = fn;
	c->arg = arg;
	c->next = l->children;
	l->children = c;
	loop_signal(l, SIGCHLD, reap, l);
	/* it may have ended before the handler was installed */
	on_signal(SIGCHLD);
}

static void
sweep(struct loop *l)
{
	struct source **at = &l->sources, *s;

	while ((s = *at) != NULL)
		if (s->removed) {
			*at = s->next;
			free(s);
		} else {
			at = &s->next;
		}
}

/* Asks every source; entry 0 is the self-pipe.  Returns the count. */
static int
gather(struct loop *l)
{
	struct source *s;
	int n = 1, want;

	l->pfds[0].fd = self_pipe[0];
	l->pfds[0].events = POLLIN;
	l->pfds[0].revents = 0;
	for (s = l->sources; s != NULL; s = s->next) {
		/* a source may own up to eight descriptors */
		if (l->room - n < 8) {
			l->room *= 2;
			l->pfds = mem_resize(l->pfds, (size_t)l->room,
			    sizeof(*l->pfds));
		}
		s->first = n;
		want = s->removed ? 0 : s->ops->want(s->arg, l->pfds + n,
		    l->room - n);
		s->count = want;
		for (; want > 0; want--)
			l->pfds[n++].revents = 0;
	}
	return n;
}

static int
timeout(struct loop *l)
{
	int64_t left;

	if (l->soon || l->stopped)
		return 0;
	if (l->timers == NULL)
		return -1;
	left = l->timers->at - clock_ms();
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

static void
signals(struct loop *l)
{
	unsigned char bytes[64];
	ssize_t n, i;

	caught = 0;
	while ((n = fd_read(self_pipe[0], bytes, sizeof(bytes))) > 0)
		for (i = 0; i < n; i++)
			if (bytes[i] < SIGNALS && l->handlers[bytes[i]].set)
				l->handlers[bytes[i]].fn(
				    l->handlers[bytes[i]].arg, bytes[i]);
}

static void
fire(struct loop *l)
{
	struct timer *t;
	int due = 0;

	/* only those due now: one that re-arms itself in the past has to
	 * wait */
	for (t = l->timers; t != NULL && t->at <= l->now; t = t->next)
		due++;
	while (due-- > 0 && (t = l->timers) != NULL && t->at <= l->now) {
		l->timers = t->next;
		t->armed = 0;
		if (t->fire != NULL)
			t->fire(t->arg);
	}
}

static void
deliver(struct loop *l, int n)
{
	struct source *s;
	int i;

	for (s = l->sources; s != NULL; s = s->next) {
		/* sources added by a handler have no entries yet */
		if (s->removed || s->count == 0 || s->first + s->count > n)
			continue;
		for (i = 0; i < s->count; i++)
			if (l->pfds[s->first + i].revents != 0)
				break;
		if (i < s->count)
			s->ops->ready(s->arg, l->pfds + s->first, s->count);
	}
}

int
loop_run(struct loop *l)
{
	struct source *s;
	bool late;
	int n, r;

	while (!l->stopped) {
		sweep(l);
		n = gather(l);
		r = poll(l->pfds, (nfds_t)n, timeout(l));
		if (r == -1 && errno != EINTR)
			log_die(CODE_BUG, "poll:");
		l->soon = false;
		l->now = clock_ms();
		/* one that came while poll returned goes before what it found:
		 * the end of an input by the same ^C is no news */
		if (caught)
			signals(l);
		/* what came while the program was stopped goes before a timer
		 * that says that nothing came */
		late = l->timers != NULL && l->now - l->timers->at > LATE_MS;
		if (!late)
			fire(l);
		else if (r <= 0)
			r = poll(l->pfds, (nfds_t)n, 0);
		if (r > 0)
			deliver(l, n);
		if (late)
			fire(l);
		for (s = l->sources; s != NULL; s = s->next)
			s->count = 0;
	}
	sweep(l);
	l->stopped = false;
	return l->code;
}

void
loop_stop(struct loop *l, int code)
{
	if (!l->stopped)
		l->code = code;
	l->stopped = true;
}

int64_t
loop_now(const struct loop *l)
{
	return l->now;
}

void
loop_forked(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, sa;
	sigset_t none;
	long n;
	int i;

	for (i = 1; i < SIGNALS; i++)
		if (sigaction(i, NULL, &sa) == 0 && sa.sa_handler == on_signal)
			sigaction(i, &dfl, NULL);
	restore_unwanted();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* libraries such as libcurl open some that would be inherited */
	if (syscall(CLOSE_RANGE, 3U, ~0U, CLOSE_ON_EXEC) == 0)
		return;
	/* before Linux 5.11; closing one that is not open does no harm */
	n = sysconf(_SC_OPEN_MAX);
	for (i = 3; i < (n > 0 && n < DESCRIPTORS ? n : DESCRIPTORS); i++)
		fd_cloexec(i);
}
