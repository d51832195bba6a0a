#ifndef EMULATOR_HOST_GUEST_H
#define EMULATOR_HOST_GUEST_H

#include <stdbool.h>

/*
 * Whether requests come from where they should, as far as a browser tells: any
 * site's page can make its visitor's browser connect to a port on the
 * visitor's own machine, but not lie about Origin and Host.  Pure.
 */
struct httphead;

struct guest_rules {
	/* More origins whose pages may connect, NULL-terminated; "*": all. */
	const char *const *origins;
	/* Host must be this machine's name or an address: otherwise somebody's
	 * own name that resolves to here makes a page's requests look
	 * same-site. */
	bool here;
};

/* NULL, or why the request is refused. */
const char *guest_refused(const struct guest_rules *,
    const struct httphead *);

#endif
