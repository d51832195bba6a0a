/* What is given up stays refused, also in what is started from then on. */
#define _DEFAULT_SOURCE		/* TIOCSTI */
#define _XOPEN_SOURCE 700	/* posix_openpt */
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
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
static int modes(void) { return confine_calls(CONFINE_MODES); }
static int run(void) { return confine_calls(CONFINE_RUN); }
static int net(void) { return confine_calls(CONFINE_NET); }

static int
files(void)
{
	const char *const read[] = { "/", NULL };
	const char *const write[] = { folder, NULL };

	return confine_files(read, write);
}

/* On a terminal of its own, which is opened afterwards for reading only. */
static int terminal;
static char terminal_name[64];

static int
at_terminal(int (*confine)(void))
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	setsid();
	if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
		return -1;
	snprintf(terminal_name, sizeof(terminal_name), "%s", ptsname(master));
	terminal = open(terminal_name, O_RDWR);
	return terminal == -1 ? -1 : confine();
}

static int run_there(void) { return at_terminal(run); }
static int net_there(void) { return at_terminal(net); }
static int files_there(void) { return at_terminal(files); }
static int try_type(void) { return ioctl(terminal, TIOCSTI, "x"); }
static int try_linux(void) { return ioctl(terminal, TIOCLINUX, "\2"); }

static int
try_size(void)
{
	struct winsize w;

	return ioctl(terminal, TIOCGWINSZ, &w);
}

/* The terminal as any program would find it. */
static int
try_echo(void)
{
	int fd = open(terminal_name, O_RDONLY | O_NOCTTY);
	struct termios t;

	if (fd == -1 || tcgetattr(fd, &t) == -1)
		return -1;
	return tcsetattr(fd, TCSANOW, &t);
}

static int try_kill(void) { return kill(getppid(), SIGURG); }

static int
try_kill_own(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(pause());
	return pid == -1 ? -1 : kill(pid, SIGKILL);
}

static int try_open(void) { return open("/etc/passwd", O_RDONLY); }
static int try_connect(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static int try_local(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static int try_in(void) { return open(inside, O_RDWR | O_CREAT, 0600); }
static int try_mode(void) { return chmod(outside, 0666); }
static int try_age(void) { return utimensat(AT_FDCWD, outside, NULL, 0); }
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

static long
landlock(void)
{
	return syscall(444, NULL, 0, 1);
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
		{ "and changes modes", net, try_mode, 0 },
		{ "what is not to does not", modes, try_mode, EPERM },
		{ "nor times", modes, try_age, EPERM },
		{ "but runs programs", modes, try_exec, 0 },
		{ "without a network", modes, try_connect, EPERM },
		{ "what runs nothing changes no modes", run, try_mode, EPERM },
		{ "all can be read", files, try_open, 0 },
		{ "a named folder is written", files, try_in, 0 },
		{ "another one is not", files, try_out, EACCES },
		{ "nor is a file made empty", files, try_cut, EACCES },
		{ "/dev/null takes what comes", files, try_null, 0 },
		{ "nothing confined types into a terminal", net_there,
		    try_type, EPERM },
		{ "nor pastes there", net_there, try_linux, EPERM },
		{ "nor does what runs nothing", run_there, try_type, EPERM },
		{ "it knows the terminal's size", net_there, try_size, 0 },
		{ "also without files", files_there, try_size, 0 },
		{ "its own children get signals", files, try_kill_own, 0 },
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
	/* from Linux 6.10 and 6.12 on */
	got = in_child(files_there, try_echo);
	ok(got == EACCES || (got == 0 && landlock() < 5) || got == 200,
	    "a terminal that is found takes no orders");
	got = in_child(files, try_kill);
	ok(got == EPERM || (got == 0 && landlock() < 6) || got == 200,
	    "no signals to those outside");
	unlink(inside);
	unlink(outside);
	rmdir(folder);
	return tap_done();
}
