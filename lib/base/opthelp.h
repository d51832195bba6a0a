#ifndef BASE_OPTHELP_H
#define BASE_OPTHELP_H

#include <stdbool.h>

#include "base/opt.h"

/* What opt.c writes about a table of options.  For opt.c only. */

/* The options of every program. */
extern const struct opt opthelp_common[];

/* Whether a value may follow the option. */
bool opthelp_takes(const struct opt *);

/* On standard output, then exit 0: -h, the usage; --help, a line for each
 * option, in groups; --list-options, for completions: name, letter or "-",
 * kind, argument, words of which it is one, group and help, between tabs. */
_Noreturn void opthelp_usage(const struct opt *table, const char *operands);
_Noreturn void opthelp_long(const struct opt *table, const char *operands);
_Noreturn void opthelp_list(const struct opt *table);

#endif
