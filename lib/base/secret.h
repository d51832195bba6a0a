#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

/*
 * What keys and tokens of the service look like in any text, so that one that
 * was typed in the wrong place is not repeated by a message.  Pure.
 */

/* Whether a key or token stands anywhere in the text. */
bool secret_like(const char *text);

/* Replaces each by its first letters and "...", in place. */
void secret_hide(char *text);

#endif
