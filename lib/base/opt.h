#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The options of a program: one table that serves to parse the command line
 * and to write -h, --help and the list for shell completions.
 *
 * To add an option:
 *	1. give the program's struct a member for its value;
 *	2. add a row: { "gain", 'g', OPT_NUM(0, 100), AT(gain), "factor",
 *	   "make the sound louder" } below the OPT_GROUP that it belongs to;
 *	3. describe it in the manual, with an .It of the same names;
 *	4. read the member; its default stands where the struct begins.
 * tests/pipeline/97-options.t compares the table with the manual.
 *
 * --quiet, --verbose, --version and --help with their letters belong to every
 * program and are in no table.  A table may take a letter for itself.
 */

/* A word and the value it stands for; a table ends with a NULL name. */
struct opt_name {
	const char *name;
	int value;
};

enum { OPT_LIST_MAX = 256 };

struct opt_list {
	const char *v[OPT_LIST_MAX + 1];	/* ended by NULL */
	size_t n;
};

enum opt_kind {
	OPT_IS_END, OPT_IS_GROUP, OPT_IS_WRONG, OPT_IS_FLAG, OPT_IS_STR,
	OPT_IS_FILE, OPT_IS_SECRET, OPT_IS_TEXT, OPT_IS_LIST, OPT_IS_INT,
	OPT_IS_NUM, OPT_IS_TIME, OPT_IS_WORD, OPT_IS_MAYBE, OPT_IS_CALL,
	OPT_IS_LOUDER, OPT_IS_QUIETER, OPT_IS_VERSION, OPT_IS_USAGE,
	OPT_IS_HELP, OPT_IS_TABLE, OPT_IS_PROFILE
};

/* Stores the value of an OPT_CALL option in the row's member, or in the whole
 * struct if the row names none; text is NULL if the row has no arg.  0, or an
 * exit code with the reason in why. */
typedef int opt_call(void *to, const char *text, char *why, size_t size);

/* What an option takes; written by one of the macros below. */
struct opt_as {
	enum opt_kind kind;
	int64_t min, max, unit, bare;
	double low, high;
	const struct opt_name *words;
	opt_call *call;
};

struct opt {
	const char *name;	/* the long name */
	int letter;		/* or 0 */
	struct opt_as as;
	size_t at, size;	/* of the member */
	const char *arg;	/* what the help calls the value; NULL: it has
				 * none, or its words are listed */
	const char *help;	/* a line */
};

/* Microseconds. */
#define OPT_US INT64_C(1)
#define OPT_MS INT64_C(1000)
#define OPT_S INT64_C(1000000)
#define OPT_HOUR (3600 * OPT_S)

/*
 * The third column.  Numbers go into members of any integer type, bool and
 * enum included.  An empty value is refused except as OPT_TEXT.
 *
 * OPT_FLAG		sets the member to 1
 * OPT_SET(v)		sets it to v
 * OPT_STR		const char *
 * OPT_FILE		const char *, the name of a file
 * OPT_SECRET		const char *, the name of a file with a key or token.
 *			A key itself is refused: others can read the command
 *			line
 * OPT_TEXT		const char *, words or @file
 * OPT_LIST		struct opt_list; the option may be given again
 * OPT_INT(min, max)	a whole number
 * OPT_NUM(low, high)	double
 * OPT_INT_OR(words, min, max), OPT_NUM_OR(words, low, high)
 *			likewise, or a word and what it stands for
 * OPT_TIME(unit, bare, min, max)
 *			counted in unit; a number without a unit means bare;
 *			all four in microseconds
 * OPT_WORD(words)	one word of a struct opt_name table
 * OPT_MAYBE(words)	sets the member to 1; may be followed by a word, which
 *			is ignored
 * OPT_CALL(f)		whatever the function f makes of it
 * OPT_PROFILE		char *, the text of a profile (base/profile.h) whose
 *			options are read before the command line; what they set
 *			points into it, and the program frees it at its end
 */
#define OPT_FLAG OPT_SET(1)
#define OPT_SET(v) { .kind = OPT_IS_FLAG, .min = (v) }
#define OPT_STR { .kind = OPT_IS_STR }
#define OPT_FILE { .kind = OPT_IS_FILE }
#define OPT_SECRET { .kind = OPT_IS_SECRET }
#define OPT_TEXT { .kind = OPT_IS_TEXT }
#define OPT_LIST { .kind = OPT_IS_LIST }
#define OPT_INT(a, b) { .kind = OPT_IS_INT, .min = (a), .max = (b) }
#define OPT_NUM(a, b) { .kind = OPT_IS_NUM, .low = (a), .high = (b) }
#define OPT_INT_OR(table, a, b) { .kind = OPT_IS_INT, .words = (table), \
	.min = (a), .max = (b) }
#define OPT_NUM_OR(table, a, b) { .kind = OPT_IS_NUM, .words = (table), \
	.low = (a), .high = (b) }
#define OPT_TIME(in, without, a, b) { .kind = OPT_IS_TIME, .unit = (in), \
	.bare = (without), .min = (a), .max = (b) }
#define OPT_WORD(table) { .kind = OPT_IS_WORD, .words = (table) }
#define OPT_MAYBE(table) { .kind = OPT_IS_MAYBE, .words = (table) }
#define OPT_PROFILE { .kind = OPT_IS_PROFILE }
#define OPT_CALL(f) { .kind = OPT_IS_CALL, .call = (f) }

/* The member of a struct as two columns; the whole struct, for OPT_CALL. */
#define OPT_AT(type, member) offsetof(type, member), \
	sizeof(((type *)0)->member)
#define OPT_NOWHERE 0, 0

/* Whole rows: a heading for those below it; a wrong option, with a sentence
 * that says what is right; the end. */
#define OPT_GROUP(head) { NULL, 0, { .kind = OPT_IS_GROUP }, 0, 0, NULL, head }
#define OPT_WRONG(name, letter, say) \
	{ name, letter, { .kind = OPT_IS_WRONG }, 0, 0, NULL, say }
#define OPT_END { NULL, 0, { .kind = OPT_IS_END }, 0, 0, NULL, NULL }

/*
 * Reads options from argv[at] on into the struct at base, up to the first
 * operand, and returns its index.  Long names cannot be abbreviated.  operands
 * is how the usage shows what follows the options ("[file ...]").  Any mistake
 * ends the program with CODE_USAGE and a sentence that names the option but
 * does not repeat a value that looks like a key.
 */
int opt_read(const struct opt *table, const char *operands, void *base,
    int argc, char *argv[], int at);

/* Checks the words left from argv[at] on: ends the program with CODE_USAGE if
 * there are more than max, or one of them looks like an option that came too
 * late and no "--" precedes them. */
void opt_operands(int argc, char *const argv[], int at, int max);

/* An environment variable's value, or NULL if it is unset or empty. */
const char *opt_env(const char *name);
/* The same for the first of two that has one. */
const char *opt_env_either(const char *a, const char *b);

/* The same for a proxy's URL: one with a blank or a control character ends the
 * program with CODE_CONFIG, lest a library ignore it and connect directly. */
const char *opt_env_proxy(const char *a, const char *b);

/* Whether an environment variable says yes (1, true, yes, on). */
bool opt_env_true(const char *name);

#endif
