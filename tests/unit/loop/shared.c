/* Four writers, one FIFO, a slow reader: no record is torn. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../tap.h"
#include "loop/loop.h"
#include "loop/output.h"

enum { WRITERS = 4, RECORDS = 2500, LEAST = 50, MOST = 20000 };

static void
room(void *arg)
{
	loop_stop(arg, 0);
}

static void
turn(void *arg)
{
	loop_stop(arg, 0);
}

/* The length of a record: mostly below PIPE_BUF, some far above. */
static size_t
length(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return LEAST + (*seed >> 8) % (*seed >> 30 ? 1000 : MOST - LEAST);
}

static _Noreturn void
writer(const char *path, int which)
{
	static const struct output_ops ops = { room, NULL };
	char *line = malloc(MOST + 32);
	struct loop *l = loop_new();
	struct timer t = { .fire = turn, .arg = l };
	struct output *o = output_open(l, path, 256 << 10, &ops, l);
	unsigned seed = (unsigned)which;
	size_t n;
	int i;

	for (i = 0; i < RECORDS; i++) {
		n = length(&seed);
		memset(line, 'a' + which, n + 20);
		n = (size_t)snprintf(line, 20, "%zu ", n) + n;
		line[strcspn(line, " ") + 1] = (char)('a' + which);
		line[n - 1] = '\n';
		while (output_add(o, line, n, NULL, 0) == -1)
			loop_run(l);
	}
	while (!output_idle(o)) {
		loop_timer(l, &t, loop_now(l) + 1);
		loop_run(l);
	}
	_exit(0);
}

/* Whether a line is one that a writer made. */
static int
good(const char *line, size_t len)
{
	char *rest;
	unsigned long n = strtoul(line, &rest, 10);
	size_t digits = (size_t)(rest - line);

	return *rest == ' ' && len == digits + 1 + n &&
	    strspn(rest + 1, (char[]){ rest[1], '\0' }) == n - 1;
}

int
main(void)
{
	static const struct timespec nap = { 0, 1000000 };
	char path[] = "/tmp/gl-shared.XXXXXX", *line = NULL;
	size_t size = 0, lines = 0, torn = 0;
	ssize_t n;
	int i, status, failed = 0;
	FILE *f;

	if (mkdtemp(path) == NULL || chdir(path) == -1 ||
	    mkfifo("fifo", 0600) == -1)
		return 1;
	for (i = 0; i < WRITERS; i++)
		if (fork() == 0)
			writer("fifo", i);
	f = fopen("fifo", "r");
	while (f != NULL && (n = getline(&line, &size, f)) > 0) {
		torn += !good(line, (size_t)n);
		if (++lines % 50 == 0)
			nanosleep(&nap, NULL);
	}
	while (wait(&status) > 0)
		failed += status != 0;
	is_int((long long)lines, WRITERS * RECORDS, "every record came");
	is_int((long long)torn, 0, "none was torn");
	is_int(failed, 0, "the writers ended well");
	free(line);
	if (f != NULL)
		fclose(f);
	unlink("fifo");
	rmdir(path);
	return tap_done();
}
