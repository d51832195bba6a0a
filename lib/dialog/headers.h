#ifndef DIALOG_HEADERS_H
#define DIALOG_HEADERS_H

#include <stddef.h>

/*
 * Header fields that a user adds to the upgrade.  Pure.  Splits text into
 * lines, in place, and appends non-empty ones to v, which has *n of max. file
 * is where the text came from, or NULL for an option.  CODE_OK, or the exit
 * code and a sentence without the field's value, which may be a credential.
 */
int headers_add(const char **v, size_t *n, size_t max, char *text,
    const char *file, char *why, size_t size);

#endif
