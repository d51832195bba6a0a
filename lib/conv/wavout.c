/* Even a full disk has room for the header, which is already there. */
#include "conv/wavout.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
wavout_init(struct wavout *o, const char *path, bool large)
{
	struct stat st;
	int flags;

	memset(o, 0, sizeof(*o));
	o->path = path;
	o->start = -1;
	if (path != NULL) {
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			o->start = 0;
	} else {
		flags = fcntl(1, F_GETFL);
		if (fstat(1, &st) == 0 && S_ISREG(st.st_mode) &&
		    flags != -1 && !(flags & O_APPEND))
			o->start = lseek(1, 0, SEEK_CUR);
	}
	o->head = large && o->start != -1 ? WAV_HEAD_LONG : WAV_HEAD;
}

size_t
wavout_head(struct wavout *o, unsigned char head[WAV_HEAD_LONG], int rate,
    int channels)
{
	o->rate = rate;
	o->channels = channels;
	if (o->head == WAV_HEAD_LONG)
		wav_head_long(head, rate, channels, WAV_UNKNOWN);
	else
		(void)wav_head(head, rate, channels, WAV_UNKNOWN);
	return o->head;
}

/* Whole frames of sound that are in the file, at most `bytes`. */
static uint64_t
there(const struct wavout *o, int fd, uint64_t bytes)
{
	off_t from = o->start + (off_t)o->head;
	uint64_t frame = 2 * (uint64_t)o->channels, n;
	struct stat st;

	if (fstat(fd, &st) == -1 || st.st_size < from)
		return UINT64_MAX;
	n = (uint64_t)(st.st_size - from) / frame * frame;
	return n < bytes ? n : bytes;
}

int
wavout_mend(const struct wavout *o, uint64_t bytes, bool failed, bool *over)
{
	unsigned char head[WAV_HEAD_LONG];
	ssize_t done = -1;
	int fd = 1, saved;

	*over = false;
	if (o->start == -1 || o->channels == 0)
		return 0;
	if (o->path != NULL)
		fd = open(o->path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (failed)
		bytes = there(o, fd, bytes);
	if (bytes == UINT64_MAX) {
		done = (ssize_t)o->head;	/* not even a header */
	} else {
		if (o->head == WAV_HEAD_LONG)
			wav_head_long(head, o->rate, o->channels, bytes);
		else
			*over = wav_head(head, o->rate, o->channels,
			    bytes) == -1;
		done = pwrite(fd, head, o->head, o->start);
	}
	saved = errno;
	if (fd > 1)
		close(fd);
	errno = saved;
	return done == (ssize_t)o->head ? 0 : -1;
}
