#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * TAP for the unit tests: ok() per fact, is_str() and is_int() where the
 * difference is wanted, and `return tap_done();` at the end of main.
 */
static int tap_count, tap_failed;

static bool
tap_ok(bool good, const char *file, int line, const char *what)
{
	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	/* control characters would end the line, '#' begin a directive */
	for (; *what; what++)
		putchar((unsigned char)*what < ' ' || *what == '#' ? '.' :
		    *what);
	putchar('\n');
	if (!good) {
		tap_failed++;
		printf("# at %s:%d\n", file, line);
	}
	fflush(stdout);
	return good;
}

#define ok(cond, what) tap_ok((cond), __FILE__, __LINE__, (what))

#define is_int(got, want, what) do { \
	long long tap_g = (got), tap_w = (want); \
	if (!tap_ok(tap_g == tap_w, __FILE__, __LINE__, (what))) \
		printf("# got %lld, wanted %lld\n", tap_g, tap_w); \
} while (0)

#define is_str(got, want, what) do { \
	const char *tap_g = (got), *tap_w = (want); \
	if (!tap_ok(tap_g && tap_w && strcmp(tap_g, tap_w) == 0, __FILE__, \
	    __LINE__, (what))) \
		printf("# got    %s\n# wanted %s\n", tap_g ? tap_g : "NULL", \
		    tap_w ? tap_w : "NULL"); \
} while (0)

static int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif
