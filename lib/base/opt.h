#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option;		/* getopt_long(3) */

/* A word and the value it stands for; a table ends with a NULL name. */
struct opt_name {
	const char *name;
	int value;
};

/*
 * getopt_long(3) that stops at the first operand and speaks in our form: an
 * unknown option or a missing argument is said on standard error together
 * with "try 'prog --help'" and ends the program with CODE_USAGE.
 */
int opt_next(int argc, char *const argv[], const char *letters,
    const struct option *longs);

/* The words left at optind: ends the program with CODE_USAGE where there are
 * more than max or one of them looks like an option that came too late.  "--"
 * before them says that none is. */
void opt_operands(int argc, char *const argv[], int max);

/*
 * The numbers, times and words below come from optarg-like text; name is the
 * option as the user typed it ("-R", "--max-time").  Anything that is not
 * wholly such a value within the bounds ends the program with CODE_USAGE and a
 * sentence that names the option, the text and the bounds.
 */
int64_t opt_int(const char *name, const char *text, int64_t min, int64_t max);
double opt_num(const char *name, const char *text, double min, double max);

/* A time: a number with the unit us, ms, s, m or h ("20ms", "1.5s", "10m");
 * a bare number counts in units of bare_us.  Comes back in microseconds. */
int64_t opt_time(const char *name, const char *text, int64_t bare_us,
    int64_t min_us, int64_t max_us);

/* The value of a word of the table. */
int opt_word(const char *name, const char *text, const struct opt_name *table);

/* The name of an environment variable; comes back as it is. */
const char *opt_variable(const char *name, const char *text);

/* The environment's value, or NULL where it is unset or empty. */
const char *opt_env(const char *name);

/* Whether an environment variable says yes (1, true, yes, on). */
bool opt_env_true(const char *name);

#endif
