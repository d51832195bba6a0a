#ifndef NET_IO_H
#define NET_IO_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Bytes both ways over a connection: the client's transport or one of the
 * listener's.  Counts and IO_END, IO_AGAIN, IO_ERROR as in fd.h.
 */
enum io_how {
	IO_CLOSE,	/* orderly: TLS says good-bye, then TCP */
	IO_DROP,	/* TCP ends orderly, TLS without a word */
	IO_RESET	/* TCP reset */
};

struct io_ops {
	/* Read until IO_AGAIN before sleeping: TLS holds bytes that poll does
	 * not see. */
	ssize_t (*read)(void *self, void *p, size_t n);
	/* After IO_AGAIN the next call must give the same address, the same
	 * bytes and at least as many. */
	ssize_t (*write)(void *self, const void *p, size_t n);
	/* What poll must wait for so that reading (writing) can go on; as
	 * source_ops.want() in loop.h. */
	int (*want)(void *self, bool reading, bool writing, struct pollfd *,
	    int room);
	/* One sentence about the last IO_ERROR; never NULL. */
	const char *(*why)(void *self);
	/* Closes and frees. */
	void (*close)(void *self, enum io_how);
	/* Announces that nothing more will be written; reading goes on.  NULL
	 * if nobody needs it. */
	void (*shut)(void *self);
};

struct io {
	const struct io_ops *ops;
	void *self;
};

/* The round trip as TCP measures it, in microseconds; -1 if it is not known.
 * Through a proxy it is the trip to the proxy. */
int64_t io_round_trip(const struct io *);

#endif
