/*
 * loop: a signal that comes while poll() returns with other news is handled
 * before that.  The poll() here is the test's own: it always finds the source
 * ready, and is interrupted when it has.
 */
#include <poll.h>
#include <signal.h>

#include "../../tap.h"
#include "loop/loop.h"

static char order[8];
static int n;

int
poll(struct pollfd *fds, nfds_t count, int timeout)
{
	(void)timeout;
	fds[0].revents = 0;
	fds[count - 1].revents = POLLIN;
	if (n == 0)
		raise(SIGTERM);
	return 1;
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	(void)arg;
	(void)room;
	pfd->fd = 0;
	pfd->events = POLLIN;
	return 1;
}

static void
ready(void *arg, const struct pollfd *pfd, int count)
{
	(void)pfd;
	(void)count;
	order[n++] = 'r';
	loop_stop(arg, 0);
}

static void
on_term(void *arg, int signo)
{
	(void)arg;
	order[n++] = signo == SIGTERM ? 's' : '?';
}

int
main(void)
{
	static const struct source_ops ops = { want, ready };
	struct loop *l = loop_new();
	struct source *s = loop_add(l, &ops, l);

	loop_ends(l, on_term, l);
	loop_run(l);
	is_str(order, "sr", "the signal, then what poll found");
	loop_remove(l, s);
	loop_free(l);
	return tap_done();
}
