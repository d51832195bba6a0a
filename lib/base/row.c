/* F_OFD_SETLK: locks that belong to the open file */
#define _GNU_SOURCE
/*
 * The file has three locks: byte 0 is held during a write; byte 1, shared, for
 * as long as a program uses the terminal; byte 2 during a read, or for as long
 * as a question waits for its answer.  The file's contents are not trusted: at
 * worst they cause a row too many.  A holder that was stopped is waited for
 * only a few milliseconds; but nobody reads while another holds byte 2.
 */
#include "base/row.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"

enum { MAGIC = 0x676c7231, WAITS = 10, OPENS = 3, WIDEST = 4096 };
enum row_byte { BYTE_WRITING, BYTE_USING, BYTE_HEARING };

struct row_state {
	uint32_t magic, kind;
	uint64_t count;		/* how often it was taken */
	int64_t at;		/* clock_ms() of the last time */
	int64_t columns;
};

/* For the one terminal that this process has. */
static struct {
	bool tried;
	bool stays;		/* the file, when this program ends */
	unsigned dev;
	int fd;			/* -1: nothing is known of others */
	pid_t pid;
	char path[100];
	struct row_state is;
	bool asking;		/* this program gets what is typed */
	bool taken;		/* set up: a second terminal is ignored */
} row = { .fd = -1 };

static int
lock(short how, enum row_byte which)
{
	struct flock l = { .l_type = how, .l_whence = SEEK_SET,
		.l_start = which, .l_len = 1 };

	return fcntl(row.fd, F_OFD_SETLK, &l);
}

/* The terminal's own device number, even if opened as /dev/tty; false if it is
 * not a terminal. */
static bool
device(int fd, unsigned *dev)
{
	struct stat st;

	if (!isatty(fd))
		return false;
	if (ioctl(fd, TIOCGDEV, dev) == -1) {
		if (fstat(fd, &st) == -1)
			return false;
		*dev = (unsigned)st.st_rdev;
	}
	return true;
}

/* Whether the file is ours alone and still exists. */
static bool
sound(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0 &&
	    st.st_nlink == 1;
}

static void
leave(void)
{
	if (row.fd == -1 || row.pid != getpid())
		return;
	if (!row.stays && lock(F_WRLCK, BYTE_WRITING) == 0 &&
	    lock(F_WRLCK, BYTE_USING) == 0)
		unlink(row.path);
	close(row.fd);
	row.fd = -1;
}

/* Opens the file; clears what programs that have ended left behind. */
static void
take_file(void)
{
	int i;

	for (i = 0; i < OPENS && row.fd == -1; i++) {
		row.fd = open(row.path, O_RDWR | O_CREAT | O_NOFOLLOW |
		    O_CLOEXEC | O_NONBLOCK, 0600);
		if (row.fd == -1)
			return;
		/* a link planted there leads to a file that is to be kept */
		if (sound(row.fd) && lock(F_WRLCK, BYTE_USING) == 0)
			(void)!ftruncate(row.fd, 0);
		if (lock(F_RDLCK, BYTE_USING) == -1 || !sound(row.fd)) {
			close(row.fd);
			row.fd = -1;
		}
	}
}

/* The first place that has it is the same for every program of the user, since
 * nobody's environment is asked. */
static void
enter(void)
{
	unsigned user = (unsigned)geteuid();
	char places[][24] = { "/dev/shm", "", "/tmp" };
	size_t i;

	snprintf(places[1], sizeof(places[1]), "/run/user/%u", user);
	for (i = 0; i < sizeof(places) / sizeof(places[0]) && row.fd == -1;
	    i++) {
		snprintf(row.path, sizeof(row.path), "%s/gl-row-%u-%x",
		    places[i], user, row.dev);
		take_file();
	}
	row.pid = getpid();
	atexit(leave);
}

/* Whether fd is the terminal that this is kept for. */
static bool
ours(int fd)
{
	unsigned dev;

	if (!device(fd, &dev))
		return false;
	if (!row.tried) {
		row.tried = true;
		row.dev = dev;
		enter();
	}
	return row.dev == dev;
}

void
row_early(int fd)
{
	if (ours(fd))
		row.stays = true;
}

static void
look(void)
{
	struct row_state s;

	if (row.fd == -1)
		return;
	if (pread(row.fd, &s, sizeof(s), 0) != (ssize_t)sizeof(s) ||
	    s.magic != MAGIC || s.kind > ROW_PROMPT)
		memset(&s, 0, sizeof(s));
	if (s.columns < 0 || s.columns > WIDEST)
		s.columns = 0;
	row.is = s;
}

static bool
begin(int fd)
{
	int i, saved = errno;
	bool got = true;

	row.taken = ours(fd);
	if (!row.taken)
		return true;
	if (row.fd != -1) {
		for (i = 0; (got = lock(F_WRLCK, BYTE_WRITING) == 0) == false &&
		    i < WAITS; i++)
			fd_nap(1);
		look();
	}
	errno = saved;
	return got;
}

static void
remove_status(int fd, struct buf *out)
{
	int n = (int)row.is.columns, room = fd_columns(fd) - 1;

	buf_printf(out, "\r%*s\r%s", n < room ? n : room, "",
	    n > room ? ROW_CLEAR : "");
}

bool
row_take(int fd, uint64_t mark, struct buf *out)
{
	(void)begin(fd);
	if (!row.taken || (mark != 0 && row.is.count == mark))
		return false;
	if (row.is.kind == ROW_STATUS)
		remove_status(fd, out);
	else if (row.is.kind != ROW_DONE)
		buf_byte(out, '\n');
	return true;
}

/* Whether a status may take the row as it is. */
static bool
free_for_status(uint64_t mark)
{
	int64_t ago = clock_ms() - row.is.at;

	if (row.is.kind == ROW_DONE || (mark != 0 && row.is.count == mark))
		return true;
	return (row.is.kind == ROW_WORDS && ago >= ROW_WORDS_MS) ||
	    (row.is.kind == ROW_STATUS && ago >= ROW_STATUS_MS);
}

int
row_take_status(int fd, uint64_t mark, struct buf *out)
{
	bool others;

	if (!row_front(fd) || !begin(fd))
		return -1;
	if (row.taken && !free_for_status(mark)) {
		row_back();
		return -1;
	}
	others = row.taken && row.is.count != mark;
	if (others && row.is.kind == ROW_STATUS)
		remove_status(fd, out);
	else if (others && row.is.kind == ROW_WORDS)
		buf_byte(out, '\n');
	return others;
}

uint64_t
row_give(enum row_kind kind, int columns)
{
	int saved = errno;

	if (!row.taken)
		return row.is.count;
	row.is.magic = MAGIC;
	row.is.kind = kind;
	row.is.count++;
	row.is.at = clock_ms();
	row.is.columns = columns;
	if (row.fd != -1)
		(void)!pwrite(row.fd, &row.is, sizeof(row.is), 0);
	row_back();
	errno = saved;
	return row.is.count;
}

void
row_back(void)
{
	int saved = errno;

	if (row.taken && row.fd != -1)
		lock(F_UNLCK, BYTE_WRITING);
	row.taken = false;
	errno = saved;
}

bool
row_moved(int fd, uint64_t mark, int64_t *ago)
{
	if (!ours(fd))
		return false;
	look();
	*ago = clock_ms() - row.is.at;
	return row.is.count != mark;
}

bool
row_front(int fd)
{
	pid_t front = tcgetpgrp(fd);

	/* not this process's own terminal: unknown */
	return front <= 0 || front == getpgrp();
}

/* Whether there is a file to lock. */
static bool
shared(int fd)
{
	return ours(fd) && row.fd != -1;
}

bool
row_ask(int fd)
{
	int saved = errno;

	if (!row.asking)
		row.asking = !shared(fd) || lock(F_WRLCK, BYTE_HEARING) == 0;
	errno = saved;
	return row.asking;
}

void
row_asked(int fd)
{
	int saved = errno;

	if (row.asking && shared(fd))
		lock(F_UNLCK, BYTE_HEARING);
	row.asking = false;
	errno = saved;
}

bool
row_hear(int fd)
{
	int saved = errno;
	bool got = row.asking || !shared(fd) ||
	    lock(F_WRLCK, BYTE_HEARING) == 0;

	errno = saved;
	return got;
}

void
row_heard(int fd)
{
	int saved = errno;

	if (!row.asking && shared(fd))
		lock(F_UNLCK, BYTE_HEARING);
	errno = saved;
}

bool
row_others_ask(int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = BYTE_HEARING, .l_len = 1 };
	int saved = errno;
	bool others = !row.asking && shared(fd) &&
	    fcntl(row.fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;

	errno = saved;
	return others;
}
