#include "tool/murmur.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "loop/loop.h"

enum {
	BITE = 4096,		/* bytes per turn of the loop */
	LAST = 16		/* bites at the end */
};

struct murmur {
	int fd;
	void (*line)(void *arg, const char *text);
	void *arg;
	struct loop *loop;
	struct source *source;
	size_t n;
	char text[MURMUR_MAX + 1];
};

/* Lines without a visible character are left out. */
static void
tell(struct murmur *m, size_t n)
{
	char text[MURMUR_MAX + 1];

	memcpy(text, m->text, n);
	text[n] = '\0';
	m->n -= n;
	memmove(m->text, m->text + n, m->n);
	if (text[strspn(text, " \t\r")] != '\0')
		m->line(m->arg, text);
}

static void
take(struct murmur *m, const char *p, size_t n)
{
	size_t i, whole;

	for (i = 0; i < n; i++) {
		if (p[i] == '\n') {
			tell(m, m->n);
			continue;
		}
		if (m->n == MURMUR_MAX) {
			whole = utf8_cut(m->text, m->n);
			tell(m, whole > 0 ? whole : m->n);
		}
		m->text[m->n++] = p[i] == '\0' ? '?' : p[i];
	}
}

/* False if there is nothing more to read. */
static bool
bite(struct murmur *m)
{
	char data[BITE];
	ssize_t got = m->fd == -1 ? IO_AGAIN : fd_read(m->fd, data, BITE);

	if (got > 0)
		take(m, data, (size_t)got);
	else if (got != IO_AGAIN) {
		close(m->fd);
		m->fd = -1;
	}
	return got > 0;
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct murmur *m = arg;

	(void)room;
	if (m->fd == -1)
		return 0;
	pfd->fd = m->fd;
	pfd->events = POLLIN;
	return 1;
}

static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	(void)pfd;
	(void)n;
	(void)bite(arg);
}

struct murmur *
murmur_new(struct loop *loop, int fd, void (*line)(void *arg, const char *text),
    void *arg)
{
	static const struct source_ops ops = { want, ready };
	struct murmur *m = mem_alloc(sizeof(*m));

	m->loop = loop;
	m->fd = fd;
	m->line = line;
	m->arg = arg;
	m->source = loop_add(loop, &ops, m);
	return m;
}

void
murmur_free(struct murmur *m)
{
	int i;

	if (m == NULL)
		return;
	for (i = 0; i < LAST && bite(m); i++)
		;
	if (m->n > 0)
		tell(m, m->n);
	loop_remove(m->loop, m->source);
	if (m->fd != -1)
		close(m->fd);
	free(m);
}
