#ifndef BASE_PROFILE_H
#define BASE_PROFILE_H

#include <stddef.h>

/*
 * A profile: a named set of options, in the file NAME.conf in gl's XDG
 * configuration folder.  Each line has the long name of an option and, after
 * white space or '=', its value as it is, to the end of the line; empty lines
 * and those that begin with '#' are ignored.
 */
enum { PROFILE_MAX = 64 << 10 };	/* bytes of a file */

struct profile {
	char *path;
	char *text;		/* what the values point into */
	char *at;		/* the next line */
	int line;		/* number of the last one read */
};

/* Reads the whole file.  CODE_OK, or an exit code and a sentence; then there
 * is nothing to close. */
int profile_open(struct profile *, const char *name, char *why, size_t size);

/*
 * The next option: its name without dashes, and its value or NULL, both
 * zero-terminated in text.  Returns 1, 0 after the last, or -1 with why if the
 * line is not one.
 */
int profile_next(struct profile *, const char **name, const char **value,
    char *why, size_t size);

/* Frees all but text, which the values need and which is returned. */
char *profile_close(struct profile *);

#endif
