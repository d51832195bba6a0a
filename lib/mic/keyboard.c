/*
 * The terminal is shared by all programs of a pipeline: only its line mode and
 * echo are changed, and only while this program runs and no other one asks the
 * user a question, whose answer is typed as a line and has to be visible.
 */
#include "mic/keyboard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/row.h"

enum { LOOK_MS = 50 };		/* between looks at who asks */

struct keyboard {
	struct loop *loop;
	struct source *source;
	int fd;
	struct termios before;
	bool lent;		/* to a question */
	struct timer look;
	void (*fn)(void *arg, int key);
	void *arg;
};

/* In the background tcsetattr() stops the process by SIGTTOU: in a shell that
 * is right, and a test runs without one. */
static int
raw(struct keyboard *k)
{
	struct termios t = k->before;

	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	return tcsetattr(k->fd, TCSANOW, &t);
}

/* In the background the terminal is not ours to change. */
static void
lend(struct keyboard *k, bool lent)
{
	if (k->fd == -1 || lent == k->lent || !row_front(k->fd))
		return;
	if (lent)
		tcsetattr(k->fd, TCSANOW, &k->before);
	else
		raw(k);
	k->lent = lent;
}

static void
look(void *arg)
{
	struct keyboard *k = arg;

	if (k->fd != -1)
		lend(k, row_others_ask(k->fd));
	loop_timer(k->loop, &k->look, loop_now(k->loop) + LOOK_MS);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct keyboard *k = arg;

	(void)room;
	if (k->fd == -1 || k->lent)
		return 0;
	pfd->fd = k->fd;
	pfd->events = POLLIN;
	return 1;
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct keyboard *k = arg;
	unsigned char key;
	ssize_t r;

	(void)pfd;
	(void)n;
	if (!row_hear(k->fd)) {
		lend(k, true);
		return;
	}
	r = fd_read(k->fd, &key, 1);
	row_heard(k->fd);
	if (r > 0) {
		k->fn(k->arg, key);
	} else if (r != IO_AGAIN) {
		close(k->fd);
		k->fd = -1;
	}
}

static const struct source_ops source_ops = { want, ready };

static void
on_stop(void *arg, int signo)
{
	struct keyboard *k = arg;

	log_status(NULL);
	tcsetattr(k->fd, TCSANOW, &k->before);
	loop_default(k->loop, signo);
	raw(k);
	k->lent = false;
}

struct keyboard *
keyboard_open(struct loop *loop, void (*fn)(void *arg, int key), void *arg)
{
	struct keyboard *k = mem_alloc(sizeof(*k));
	int saved;

	k->loop = loop;
	k->fn = fn;
	k->arg = arg;
	k->fd = open("/dev/tty", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (k->fd == -1 || tcgetattr(k->fd, &k->before) == -1 ||
	    raw(k) == -1) {
		saved = errno;
		if (k->fd != -1)
			close(k->fd);
		free(k);
		errno = saved;
		return NULL;
	}
	k->source = loop_add(loop, &source_ops, k);
	k->look.fire = look;
	k->look.arg = k;
	look(k);
	loop_signal(loop, SIGTSTP, on_stop, k);
	return k;
}

void
keyboard_close(struct keyboard *k)
{
	if (k == NULL)
		return;
	loop_signal(k->loop, SIGTSTP, NULL, NULL);
	loop_untimer(k->loop, &k->look);
	loop_remove(k->loop, k->source);
	if (k->fd != -1) {
		tcsetattr(k->fd, TCSANOW, &k->before);
		close(k->fd);
	}
	free(k);
}
