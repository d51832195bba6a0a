/* Nothing is taken from the file: it is looked at in place. */
#include "dialog/question.h"

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
