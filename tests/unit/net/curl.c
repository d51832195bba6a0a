/* curl: which folders of authorities are taken, and libcurl's descriptors. */
#include "net/curl.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../tap.h"

static char dir[] = "/tmp/gl-curl.XXXXXX";

static bool
with(const char *name)
{
	char path[sizeof(dir) + 32];
	FILE *f;
	bool yes;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f)
		fclose(f);
	yes = net_curl_hashed(dir);
	unlink(path);
	return yes;
}

int
main(void)
{
	struct net_curl_sockets s = { .n = 0 };
	struct pollfd p[NET_CURL_SOCKETS];
	int i, events;

	if (!ok(mkdtemp(dir) != NULL, "a folder"))
		return tap_done();
	ok(!net_curl_hashed(NULL) && !net_curl_hashed("/nowhere"), "no folder");
	ok(!net_curl_hashed(dir), "an empty one");
	ok(!with("ca-certificates.crt"), "one with a bundle");
	ok(!with("1a2b3c4g.0") && !with("1a2b3c4d.r0"), "no hashes");
	ok(with("1a2b3c4d.0"), "hashes");
	rmdir(dir);

	for (i = 0; i < NET_CURL_SOCKETS; i++)
		net_curl_socket(&s, i, CURL_POLL_IN);
	is_int(net_curl_socket(&s, 99, CURL_POLL_IN), -1, "one too many");
	net_curl_socket(&s, 0, CURL_POLL_REMOVE);
	net_curl_socket(&s, 3, CURL_POLL_INOUT);
	is_int(net_curl_want(&s, p, 3), 3, "no more than there is room for");
	is_int(net_curl_want(&s, p, 9), NET_CURL_SOCKETS - 1, "all");
	is_int(p[3].events, POLLIN | POLLOUT, "as asked for");
	for (i = 0; i < s.n; i++)
		p[i].revents = 0;
	is_int(net_curl_ready(p, s.n, &events), -1, "nothing came");
	p[2].revents = POLLHUP;
	is_int(net_curl_ready(p, s.n, &events), 2, "the one with an event");
	is_int(events, CURL_CSELECT_IN, "as libcurl wants it");
	return tap_done();
}
