#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdint.h>

/* An RFC 3339 time with any offset in ms since the epoch, what is finer cut
 * off: 0, or -1 if it is not one. */
int date_ms(const char *text, int64_t *ms);
/* The same in seconds, a fraction cut off. */
int date_seconds(const char *text, int64_t *t);

#endif
