/*
 * Runs a command in a session of its own and lets nothing of it live longer:
 *
 *	leash SECONDS COMMAND [ARGUMENT...]
 *
 * Whatever the command started is killed when it ends, when its time is over
 * or when the leash is told to stop, also what put itself into another session
 * or lost its parent: such processes come to the leash, which is a subreaper.
 * So a test that fails half-way holds nobody's pipe.  If the command failed,
 * standard error tells what was still running.
 *
 * The exit code is the command's, 128 and the signal that ended it, 124 when
 * the time was over.
 */
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES = 4096, GRACE_MS = 5000, SWEEP_MS = 10000, SHOWN = 20 };

struct process {
	pid_t pid, parent;
	bool ours;
};

struct leash {
	pid_t pid;		/* the command */
	bool over;
	int status;
	sigset_t signals;
};

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* The first bytes of a file of a process; "" if it is gone. */
static void
peek(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	FILE *f;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	if ((f = fopen(path, "r"))) {
		n = fread(text, 1, size - 1, f);
		fclose(f);
	}
	for (size_t i = 0; i + 1 < n; i++)
		if (iscntrl((unsigned char)text[i]))
			text[i] = ' ';
	text[n] = '\0';
}

/* All processes of the system, with our descendants marked; how many. */
static size_t
look(struct process *p, size_t max)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	char text[512], *s;
	size_t n = 0;
	bool more = true;

	while (d && n < max && (e = readdir(d))) {
		p[n].pid = (pid_t)strtol(e->d_name, &s, 10);
		if (*s || p[n].pid <= 0)
			continue;
		peek(p[n].pid, "stat", text, sizeof(text));
		/* a name may have a bracket in it: the last one counts */
		if (!(s = strrchr(text, ')')) || strlen(s) < 5)
			continue;
		p[n].parent = (pid_t)strtol(s + 4, NULL, 10);
		p[n].ours = p[n].parent == getpid();
		n++;
	}
	if (d)
		closedir(d);
	while (more) {
		more = false;
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; !p[i].ours && j < n; j++)
				if (p[j].ours && p[j].pid == p[i].parent)
					p[i].ours = more = true;
	}
	return n;
}

/* Tells which of our descendants are running. */
static void
tell(const char *why)
{
	static struct process p[PROCESSES];
	size_t n = look(p, PROCESSES), shown = 0;
	char text[120];

	for (size_t i = 0; i < n && shown < SHOWN; i++) {
		if (!p[i].ours)
			continue;
		peek(p[i].pid, "cmdline", text, sizeof(text));
		if (*text) {
			fprintf(stderr, "%s: %ld %s\n", why, (long)p[i].pid,
			    text);
			shown++;
		}
	}
}

/* Takes in who ended; false once there are no children. */
static bool
reap(struct leash *l)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == l->pid) {
			l->over = true;
			l->status = status;
		}
	return pid == 0;
}

/* Waits for a signal, until then at most; 0 when the time is over. */
static int
await(struct leash *l, long long until)
{
	long long left = until - now_ms();
	struct timespec t;
	int sig;

	if (left <= 0)
		return 0;
	t.tv_sec = left / 1000;
	t.tv_nsec = left % 1000 * 1000000;
	sig = sigtimedwait(&l->signals, NULL, &t);
	return sig < 0 ? 0 : sig;
}

/* Kills every descendant, parents first, whose children then come to us. */
static void
sweep(struct leash *l)
{
	static struct process p[PROCESSES];
	long long end = now_ms() + SWEEP_MS;

	while (reap(l) && now_ms() < end) {
		size_t n = look(p, PROCESSES);

		for (size_t i = 0; i < n; i++)
			if (p[i].parent == getpid())
				kill(p[i].pid, SIGKILL);
		/* one that was told before we looked sends no signal now */
		await(l, now_ms() + 20);
	}
	if (reap(l))
		tell("leash: cannot be killed");
}

static void
start(struct leash *l, char *argv[])
{
	sigset_t before;

	sigemptyset(&l->signals);
	sigaddset(&l->signals, SIGCHLD);
	sigaddset(&l->signals, SIGINT);
	sigaddset(&l->signals, SIGTERM);
	sigaddset(&l->signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &l->signals, &before);
	if ((l->pid = fork()) == 0) {
		setsid();
		sigprocmask(SIG_SETMASK, &before, NULL);
		signal(SIGHUP, SIG_DFL);	/* a shell could not, by nohup */
		execvp(*argv, argv);
		fprintf(stderr, "leash: %s: %s\n", *argv, strerror(errno));
		_exit(127);
	}
	if (l->pid < 0) {
		perror("leash: fork");
		exit(71);
	}
}

int
main(int argc, char *argv[])
{
	struct leash l = { .pid = -1 };
	long long seconds = argc > 2 ? strtoll(argv[1], NULL, 10) : 0, end;
	int sig = SIGCHLD;

	if (seconds <= 0) {
		fputs("usage: leash SECONDS COMMAND [ARGUMENT...]\n", stderr);
		return 64;
	}
	if (access("/proc/self/stat", R_OK) < 0) {
		fputs("leash: nothing in /proc, which the tests need: "
		    "mount -t proc proc /proc\n", stderr);
		return 71;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	/* who started us was killed: then nobody waits for the end */
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	end = now_ms() + seconds * 1000;
	start(&l, argv + 2);
	while (reap(&l), !l.over && sig == SIGCHLD)
		if ((sig = await(&l, end)) == 0 && now_ms() < end)
			sig = SIGCHLD;
	if (!l.over) {
		if (sig == 0)
			fprintf(stderr, "leash: %s is not done after %lld s\n",
			    argv[argc - 1], seconds);
		tell("leash: running");
		kill(-l.pid, SIGTERM);
		for (end = now_ms() + GRACE_MS; reap(&l), !l.over &&
		    now_ms() < end;)
			await(&l, end);
		sweep(&l);
		return sig == 0 ? 124 : 128 + sig;
	}
	if (l.status != 0)
		tell("leash: left running");
	sweep(&l);
	return WIFEXITED(l.status) ? WEXITSTATUS(l.status) :
	    128 + WTERMSIG(l.status);
}
