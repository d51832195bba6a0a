/* Single operations on descriptors, and reading and writing small files. */
#define _GNU_SOURCE		/* realpath; pipe2, tee */

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	FD_MANY = 256,		/* descriptors that fd_create() looks at */
	CLOSE_RANGE = 436,	/* close_range(2) */
	DESCRIPTORS = 1 << 20	/* the most to go through without it */
};

ssize_t
fd_read(int fd, void *p, size_t n)
{
	ssize_t r;

	do
		r = read(fd, p, n);
	while (r == -1 && errno == EINTR);
	if (r >= 0)
		return r;
	return errno == EAGAIN || errno == EWOULDBLOCK ? IO_AGAIN : IO_ERROR;
}

ssize_t
fd_write(int fd, const void *p, size_t n)
{
	ssize_t r;

	do
		r = write(fd, p, n);
	while (r == -1 && errno == EINTR);
	if (r >= 0)
		return r;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return IO_AGAIN;
	return errno == EPIPE ? IO_END : IO_ERROR;
}

int
fd_columns(int fd)
{
	struct winsize w;

	if (!isatty(fd))
		return 0;
	return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : 80;
}

int
fd_rows(int fd)
{
	struct winsize w;

	return ioctl(fd, TIOCGWINSZ, &w) == 0 ? w.ws_row : 0;
}

bool
fd_writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

bool
fd_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

bool
fd_hangs(int fd)
{
	struct pollfd p = { .fd = fd, .events = 0 };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP) != 0;
}

void
fd_nap(int ms)
{
	poll(NULL, 0, ms);
}

int
fd_write_all(int fd, const void *p, size_t n)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	const char *at = p;
	ssize_t r;

	while (n > 0) {
		r = fd_write(fd, at, n);
		if (r == IO_AGAIN) {
			if (poll(&pfd, 1, -1) == -1 && errno != EINTR)
				return -1;
			continue;
		}
		if (r <= 0)
			return -1;
		at += r;
		n -= (size_t)r;
	}
	return 0;
}

int
fd_cloexec(int fd)
{
	int flags;

	flags = fcntl(fd, F_GETFD);
	return flags == -1 ? -1 : fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

int
fd_nonblock(int fd)
{
	int flags;

	flags = fcntl(fd, F_GETFL);
	return flags == -1 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void
fd_close_from(int fd)
{
	long n;

	if (syscall(CLOSE_RANGE, (unsigned)fd, ~0U, 0) == 0)
		return;
	/* before Linux 5.9 */
	n = sysconf(_SC_OPEN_MAX);
	for (; fd < (n > 0 && n < DESCRIPTORS ? n : DESCRIPTORS); fd++)
		close(fd);
}

int
fd_pipe(int p[2])
{
	if (pipe(p) == -1)
		return -1;
	if (fd_cloexec(p[0]) == -1 || fd_cloexec(p[1]) == -1) {
		close(p[0]);
		close(p[1]);
		return -1;
	}
	return 0;
}

enum { ENDS = 3 };

static const int ends[ENDS] = { SIGINT, SIGTERM, SIGHUP };

/* Resets the signals that end a program to doing just that; ignored ones stay
 * ignored. */
static void
handlers_off(struct sigaction before[ENDS])
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	int i;

	for (i = 0; i < ENDS; i++)
		if (sigaction(ends[i], NULL, &before[i]) == 0 &&
		    before[i].sa_handler != SIG_IGN)
			sigaction(ends[i], &usual, NULL);
}

static void
handlers_on(const struct sigaction before[ENDS])
{
	int i;

	for (i = 0; i < ENDS; i++)
		sigaction(ends[i], &before[i], NULL);
}

static char *
slurp(const char *path, size_t max, size_t *len)
{
	char *data = NULL;
	size_t n = 0, cap = 0;
	ssize_t r;
	int fd, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return NULL;
	for (;;) {
		if (n + 1 >= cap) {
			cap = cap ? cap * 2 : 4096;
			data = mem_resize(data, cap, 1);
		}
		r = fd_read(fd, data + n, cap - n - 1);
		if (r == IO_END)
			break;
		if (r > 0)
			n += (size_t)r;
		if (n > max)
			errno = EFBIG;
		if (r < 0 || n > max)
			goto fail;
	}
	close(fd);
	data[n] = '\0';
	if (len != NULL)
		*len = n;
	return data;
fail:
	saved = errno;
	if (data != NULL)
		mem_wipe(data, n);
	free(data);
	close(fd);
	errno = saved;
	return NULL;
}

char *
fd_slurp(const char *path, size_t max, size_t *len)
{
	struct sigaction before[ENDS];
	struct stat st;
	bool waits = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
	char *data;
	int saved;

	/* a FIFO's writer may come late, or never */
	if (waits)
		handlers_off(before);
	data = slurp(path, max, len);
	saved = errno;
	if (waits)
		handlers_on(before);
	errno = saved;
	return data;
}

char *
fd_target(const char *path)
{
	struct stat st;
	int fd;

	if (stat(path, &st) == 0) {
		errno = 0;
		return S_ISREG(st.st_mode) ? realpath(path, NULL) : NULL;
	}
	if (errno != ENOENT)
		return NULL;
	if (lstat(path, &st) == -1)
		return mem_str(path);
	/* a link to a file that does not exist yet */
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		return NULL;
	close(fd);
	return realpath(path, NULL);
}

/* Syncs the folder that holds path, so that a rename in it lasts. */
static int
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int fd, r;

	if (slash == NULL)
		dir = mem_str(".");
	else
		dir = mem_copy(path, slash == path ? 1 :
		    (size_t)(slash - path));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd == -1)
		return -1;
	r = fsync(fd);
	/* some file systems cannot sync a folder */
	if (r == -1 && errno == EINVAL)
		r = 0;
	close(fd);
	return r;
}

int
fd_replace_by(const char *path, const char *tmp, const void *p, size_t n,
    mode_t mode)
{
	const int how = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = open(tmp, how, 0600), saved;

	/* left by a killed run, or a FIFO or link planted there */
	if (fd == -1 && errno == EEXIST && unlink(tmp) == 0)
		fd = open(tmp, how, 0600);
	if (fd == -1)
		return -1;
	if (fchmod(fd, mode) == -1 || fd_write_all(fd, p, n) == -1 ||
	    fsync(fd) == -1) {
		saved = errno;
		close(fd);
		errno = saved;
		goto remove;
	}
	if (close(fd) == -1 || rename(tmp, path) == -1)
		goto remove;
	return sync_folder(path);
remove:
	saved = errno;
	unlink(tmp);
	errno = saved;
	return -1;
}

int
fd_replace(const char *path, const void *p, size_t n, mode_t mode)
{
	char *tmp = mem_printf("%s.%ld.tmp", path, (long)getpid());
	int r = fd_replace_by(path, tmp, p, n, mode);

	free(tmp);
	return r;
}

/* Whether one of our readable descriptors is this regular file. */
static bool
read_here(const struct stat *st)
{
	struct stat other;
	int fd, flags;

	for (fd = 0; fd < FD_MANY; fd++) {
		flags = fcntl(fd, F_GETFL);
		if (flags != -1 && (flags & O_ACCMODE) != O_WRONLY &&
		    fstat(fd, &other) == 0 && other.st_dev == st->st_dev &&
		    other.st_ino == st->st_ino)
			return true;
	}
	return false;
}

bool
fd_same(const char *in, const char *out)
{
	struct stat a, b;

	return (strcmp(in, "-") == 0 ? fstat(0, &a) : stat(in, &a)) == 0 &&
	    stat(out, &b) == 0 && S_ISREG(a.st_mode) &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int
fd_create(const char *path)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0600);
	int saved;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		goto failed;
	if (!S_ISREG(st.st_mode))
		return fd;
	errno = EDEADLK;
	if (read_here(&st) || ftruncate(fd, 0) == -1)
		goto failed;
	return fd;
failed:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

size_t
fd_peek(int fd, void *p, size_t n)
{
	ssize_t r = -1;
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) == -1)
		return 0;
	r = tee(fd, pair[1], n, SPLICE_F_NONBLOCK);
	if (r > 0)
		r = read(pair[0], p, (size_t)r);
	close(pair[0]);
	close(pair[1]);
	return r > 0 ? (size_t)r : 0;
}

bool
fd_alone(int fd)
{
	ssize_t r = -1;
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) == -1)
		return false;
	r = tee(fd, pair[1], 1, SPLICE_F_NONBLOCK);
	close(pair[0]);
	close(pair[1]);
	return r == 0;
}

bool
fd_is_null(int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat("/dev/null", &b) == 0 &&
	    S_ISCHR(a.st_mode) && a.st_rdev == b.st_rdev;
}

bool
fd_is_stdin(const char *path)
{
	struct stat a, b;

	return strcmp(path, "-") == 0 || (fstat(0, &a) == 0 &&
	    stat(path, &b) == 0 && S_ISFIFO(a.st_mode) &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

int
fd_lock(int fd, int ms)
{
	const struct timespec nap = { 0, 10 * 1000000 };
	int64_t until = clock_ms() + ms;
	int r;

	while ((r = flock(fd, LOCK_EX | LOCK_NB)) == -1 &&
	    errno == EWOULDBLOCK && clock_ms() < until)
		nanosleep(&nap, NULL);
	return r;
}
