#ifndef BASE_FD_H
#define BASE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The result of one read or write, here and in every module that moves bytes:
 * a count above 0, or one of these.
 */
enum {
	IO_END = 0,	/* the peer is done (read), or is gone (write: EPIPE) */
	IO_AGAIN = -1,	/* nothing now, wait with poll */
	IO_ERROR = -2	/* failed, errno says why */
};

/* One read(2) or write(2), retried on EINTR. */
ssize_t fd_read(int fd, void *p, size_t n);
ssize_t fd_write(int fd, const void *p, size_t n);

/* Columns of the terminal on fd (80 if it does not say), 0 if it is not
 * one. */
int fd_columns(int fd);

/* Its rows, 0 if they are not known. */
int fd_rows(int fd);

/* Whether something can be written now. */
bool fd_writable(int fd);

/* Whether something can be read now, end of input included. */
bool fd_readable(int fd);
/* Whether a pipe is empty and nobody has it open for writing, even if nobody
 * ever had. */
bool fd_alone(int fd);

/* Whether nobody has the other end of a pipe open any more. */
bool fd_hangs(int fd);

/* Sleeps; only for a program that has no loop yet. */
void fd_nap(int ms);

/* Writes all n bytes, waiting as long as it takes; 0 or -1 with errno.  For
 * regular files and the last words of a dying program only. */
int fd_write_all(int fd, const void *p, size_t n);

/* Set a flag on a descriptor we created ourselves; 0 or -1 with errno. */
int fd_cloexec(int fd);
int fd_nonblock(int fd);

/* Closes this descriptor and all above it, of any number. */
void fd_close_from(int fd);

/* A pipe with both ends close-on-exec; 0 or -1 with errno. */
int fd_pipe(int p[2]);

/*
 * Opens a file for writing, creating it with mode 0600 or emptying it, without
 * waiting for a FIFO's reader.  -1 with errno: EDEADLK if this program has the
 * same file open for reading, which would be emptied before it was read.
 */
int fd_create(const char *path);

/* Whether two names refer to the same regular file; "-" as the first means
 * standard input. */
bool fd_same(const char *in, const char *out);

/* Whether it is /dev/null. */
bool fd_is_null(int fd);

/* Whether a name means standard input: "-", or the FIFO that is open there. */
bool fd_is_stdin(const char *path);

/* Reads a whole file of at most max bytes into memory that the caller frees,
 * followed by a zero byte.  NULL with errno (EFBIG over the limit).  While it
 * waits for a FIFO's writer, INT, TERM and HUP end the program at once. */
char *fd_slurp(const char *path, size_t max, size_t *len);

/* The path at which to replace a file that the user named: what a link leads
 * to, or the path itself.  The caller frees it; NULL with errno, which is 0 if
 * something other than a regular file is there. */
char *fd_target(const char *path);

/*
 * Replaces the file at path: writes a new one beside it with the mode, syncs
 * and renames it, syncs the folder.  After a crash at any instant path holds
 * all of the old bytes or all of the new.  0 or -1 with errno.
 */
int fd_replace(const char *path, const void *p, size_t n, mode_t mode);

/* The same by way of tmp, in the same folder: for a caller that holds a lock,
 * so that the next write removes what a crash left behind.  tmp is always
 * created anew: an existing file of that name is never written to. */
int fd_replace_by(const char *path, const char *tmp, const void *p, size_t n,
    mode_t mode);

/* Copies the first bytes waiting in a pipe without removing them; returns how
 * many, 0 if there are none or it is not a pipe. */
size_t fd_peek(int fd, void *p, size_t n);

/* Takes an exclusive flock(2) lock, waiting at most ms milliseconds.  0, or -1
 * with errno: EWOULDBLOCK if somebody else holds it. */
int fd_lock(int fd, int ms);

#endif
