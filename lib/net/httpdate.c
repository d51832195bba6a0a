/* Dates are libcurl's, which reads all three forms of RFC 9110 5.6.7. */
#include "net/httpdate.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { AFTER_MAX = 999999 };		/* seconds */

int64_t
httpdate_after(const char *text, const char *date, int64_t now)
{
	size_t n = text != NULL ? strspn(text, "0123456789") : 0;
	int64_t from, to;

	if (text == NULL)
		return 0;
	if (text[n] == '\0')
		return n > 0 && n < 7 ? strtol(text, NULL, 10) * 1000 : 0;
	to = curl_getdate(text, NULL);
	from = date != NULL ? curl_getdate(date, NULL) : -1;
	if (from == -1)
		from = now;
	return to > from && to - from <= AFTER_MAX ? (to - from) * 1000 : 0;
}
