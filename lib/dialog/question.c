/* The file is inspected in place: nothing is read from its descriptor. */
#include "dialog/question.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "stream/intake.h"

enum { LOOK_MAX = 4096 };

bool
question_is(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	char head[2];
	struct stat st;

	return at != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    pread(fd, head, sizeof(head), at) == (ssize_t)sizeof(head) &&
	    memcmp(head, "{\"", 2) != 0;
}

bool
question_stored(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

bool
question_named(const char *const *paths, size_t n)
{
	struct stat st;
	bool sound = false;
	size_t i;
	int fd;

	for (i = 0; i < n; i++) {
		if (stat(paths[i], &st) == -1 || !S_ISREG(st.st_mode))
			return false;
		fd = open(paths[i], O_RDONLY | O_CLOEXEC);
		sound |= fd != -1 && question_is(fd);
		if (fd != -1)
			close(fd);
	}
	return sound;
}

bool
question_foreign(const char *path, char *why, size_t size)
{
	struct intake_opts o = { .form = INTAKE_NAMED, .rate = 16000,
	    .piece_ms = 20 };
	struct intake *in;
	struct record r;
	struct stat st;
	size_t room;
	ssize_t n = -1;
	void *p;
	bool bad;
	int fd;

	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	in = intake_new(&o);
	p = intake_window(in, &room);
	if (p != NULL)
		n = fd_read(fd, p, room < LOOK_MAX ? room : LOOK_MAX);
	close(fd);
	if (n > 0)
		intake_filled(in, (size_t)n);
	if (n > 0 && n < LOOK_MAX)
		intake_ended(in);
	bad = n > 0 && intake_next(in, &r) == STREAM_BAD &&
	    intake_form(in) == INTAKE_NAMED;
	if (bad)
		snprintf(why, size, "%s", intake_why(in));
	intake_free(in);
	return bad;
}
