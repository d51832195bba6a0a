/*
 * calls rtt N COMMAND...: writes a tool_call record to the command and waits for
 * its tool_response, N times one after the other; prints p50 and p99 in ms.
 * calls spawn N PROGRAM: the floor, the program run and waited for by us.
 * calls pass MIB COMMAND...: MIB of audio records of 20 ms into the command and
 * out of it again; prints its CPU seconds per GiB.
 */
#define _DEFAULT_SOURCE		/* wait4(2) */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARM = 20, BITE = 65536, CHUNK = 960 };

extern char **environ;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Starts the command; our ends of its standard input and output. */
static pid_t
start(char **argv, int *in, int *out)
{
	int a[2], b[2];
	pid_t pid;

	if (pipe(a) == -1 || pipe(b) == -1)
		fail("pipe");
	pid = fork();
	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		dup2(a[0], 0);
		dup2(b[1], 1);
		close(a[0]); close(a[1]); close(b[0]); close(b[1]);
		execvp(argv[0], argv);
		fail(argv[0]);
	}
	close(a[0]);
	close(b[1]);
	*in = a[1];
	*out = b[0];
	return pid;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
print(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_value);
	printf("%.3f %.3f\n", v[n / 2], v[n * 99 / 100]);
}

/* Reads until a whole line with the words stands there. */
static void
wait_line(int fd, const char *words)
{
	static char line[BITE];
	size_t have = 0;
	ssize_t n;
	char *nl;

	for (;;) {
		n = read(fd, line + have, sizeof(line) - have - 1);
		if (n <= 0)
			fail("the command ended");
		have += (size_t)n;
		line[have] = '\0';
		while ((nl = strchr(line, '\n')) != NULL) {
			*nl++ = '\0';
			if (strstr(line, words) != NULL)
				return;
			have -= (size_t)(nl - line);
			memmove(line, nl, have + 1);
		}
	}
}

static void
round_trips(int n, char **argv, double *v)
{
	char call[128];
	int in, out, i, len;
	double t;

	start(argv, &in, &out);
	for (i = -WARM; i < n; i++) {
		len = snprintf(call, sizeof(call), "{\"type\":\"tool_call\","
		    "\"id\":\"c%d\",\"name\":\"true\",\"args\":{}}\n", i);
		t = now();
		if (write(in, call, (size_t)len) != len)
			fail("write");
		wait_line(out, "tool_response");
		if (i >= 0)
			v[i] = now() - t;
	}
	close(in);
	close(out);
	wait(NULL);
}

static void
spawns(int n, char **argv, double *v)
{
	double t;
	pid_t pid;
	int i;

	for (i = -WARM; i < n; i++) {
		t = now();
		if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ) != 0)
			fail(argv[0]);
		waitpid(pid, NULL, 0);
		if (i >= 0)
			v[i] = now() - t;
	}
}

/* Writes the records in a process of its own. */
static void
feed(int fd, int other, long mib)
{
	static char all[BITE];
	char head[64];
	size_t one, n = 0;
	long long left = (long long)mib << 20;
	int len;

	if (fork() != 0)
		return;
	close(other);
	len = snprintf(head, sizeof(head),
	    "{\"type\":\"audio\",\"rate\":24000,\"bytes\":%d}\n", CHUNK);
	one = (size_t)len + CHUNK;
	for (; n + one <= sizeof(all); n += one)
		memcpy(all + n, head, (size_t)len);
	for (; left > 0; left -= (long long)n)
		if (write(fd, all, n) != (ssize_t)n)
			_exit(1);
	_exit(0);
}

static void
pass(long mib, char **argv)
{
	static char bite[BITE];
	struct rusage u;
	long long got = 0;
	int in, out;
	ssize_t n;
	pid_t pid = start(argv, &in, &out);

	feed(in, out, mib);
	close(in);
	while ((n = read(out, bite, sizeof(bite))) > 0)
		got += n;
	wait4(pid, NULL, 0, &u);
	wait(NULL);
	if (got < (long long)mib << 20)
		fail("not all came out");
	printf("%.3f\n", ((double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6) *
	    1024 / (double)mib);
}

int
main(int argc, char *argv[])
{
	long n = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
	double *v;

	if (n < 1 || n > 100000) {
		fputs("usage: calls rtt|spawn|pass n command...\n", stderr);
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	v = calloc((size_t)n, sizeof(*v));
	if (v == NULL)
		return 1;
	if (strcmp(argv[1], "pass") == 0) {
		pass(n, argv + 3);
	} else if (strcmp(argv[1], "rtt") == 0) {
		round_trips((int)n, argv + 3, v);
		print(v, (int)n);
	} else {
		spawns((int)n, argv + 3, v);
		print(v, (int)n);
	}
	free(v);
	return 0;
}
