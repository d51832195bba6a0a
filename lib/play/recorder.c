/*
 * A WAV file that grows.  Its header is updated at each second of sound, so
 * that a killed program leaves a playable file.
 */
#include "play/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "sound/wav.h"

struct recorder {
	char *first, *path;	/* as named; the current file */
	int number;
	int fd;			/* -1 between files */
	int rate;
	uint64_t bytes, told;	/* written; as the header says */
	bool any;
	int error;		/* errno once it has failed */
};

struct recorder *
recorder_new(const char *path)
{
	struct recorder *r = mem_alloc(sizeof(*r));

	r->first = mem_str(path);
	r->path = mem_str(path);
	r->fd = -1;
	return r;
}

static int
fail(struct recorder *r)
{
	r->error = errno != 0 ? errno : EIO;
	return -1;
}

static int
head(struct recorder *r)
{
	unsigned char h[WAV_HEAD];

	(void)wav_head(h, r->rate, 1, r->bytes);
	r->told = r->bytes;
	if (pwrite(r->fd, h, sizeof(h), 0) == (ssize_t)sizeof(h))
		return 0;
	return fail(r);
}

/* A write failed, most likely after a part of it: the header counts that. */
static int
full(struct recorder *r)
{
	int error = errno;
	off_t end = lseek(r->fd, 0, SEEK_CUR);

	if (end > WAV_HEAD) {
		r->bytes = (uint64_t)(end - WAV_HEAD) / 2 * 2;
		(void)head(r);
	}
	errno = error;
	return fail(r);
}

static int
create(struct recorder *r)
{
	/* a FIFO fails: its header could not be rewritten */
	r->fd = fd_create(r->path);
	r->bytes = 0;
	r->any = true;
	if (r->fd == -1 || head(r) == -1 ||
	    lseek(r->fd, WAV_HEAD, SEEK_SET) == -1)
		return fail(r);
	return 0;
}

/* call.wav becomes call-01.wav. */
static char *
numbered(const char *first, int n)
{
	const char *slash = strrchr(first, '/');
	const char *dot = strrchr(first, '.');

	if (dot == NULL || (slash != NULL && dot < slash))
		dot = first + strlen(first);
	return mem_printf("%.*s-%02d%s", (int)(dot - first), first, n, dot);
}

int
recorder_next(struct recorder *r)
{
	int ret = 0;

	if (r->fd == -1 || r->error)
		return 0;
	ret = head(r);
	if (close(r->fd) == -1)
		ret = -1;
	r->fd = -1;
	free(r->path);
	r->path = numbered(r->first, ++r->number);
	return ret;
}

int
recorder_add(struct recorder *r, int rate, const void *p, size_t samples)
{
	if (r->error || samples == 0)
		return 0;
	if (r->fd != -1 && (rate != r->rate ||
	    r->bytes + samples * 2 > WAV_MAX) && recorder_next(r) == -1)
		return -1;
	r->rate = rate;
	if (r->fd == -1 && create(r) == -1)
		return -1;
	if (fd_write_all(r->fd, p, samples * 2) == -1)
		return full(r);
	r->bytes += samples * 2;
	if (r->bytes - r->told >= (uint64_t)rate * 2)
		return head(r);
	return 0;
}

const char *
recorder_path(const struct recorder *r)
{
	return r->path;
}

int
recorder_close(struct recorder *r)
{
	int error;

	if (r->rate == 0)
		r->rate = 24000;
	if (!r->any && !r->error)
		(void)create(r);
	if (r->fd != -1 && !r->error)
		(void)head(r);
	if (r->fd != -1 && close(r->fd) == -1 && !r->error)
		(void)fail(r);
	error = r->error;
	free(r->first);
	free(r->path);
	free(r);
	if (!error)
		return 0;
	errno = error;
	return -1;
}
