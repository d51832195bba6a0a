#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

/*
 * Recognises the service's keys and tokens in any text, so that messages do
 * not repeat one that was typed in the wrong place.  Pure.
 */

/* Whether there is a key or token anywhere in the text. */
bool secret_like(const char *text);

/* Replaces each by its first letters and "...", in place. */
void secret_hide(char *text);

#endif
