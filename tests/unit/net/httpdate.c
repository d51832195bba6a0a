/* How long a Retry-After asks to wait. */
#include "net/httpdate.h"

#include "../../tap.h"

enum { THEN = 784111777 };	/* the example of RFC 9110 */

int
main(void)
{
	static const char *const dates[] = {
		"Sun, 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994"
	};
	static const char *const none[] = { "", "soon", ",", "-7", "7 s" };
	size_t i;

	is_int(httpdate_after("7", NULL, THEN), 7000, "seconds");
	is_int(httpdate_after("9999999", NULL, THEN), 0, "too many of them");
	is_int(httpdate_after(NULL, NULL, THEN), 0, "nothing");
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		is_int(httpdate_after(none[i], NULL, THEN), 0, none[i]);
	for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		is_int(httpdate_after(dates[i], NULL, THEN - 90), 90000,
		    dates[i]);
		is_int(httpdate_after(dates[i], NULL, THEN + 5), 0, "past");
	}
	is_int(httpdate_after(dates[0], "Sun, 06 Nov 1994 08:49:27 GMT",
	    1795924800), 10000, "by the server's clock");
	is_int(httpdate_after("Sun, 06 Nov 2044 08:49:37 GMT", NULL, THEN), 0,
	    "years ahead");
	return tap_done();
}
