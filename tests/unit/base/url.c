/* url: what is a URL, what is not, what can only be this machine. */
#include "base/url.h"

#include <stdlib.h>

#include "../../tap.h"

static void
good(const char *text, const char *host, int port, bool tls,
    const char *target, const char *authority)
{
	struct url u;
	char why[128], *a;

	if (!ok(url_parse(&u, text, why, sizeof(why)) == 0, text))
		return;
	a = url_authority(&u);
	is_str(u.host, host, "its host");
	is_int(u.port, port, "its port");
	ok(u.tls == tls, "whether it is TLS");
	is_str(u.target, target, "its target");
	is_str(a, authority, "its authority");
	free(a);
	url_done(&u);
}

static void
bad(const char *text)
{
	struct url u;
	char why[128] = "";

	ok(url_parse(&u, text, why, sizeof(why)) == -1 && *why, text);
}

static void
test_unescape(void)
{
	char out[32], same[] = "a%2Fb";

	is_int(url_unescape(out, "%zz%2", 5, false), 5, "no escapes");
	is_str(out, "%zz%2", "stay as they are");
	is_int(url_unescape(out, "a%41%7e+b%", 10, false), 6, "escapes");
	is_str(out, "aA~+b%", "are undone");
	is_int(url_unescape(out, "a+b%2B", 6, true), 4, "of a form");
	is_str(out, "a b+", "'+' is a space");
	url_unescape(same, same, 5, false);
	is_str(same, "a/b", "in place");
}

int
main(void)
{
	char *longest;

	good("wss://example.org", "example.org", 443, true, "/",
	    "example.org");
	good("ws://127.0.0.1:8765/a/b?c=d&e", "127.0.0.1", 8765, false,
	    "/a/b?c=d&e", "127.0.0.1:8765");
	good("HTTPS://Example.org:8443?x", "Example.org", 8443, true, "/?x",
	    "Example.org:8443");
	good("http://[::1]:80/", "::1", 80, false, "/", "[::1]");
	good("http://[::1]:81/", "::1", 81, false, "/", "[::1]:81");
	good("wss://host:443", "host", 443, true, "/", "host");
	good("wss://host:/x", "host", 443, true, "/x", "host");

	bad("");
	bad("example.org");
	bad("ftp://example.org");
	bad("wss:/example.org");
	bad("wss://");
	bad("wss://:80/");
	bad("wss://user@host/");
	bad("wss://host/#fragment");
	bad("wss://host#fragment");
	bad("wss://host:0/");
	bad("wss://host:65536/");
	bad("wss://host:8x/");
	bad("wss://ho st/");
	bad("wss://host/a b");
	bad("wss://host/\r\nX: y");
	bad("wss://ho\r\nst/");
	bad("wss://host/\xc3\xa4");
	bad("wss://[::1/");
	bad("wss://[::1]x/");
	bad("wss://[host]/");

	longest = malloc(9000);
	memset(longest, 'a', 9000);
	memcpy(longest, "wss://h/", 8);
	longest[8999] = '\0';
	ok(url_parse(&(struct url){ 0 }, longest, longest, 100) == -1,
	    "longer than the ceiling");
	free(longest);

	ok(url_loopback("localhost") && url_loopback("LOCALHOST") &&
	    url_loopback("127.0.0.1") && url_loopback("127.1.2.3") &&
	    url_loopback("::1") && url_loopback("[::1]"), "loopback");
	ok(!url_loopback("localhost.example.org") &&
	    !url_loopback("127.0.0.1.example.org") &&
	    !url_loopback("127.example.org") && !url_loopback("127.0.0") &&
	    !url_loopback("127.0.0.256") && !url_loopback("127..0.1") &&
	    !url_loopback("127.0.0.1.") && !url_loopback("128.0.0.1") &&
	    !url_loopback("::2") && !url_loopback(""), "not loopback");
	ok(url_link_local("169.254.169.254") && url_link_local("169.254.0.1"),
	    "link-local");
	ok(!url_link_local("169.254.evil.example") &&
	    !url_link_local("169.254.169.254.evil.example") &&
	    !url_link_local("169.254.1") && !url_link_local("169.255.0.1"),
	    "not link-local");

	test_unescape();
	return tap_done();
}
