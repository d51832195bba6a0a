/* What is given up stays refused, also in what is started from then on. */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../tap.h"

static char folder[] = "/tmp/gl-confine.XXXXXX", inside[64], outside[64];

/* In a process of its own: the errno of a try, 0 for success, 200 where the
 * kernel has no such thing. */
static int
in_child(int (*confine)(void), int (*try)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (confine() == -1)
			_exit(200);
		errno = 0;
		_exit(try() == -1 ? errno : 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int pure(void) { return confine_calls(CONFINE_PURE); }
static int run(void) { return confine_calls(CONFINE_RUN); }
static int net(void) { return confine_calls(CONFINE_NET); }

static int
files(void)
{
	const char *const read[] = { "/", NULL };
	const char *const write[] = { folder, NULL };

	return confine_files(read, write);
}

static int try_open(void) { return open("/etc/passwd", O_RDONLY); }
static int try_connect(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static int try_local(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static int try_in(void) { return open(inside, O_RDWR | O_CREAT, 0600); }
static int try_out(void) { return open(outside, O_RDWR | O_CREAT, 0600); }
static int try_cut(void) { return truncate(outside, 0); }
static int try_null(void) { return open("/dev/null", O_RDWR); }

static int
try_exec(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int
try_memory(void)
{
	char *p = malloc(40 << 20);

	if (p == NULL)
		return -1;
	memset(p, 1, 40 << 20);
	free(p);
	return 0;
}

int
main(void)
{
	static const struct {
		const char *what;
		int (*confine)(void), (*try)(void);
		int wanted;
	} all[] = {
		{ "a decoder does not open /etc/passwd", pure, try_open,
		    EPERM },
		{ "nor connect", pure, try_connect, EPERM },
		{ "nor run a program", pure, try_exec, EPERM },
		{ "it has memory", pure, try_memory, 0 },
		{ "what runs nothing opens", run, try_open, 0 },
		{ "but does not connect", run, try_connect, EPERM },
		{ "not even to a socket in the file system", run, try_local,
		    EPERM },
		{ "nor run a program", run, try_exec, EPERM },
		{ "what has no network runs programs", net, try_exec, 0 },
		{ "but does not connect", net, try_connect, EPERM },
		{ "all can be read", files, try_open, 0 },
		{ "a named folder is written", files, try_in, 0 },
		{ "another one is not", files, try_out, EACCES },
		{ "nor is a file made empty", files, try_cut, EACCES },
		{ "/dev/null takes what comes", files, try_null, 0 },
	};
	int got, fd;
	size_t i;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(inside, sizeof(inside), "%s/in", folder);
	snprintf(outside, sizeof(outside), "%s.out", folder);
	fd = open(outside, O_WRONLY | O_CREAT, 0600);
	if (fd == -1 || close(fd) == -1)
		return 1;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		got = in_child(all[i].confine, all[i].try);
		if (got == 200)
			printf("# not on this kernel, or under a sanitizer: "
			    "%s\n", all[i].what);
		ok(got == all[i].wanted || got == 200, all[i].what);
	}
	unlink(inside);
	unlink(outside);
	rmdir(folder);
	return tap_done();
}
