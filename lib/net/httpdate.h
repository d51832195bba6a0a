#ifndef NET_HTTPDATE_H
#define NET_HTTPDATE_H

#include <stdint.h>

/* How many ms a Retry-After (RFC 9110 10.2.3) asks to wait: seconds, or a date
 * in any of HTTP's three forms, counted from the response's Date if it has one
 * (NULL: none), else from now, in seconds since 1970.  0 if it asks for
 * nothing, or for more than eleven days. */
int64_t httpdate_after(const char *text, const char *date, int64_t now);

#endif
