#ifndef FRAMES_DECODER_H
#define FRAMES_DECODER_H

#include <stddef.h>

/*
 * Pictures that other programs can read: which one turns a file into a PNG,
 * and how it is called.
 */
struct loop;
struct run;
struct run_ops;
struct run_end;

enum { DECODER_ERR = 256 };	/* bytes kept of its error messages */

struct decoder {
	const char *kind;	/* such as "WebP" */
	const char *program;
	const char *package;	/* the Debian package with it */
};

/* Chosen by the first bytes of a regular file; NULL if none fits or the file
 * cannot be read. */
const struct decoder *decoder_of(const char *path);

/* Starts it; its standard output is the PNG, and *folder must be passed to
 * decoder_clean() when it has ended.  NULL with errno. */
struct run *decoder_start(const struct decoder *, struct loop *,
    const char *path, const struct run_ops *, void *arg, char **folder);
void decoder_clean(char *folder);

/* How a command failed, with the first line of its error messages. */
void decoder_failure(const struct run_end *, char *why, size_t size);

#endif
