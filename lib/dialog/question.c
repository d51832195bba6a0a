/* Nothing is taken from the file: it is looked at in place. */
#include "dialog/question.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
