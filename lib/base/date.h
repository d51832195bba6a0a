#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdint.h>

/* Reads an RFC 3339 time with any offset as ms since the epoch, truncating
 * finer fractions: 0, or -1 if it is not one. */
int date_ms(const char *text, int64_t *ms);
/* The same in seconds, truncating any fraction. */
int date_seconds(const char *text, int64_t *t);

#endif
