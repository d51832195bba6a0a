/*
 * A program other than a browser sends no Origin, and any Host it likes: these
 * checks do not affect it.
 */
#include "emulator/host/guest.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/url.h"
#include "net/httphead.h"

/* The host in "name", "name:port" or "[::1]:port", freed by the caller. */
static char *
name_of(const char *authority)
{
	size_t n = *authority == '[' ? strcspn(authority, "]") + 1 :
	    strcspn(authority, ":");

	return n > strlen(authority) ? mem_str(authority) :
	    mem_copy(authority, n);
}

static bool
among(const char *const *list, const char *s)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcasecmp(*list, s) == 0 || strcmp(*list, "*") == 0)
			return true;
	return false;
}

/* Whether it is an address, which no name server can redirect. */
static bool
address(const char *name)
{
	return *name == '[' || name[strspn(name, "0123456789.")] == '\0';
}

static bool
own_host(const char *host)
{
	char *name = name_of(host);
	bool yes = address(name) || url_loopback(name);

	free(name);
	return yes;
}

/* Accepts "http://localhost:5173" and the like, but not "null". */
static bool
own_origin(const struct guest_rules *g, const char *origin)
{
	struct url u;
	char why[1];
	bool yes;

	if (among(g->origins, origin))
		return true;
	if (url_parse(&u, origin, why, sizeof(why)) == -1)
		return false;
	yes = url_loopback(u.host);
	url_done(&u);
	return yes;
}

const char *
guest_refused(const struct guest_rules *g, const struct httphead *head)
{
	const char *host = httphead_get(head, "Host");
	const char *origin = httphead_get(head, "Origin");

	if (origin != NULL && !own_origin(g, origin))
		return "a page of another origin: see --origin";
	if (httphead_count(head, "Host") > 1)
		return "more than one Host";
	if (g->here && host != NULL && !own_host(host))
		return "Host names another machine: see --host";
	return NULL;
}
