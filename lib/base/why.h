#ifndef BASE_WHY_H
#define BASE_WHY_H

#include <stddef.h>

/* Writes the reason of a failure; returns result, so that whoever fails says
 * why and returns in one statement. */
int why_say(int result, char *why, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
