#ifndef BASE_OPTS_H
#define BASE_OPTS_H

#include <stddef.h>
#include <stdint.h>

struct opt_name;

/*
 * A command line by a table, for programs with many options: each row says
 * where in a struct the value goes.
 */
enum opts_kind {
	OPTS_STR,		/* const char * */
	OPTS_LIST,		/* struct opts_list; may be given again */
	OPTS_INT,		/* int64_t, from min to max */
	OPTS_TIME,		/* int64_t in microseconds; bare numbers are
				 * seconds */
	OPTS_WORD,		/* int, one of words */
	OPTS_FLAG,		/* int64_t, set to 1 */
	OPTS_LOUDER, OPTS_QUIETER, OPTS_VERSION	/* as in log.h */
};

enum { OPTS_LIST_MAX = 64, OPTS_MAX = 64 };

struct opts_list {
	const char *v[OPTS_LIST_MAX + 1];	/* ended by NULL */
	size_t n;
};

struct opts {
	const char *name;	/* the long name */
	int letter;		/* or 0 */
	enum opts_kind kind;
	size_t at;		/* offset of the member */
	int64_t min, max;
	const struct opt_name *words;
};

/* Reads the options up to the first operand (optind); whatever is wrong with
 * one ends the program with CODE_USAGE.  A table has OPTS_MAX rows at most. */
void opts_read(const struct opts *table, size_t n, void *base, int argc,
    char *argv[]);

#endif
