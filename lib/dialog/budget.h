#ifndef DIALOG_BUDGET_H
#define DIALOG_BUDGET_H

#include <stddef.h>

/*
 * --prices and --max-cost: the user's table of token prices, as for gl-conv,
 * and a ceiling in its currency.
 */
struct json;

/*
 * Reads the table at path.  A ceiling requires it, and a price for the model.
 * Returns the table, which the caller frees, or NULL if there is none, or on
 * failure with an exit code and a sentence.
 */
struct json *budget_read(const char *path, double ceiling, const char *model,
    int *code, char *why, size_t size);

#endif
