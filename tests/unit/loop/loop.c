/*
 * loop, input, output, fd: real pipes, FIFOs, files, signals and children;
 * the test program is all of the writers and readers itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../tap.h"
#include "base/clock.h"
#include "base/fd.h"
#include "loop/input.h"
#include "base/log.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "loop/output.h"

static struct loop *loop;
static char dir[] = "/tmp/gl-loop.XXXXXX";

/* A sink for input: bytes counted and kept, held back while hold is set. */
struct sink {
	char data[1 << 17];
	size_t n, stop_at;
	int ended, error;
	bool hold;
};

static void *
window(void *arg, size_t *n)
{
	struct sink *s = arg;

	*n = sizeof(s->data) - s->n;
	return s->hold || *n == 0 ? NULL : s->data + s->n;
}

static void
filled(void *arg, size_t n)
{
	struct sink *s = arg;

	s->n += n;
	if (s->stop_at != 0 && s->n >= s->stop_at)
		loop_stop(loop, 0);
}

static void
ended(void *arg, int error)
{
	struct sink *s = arg;

	s->ended++;
	s->error = error;
	loop_stop(loop, 0);
}

static const struct input_ops sink_ops = { window, filled, ended, NULL };

static int broken_calls, broken_error, room_calls;

static void
broken(void *arg, int error)
{
	(void)arg;
	broken_calls++;
	broken_error = error;
	loop_stop(loop, 0);
}

static void
room(void *arg)
{
	(void)arg;
	room_calls++;
}

static const struct output_ops out_ops = { room, broken };

static void
stop(void *arg)
{
	(void)arg;
	loop_stop(loop, 3);
}

static void
note(void *arg)
{
	int **at = arg;

	*(*at)++ = 1;
}

static void
test_timers(void)
{
	int order[4] = { 0 }, *at = order;
	struct timer a = { .fire = note, .arg = &at }, b = a;
	struct timer end = { .fire = stop };
	int64_t now = loop_now(loop);

	loop_timer(loop, &end, now + 20);
	loop_timer(loop, &a, now + 10);
	loop_timer(loop, &b, now + 5);
	loop_untimer(loop, &b);
	is_int(loop_run(loop), 3, "the code of loop_stop");
	is_int(at - order, 1, "an armed timer fired, a disarmed one not");
	ok(loop_now(loop) >= now + 20, "not before its time");
}

static void
got_signal(void *arg, int signo)
{
	*(int *)arg = signo;
	loop_stop(loop, 0);
}

static void
child_ended(void *arg, pid_t pid, int status)
{
	(void)pid;
	*(int *)arg = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	loop_stop(loop, 0);
}

static void
test_signals(void)
{
	int seen = 0, code = -1;
	pid_t pid;

	loop_signal(loop, SIGUSR1, got_signal, &seen);
	kill(getpid(), SIGUSR1);
	loop_run(loop);
	is_int(seen, SIGUSR1, "a signal arrives in the loop");
	loop_signal(loop, SIGUSR1, NULL, NULL);
	pid = fork();
	if (pid == 0)
		_exit(7);
	loop_child(loop, pid, child_ended, &code);
	loop_run(loop);
	is_int(code, 7, "a child's end is told");
}

static void
test_pipe(void)
{
	struct sink *s = mem_alloc(sizeof(*s));
	struct input *in;
	struct output *out;
	char big[70000];
	int p[2];

	memset(big, 'b', sizeof(big));
	fd_pipe(p);
	in = input_fd(loop, p[0], &sink_ops, s);
	out = output_fd(loop, p[1], 100000, &out_ops, NULL);
	s->stop_at = sizeof(big) + 1;
	is_int(output_add(out, "h", 1, big, sizeof(big)), 0, "a piece");
	is_int(output_add(out, big, 40000, NULL, 0), -1, "beyond the ceiling");
	loop_run(loop);
	ok(s->data[0] == 'h' && s->data[sizeof(big)] == 'b' &&
	    output_idle(out), "more than the pipe holds came whole");
	is_int(room_calls, 1, "room was told");
	output_close(out);
	loop_run(loop);
	ok(s->ended == 1 && s->error == 0, "the end is told once");
	input_close(in);
	free(s);
}

static struct sink stopped;
static size_t had = 99;

static void
watchdog(void *arg)
{
	(void)arg;
	had = stopped.n;
	loop_stop(loop, 0);
}

/* Stopped, with something in its input, for longer than a watchdog waits. */
static void
test_stopped(void)
{
	struct timer t = { .fire = watchdog };
	int64_t due = clock_ms() + 300;
	struct input *in;
	pid_t pid, self = getpid();
	int p[2];

	fd_pipe(p);
	in = input_fd(loop, p[0], &sink_ops, &stopped);
	loop_timer(loop, &t, due);
	pid = fork();
	if (pid == 0) {
		kill(self, SIGSTOP);
		while (clock_ms() < due + 1500)
			poll(NULL, 0, 10);
		if (write(p[1], "x", 1) != 1)
			_exit(1);
		kill(self, SIGCONT);
		_exit(0);
	}
	loop_run(loop);
	is_int((int)had, 1, "what came meanwhile goes before the watchdog");
	waitpid(pid, NULL, 0);
	input_close(in);
	close(p[1]);
}

static void
test_reader_gone(void)
{
	struct output *out;
	int p[2];

	fd_pipe(p);
	out = output_fd(loop, p[1], 1000, &out_ops, NULL);
	close(p[0]);
	loop_run(loop);
	ok(broken_calls == 1 && broken_error == 0,
	    "a reader that leaves is noticed with nothing queued");
	is_int(output_add(out, "x", 1, NULL, 0), 0, "later pieces vanish");
	ok(output_idle(out), "and nothing waits");
	output_close(out);
}

static void
test_drop(void)
{
	struct output *out;
	char byte[8];
	int p[2];

	fd_pipe(p);
	out = output_fd(loop, p[1], 1 << 20, NULL, NULL);
	output_add(out, "abc", 3, NULL, 0);
	output_add(out, "def", 3, NULL, 0);
	output_drop(out, false, 1);
	is_int((long long)output_queued(out), 0, "nothing begun: all dropped");
	is_int((long long)fd_read(p[0], byte, 0), 0, "nothing written");
	output_close(out);
	close(p[0]);
}

static void
test_fifo_in(void)
{
	struct sink *s = mem_alloc(sizeof(*s));
	char *path = mem_printf("%s/in", dir);
	struct input *in;
	int w;

	mkfifo(path, 0600);
	in = input_open(loop, path, &sink_ops, s);
	ok(in != NULL && !input_is_file(in), "opens without a writer");
	s->stop_at = 2;
	w = open(path, O_WRONLY);
	fd_write_all(w, "ab", 2);
	close(w);
	loop_run(loop);
	s->stop_at = 4;
	w = open(path, O_WRONLY);
	fd_write_all(w, "cd", 2);
	close(w);
	loop_run(loop);
	ok(s->ended == 0 && memcmp(s->data, "abcd", 4) == 0,
	    "a writer that leaves does not end it");
	input_close(in);
	free(path);
	free(s);
}

static void
test_fifo_out(void)
{
	char *path = mem_printf("%s/out", dir), got[64] = { 0 };
	struct timer end = { .fire = stop };
	struct output *out;
	int r, tries;
	ssize_t n = 0;

	mkfifo(path, 0600);
	out = output_open(loop, path, 1000, &out_ops, NULL);
	ok(out != NULL, "opens without a reader");
	output_add(out, "one\n", 4, NULL, 0);
	r = open(path, O_RDONLY | O_NONBLOCK);
	for (tries = 0; tries < 100 && n <= 0; tries++) {
		loop_timer(loop, &end, clock_ms() + 20);
		loop_run(loop);
		n = read(r, got, sizeof(got) - 1);
	}
	is_str(got, "one\n", "what was queued goes to a reader that comes");
	close(r);
	output_close(out);
	free(path);
}

static void
test_replace(void)
{
	char *path = mem_printf("%s/file", dir), *back;
	struct stat st;
	size_t n;

	is_int(fd_replace(path, "old", 3, 0644), 0, "made");
	is_int(fd_replace(path, "newer", 5, 0600), 0, "replaced");
	back = fd_slurp(path, 100, &n);
	is_str(back, "newer", "with the new bytes");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "and mode");
	free(back);
	ok(fd_slurp(path, 4, &n) == NULL && errno == EFBIG, "over the limit");
	ok(input_open(loop, dir, &sink_ops, NULL) == NULL && errno == EISDIR,
	    "a folder is no input");
	free(path);
}

/* A child is told of while its number is still its own. */
static void
told(void *arg, pid_t pid, int status)
{
	int *seen = arg;
	siginfo_t si = { .si_pid = 0 };

	*seen = WIFEXITED(status) && WEXITSTATUS(status) == 7 &&
	    waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT | WNOHANG) == 0 &&
	    si.si_pid == pid;
	loop_stop(loop, 0);
}

static void
test_child(void)
{
	int seen = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	loop_child(loop, pid, told, &seen);
	loop_run(loop);
	ok(seen, "a child has not been reaped when its end is told");
	ok(waitpid(pid, NULL, WNOHANG) == -1 && errno == ECHILD,
	    "and is after that");
}

/* One loop after another: children find SIGPIPE as the first found it. */
static void
test_sigpipe(void)
{
	struct sigaction sa;
	int i;

	for (i = 0; i < 2; i++) {
		loop = loop_new();
		sigaction(SIGPIPE, NULL, &sa);
		ok(sa.sa_handler == SIG_IGN, "a loop ignores SIGPIPE");
		loop_free(loop);
		sigaction(SIGPIPE, NULL, &sa);
		ok(sa.sa_handler == SIG_DFL, "which ends with it");
	}
}

int
main(void)
{
	char *command;

	log_init("loop-test");
	loop = loop_new();
	if (mkdtemp(dir) == NULL)
		log_die(CODE_IO, "%s:", dir);
	test_timers();
	test_signals();
	test_pipe();
	test_stopped();
	test_reader_gone();
	test_drop();
	test_fifo_in();
	test_fifo_out();
	test_replace();
	test_child();
	loop_free(loop);
	test_sigpipe();
	command = mem_printf("rm -rf %s", dir);
	if (system(command) != 0)
		log_error("%s", command);
	free(command);
	return tap_done();
}
