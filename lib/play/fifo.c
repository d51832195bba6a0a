/* A ring of bytes; start is the oldest byte, used counts from there. */
#include "play/fifo.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
fifo_init(struct fifo *f, size_t size)
{
	f->data = mem_resize(NULL, size, 1);
	f->size = size;
	f->start = f->used = 0;
}

void
fifo_done(struct fifo *f)
{
	free(f->data);
	memset(f, 0, sizeof(*f));
}

static void *
fifo_wwin(struct fifo *f, size_t *n)
{
	size_t end = f->start + f->used;

	if (end >= f->size) {
		end -= f->size;
		*n = f->start - end;
	} else {
		*n = f->size - end;
	}
	return f->data + end;
}

static void
fifo_commit(struct fifo *f, size_t n)
{
	f->used += n;
}

const void *
fifo_rwin(const struct fifo *f, size_t *n)
{
	*n = f->size - f->start;
	if (*n > f->used)
		*n = f->used;
	return f->data + f->start;
}

void
fifo_take(struct fifo *f, size_t n)
{
	f->start += n;
	if (f->start >= f->size)
		f->start -= f->size;
	f->used -= n;
	if (f->used == 0)
		f->start = 0;
}

size_t
fifo_put(struct fifo *f, const void *p, size_t n)
{
	const unsigned char *from = p;
	size_t room, done = 0;
	void *at;

	while (done < n) {
		at = fifo_wwin(f, &room);
		if (room == 0)
			break;
		if (room > n - done)
			room = n - done;
		memcpy(at, from + done, room);
		fifo_commit(f, room);
		done += room;
	}
	return done;
}

void
fifo_clear(struct fifo *f)
{
	f->start = f->used = 0;
}
