#ifndef TOOL_MURMUR_H
#define TOOL_MURMUR_H

/*
 * What a program says on its standard error, line by line: it does not reach
 * the terminal by itself, where it could give orders.
 */
struct loop;
struct murmur;

enum { MURMUR_MAX = 400 };	/* bytes of a line; the rest is the next one */

/* fd is non-blocking and closed by murmur_free(). */
struct murmur *murmur_new(struct loop *, int fd,
    void (*line)(void *arg, const char *text), void *arg);

/* Tells what is still to be read of it, 64 KiB at most; NULL is none. */
void murmur_free(struct murmur *);

#endif
