#ifndef EMULATOR_HOST_GUEST_H
#define EMULATOR_HOST_GUEST_H

#include <stdbool.h>

/*
 * Which requests come from where they should, as far as a browser says it: a
 * page of any site can make its visitor's browser connect to a port of his own
 * machine, but not lie about Origin and Host.  Pure.
 */
struct httphead;

struct guest_rules {
	/* More origins whose pages may connect, ended by NULL; "*" is all. */
	const char *const *origins;
	/* The name in Host is to be this machine's, or an address: else a name
	 * of somebody's own that leads here makes a page's requests look like
	 * those of the same site. */
	bool here;
};

/* NULL, or why the request is refused. */
const char *guest_refused(const struct guest_rules *,
    const struct httphead *);

#endif
