#ifndef LOOP_WRITERS_H
#define LOOP_WRITERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Who writes into a FIFO that is read, and where each one's bytes end.  The
 * kernel keeps the names of their comings and goings (inotify(7)), but not in
 * which byte they fall: that is known where the FIFO was looked at between one
 * writer's leaving and the next one's first byte.  Otherwise it is where a
 * record, a sound file or a picture begins (base/tear.h).  Without inotify only
 * those are told apart that leave no writer behind when the FIFO is looked at.
 */
enum { WRITERS_MARKS = 64 };

/* Embedded by its owner; the rest is private. */
struct writers {
	int64_t marks[WRITERS_MARKS];	/* ends, by the bytes read so far */
	int n;
	int watch, wd;		/* inotify's, or -1 */
	int count;		/* of those that have it open */
	bool sure;		/* which is known */
	bool fresh;		/* none of them has gone yet */
	bool left;		/* the last one has, but may not be the last */
	bool soiled;		/* and something was written before, */
	bool hung;		/* nobody has it open for writing */
	int64_t known;		/* so many bytes were there at the last look */
	int64_t last;		/* the last mark */
};

/* To be called before the FIFO is opened, and after. */
void writers_init(struct writers *, const char *path);
void writers_opened(struct writers *, int fd);
void writers_done(struct writers *);

/* Looks at fd, of which `at` bytes have been read.  0, or -1 if there will be
 * no other writer.  fd may become another descriptor. */
int writers_look(struct writers *, int *fd, int64_t at, const char *path);

/* Forgets the first mark. */
void writers_pass(struct writers *);

#endif
