#ifndef DIALOG_BUDGET_H
#define DIALOG_BUDGET_H

#include <stddef.h>

/*
 * --prices and --max-cost: the user's table of what tokens cost, as gl-conv has
 * it, and a ceiling in its currency.
 */
struct json;

/*
 * Reads the table at path, which a ceiling cannot do without.  Where there is a
 * ceiling, the model must have a price.  The table, to be freed, or NULL where
 * there is none or with an exit code and a sentence.
 */
struct json *budget_read(const char *path, double ceiling, const char *model,
    int *code, char *why, size_t size);

#endif
