#ifndef BASE_FD_H
#define BASE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * What one step of reading or writing came to, here and in every module that
 * moves bytes: a count above 0, or one of these.
 */
enum {
	IO_END = 0,	/* the peer is done (read), or is gone (write: EPIPE) */
	IO_AGAIN = -1,	/* nothing now, ask poll */
	IO_ERROR = -2	/* failed, errno says why */
};

/* One read(2) or write(2); EINTR is tried again. */
ssize_t fd_read(int fd, void *p, size_t n);
ssize_t fd_write(int fd, const void *p, size_t n);

/* Columns of the terminal behind fd (80 where it does not say), 0 if there is
 * none. */
int fd_columns(int fd);

/* Whether a write takes something now. */
bool fd_writable(int fd);

/* Whether something can be read now, the end included. */
bool fd_readable(int fd);

/* Sleeps; only for a program that has no loop yet. */
void fd_nap(int ms);

/* Writes all n bytes, waiting as long as it takes; 0 or -1 with errno.  For
 * regular files and the last words of a dying program only. */
int fd_write_all(int fd, const void *p, size_t n);

/* Flags of a descriptor we made ourselves; 0 or -1 with errno. */
int fd_cloexec(int fd);
int fd_nonblock(int fd);

/* A pipe with both ends close-on-exec; 0 or -1 with errno. */
int fd_pipe(int p[2]);

/*
 * Opens a file for writing, made with mode 0600 or emptied; a FIFO that nobody
 * reads is not waited for.  -1 with errno: EDEADLK where this program has the
 * same file open for reading, which would be empty before it was read.
 */
int fd_create(const char *path);

/* Whether two names are of the same regular file; "-" as the first one is
 * standard input. */
bool fd_same(const char *in, const char *out);

/* Whether it is /dev/null. */
bool fd_is_null(int fd);

/* Whether a name is that of standard input, by itself or as the FIFO that it
 * is. */
bool fd_is_stdin(const char *path);

/* Reads a whole file of at most max bytes into memory that the caller frees;
 * a zero byte follows.  NULL with errno (EFBIG over the limit).  While it waits
 * for a FIFO's writer INT, TERM and HUP end the program at once. */
char *fd_slurp(const char *path, size_t max, size_t *len);

/* Where a file is to be replaced that the user names: what a link leads to, or
 * the path itself.  Freed by the caller; NULL with errno, which is 0 where
 * something other than a regular file stands there. */
char *fd_target(const char *path);

/*
 * Replaces the file at path: written beside it with the mode, synced, renamed,
 * folder synced.  After a crash at any instant path holds the old or the new
 * bytes, whole.  0 or -1 with errno.
 */
int fd_replace(const char *path, const void *p, size_t n, mode_t mode);

/* The same, written first to tmp, in the same folder: for who holds a lock, so
 * that what a crash leaves behind is removed by the next writing.  tmp is made
 * anew always: what stands there under that name is never written to. */
int fd_replace_by(const char *path, const char *tmp, const void *p, size_t n,
    mode_t mode);

/* The first bytes that wait in a pipe, which stay there: how many; 0 where none
 * do, or it is not a pipe. */
size_t fd_peek(int fd, void *p, size_t n);

/* Takes the lock of flock(2) alone, and waits at most so many ms for it.  0, or
 * -1 with errno: EWOULDBLOCK where another one holds it. */
int fd_lock(int fd, int ms);

#endif
