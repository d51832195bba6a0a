#ifndef FRAMES_DECODER_H
#define FRAMES_DECODER_H

#include <stddef.h>

/*
 * Pictures that others can read: which program makes a PNG of a file, and how
 * it is called.
 */
struct loop;
struct run;
struct run_ops;
struct run_end;

enum { DECODER_ERR = 256 };	/* bytes that are kept of what it complains */

struct decoder {
	const char *kind;	/* such as "WebP" */
	const char *program;
	const char *package;	/* of Debian, that has it */
};

/* By the first bytes of a regular file; NULL where it is none of these, or
 * cannot be read. */
const struct decoder *decoder_of(const char *path);

/* Starts it; its standard output is the PNG, and *folder is to be cleaned when
 * it has ended.  NULL with errno. */
struct run *decoder_start(const struct decoder *, struct loop *,
    const char *path, const struct run_ops *, void *arg, char **folder);
void decoder_clean(char *folder);

/* How a command failed, with the first line of its complaints. */
void decoder_failure(const struct run_end *, char *why, size_t size);

#endif
