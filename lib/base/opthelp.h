#ifndef BASE_OPTHELP_H
#define BASE_OPTHELP_H

#include <stdbool.h>

#include "base/opt.h"

/* What opt.c prints about a table of options.  For opt.c only. */

/* The options of every program. */
extern const struct opt opthelp_common[];

/* Whether a value may follow the option. */
bool opthelp_takes(const struct opt *);

/* Print to standard output and exit 0: for -h the usage; for --help a line per
 * option, in groups; for --list-options (completions) name, letter or "-",
 * kind, argument, the words it may be, group and help, separated by tabs. */
_Noreturn void opthelp_usage(const struct opt *table, const char *operands);
_Noreturn void opthelp_long(const struct opt *table, const char *operands);
_Noreturn void opthelp_list(const struct opt *table);

#endif
