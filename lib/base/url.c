/*
 * Splits URLs.  Nothing is decoded: the target goes to the server as it was
 * given.
 */
#include "base/url.h"
#include "base/mem.h"
#include "base/why.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { URL_MAX = 8192, HOST_MAX = 255 };

static const struct {
	const char *name;
	int port;
	bool tls;
} schemes[] = {
	{ "http", 80, false }, { "https", 443, true },
	{ "ws", 80, false }, { "wss", 443, true }
};

static int
take_scheme(struct url *u, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strlen(schemes[i].name) == n &&
		    strncasecmp(schemes[i].name, text, n) == 0) {
			u->scheme = mem_str(schemes[i].name);
			u->port = schemes[i].port;
			u->tls = schemes[i].tls;
			return 0;
		}
	return -1;
}

/* Whether n bytes, without brackets, are a host: the characters of a name or
 * of an IPv6 address. */
static bool
host_good(const char *p, size_t n, bool six)
{
	size_t i;

	if (n == 0 || n > HOST_MAX)
		return false;
	for (i = 0; i < n; i++)
		if (six ? !isxdigit((unsigned char)p[i]) && p[i] != ':' &&
		    p[i] != '.' :
		    !isalnum((unsigned char)p[i]) && !strchr("-._~", p[i]))
			return false;
	return true;
}

/* The digits up to end; an empty port means the scheme's own. */
static int
take_port(struct url *u, const char *p, const char *end)
{
	int port = 0;

	if (p == end)
		return 0;
	for (; p < end; p++) {
		if (!isdigit((unsigned char)*p))
			return -1;
		port = port * 10 + (*p - '0');
		if (port > 65535)
			return -1;
	}
	if (port == 0)
		return -1;
	u->port = port;
	return 0;
}

static int
take_authority(struct url *u, const char *p, const char *end, char *why,
    size_t size)
{
	const char *stop;

	if (memchr(p, '@', (size_t)(end - p)))
		return why_say(-1, why, size, "a user name in a URL is not "
		    "supported");
	if (*p == '[') {
		u->numeric6 = true;
		p++;
		stop = memchr(p, ']', (size_t)(end - p));
	} else {
		stop = memchr(p, ':', (size_t)(end - p));
		if (!stop)
			stop = end;
	}
	if (!stop || !host_good(p, (size_t)(stop - p), u->numeric6))
		return why_say(-1, why, size, "the URL's host is not a name or "
		    "address");
	u->host = mem_copy(p, (size_t)(stop - p));
	if (u->numeric6)
		stop++;
	if (stop == end)
		return 0;
	if (*stop != ':' || take_port(u, stop + 1, end) == -1)
		return why_say(-1, why, size, "the URL's port is not within 1 "
		    "to 65535");
	return 0;
}

static int
take_target(struct url *u, const char *p, char *why, size_t size)
{
	const char *s;

	for (s = p; *s; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return why_say(-1, why, size, "the URL holds a space "
			    "or a byte that has to be percent-encoded");
	if (strchr(p, '#'))
		return why_say(-1, why, size, "a fragment (#) in a URL is not "
		    "supported");
	u->target = mem_printf("%s%s", *p == '/' ? "" : "/", p);
	return 0;
}

int
url_parse(struct url *u, const char *text, char *why, size_t size)
{
	const char *p, *end;

	memset(u, 0, sizeof(*u));
	if (strnlen(text, URL_MAX + 1) > URL_MAX)
		return why_say(-1, why, size, "the URL is longer than 8192 "
		    "bytes");
	p = strstr(text, "://");
	if (!p || take_scheme(u, text, (size_t)(p - text)) == -1)
		return why_say(-1, why, size, "the URL does not begin with "
		    "wss://, ws://, https:// or http://");
	p += 3;
	end = p + strcspn(p, "/?#");
	if (take_authority(u, p, end, why, size) == -1 ||
	    take_target(u, end, why, size) == -1) {
		url_done(u);
		return -1;
	}
	return 0;
}

void
url_done(struct url *u)
{
	free(u->scheme);
	free(u->host);
	free(u->target);
	memset(u, 0, sizeof(*u));
}

char *
url_authority(const struct url *u)
{
	const char *open = u->numeric6 ? "[" : "";
	const char *close = u->numeric6 ? "]" : "";

	if (u->port == (u->tls ? 443 : 80))
		return mem_printf("%s%s%s", open, u->host, close);
	return mem_printf("%s%s%s:%d", open, u->host, close, u->port);
}

/* Whether it is a dotted quad that begins with these bytes. */
static bool
quad(const char *s, const char *start)
{
	int dots = 0, digits = 0, value = 0;

	if (strncmp(s, start, strlen(start)) != 0)
		return false;
	for (; *s; s++) {
		if (*s == '.') {
			if (digits == 0)
				return false;
			dots++;
			digits = value = 0;
		} else if (isdigit((unsigned char)*s) && digits < 3) {
			digits++;
			value = value * 10 + (*s - '0');
			if (value > 255)
				return false;
		} else {
			return false;
		}
	}
	return dots == 3 && digits > 0;
}

bool
url_loopback(const char *host)
{
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    strcmp(host, "[::1]") == 0 || quad(host, "127.");
}

bool
url_link_local(const char *host)
{
	return quad(host, "169.254.");
}

int
url_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t
url_unescape(char *out, const char *s, size_t n, bool plus)
{
	const char *end = s + n;
	char *d = out;

	for (; s < end; s++)
		if (*s == '%' && end - s > 2 && url_hex(s[1]) >= 0 &&
		    url_hex(s[2]) >= 0) {
			*d++ = (char)(url_hex(s[1]) << 4 | url_hex(s[2]));
			s += 2;
		} else {
			*d++ = plus && *s == '+' ? ' ' : *s;
		}
	*d = '\0';
	return (size_t)(d - out);
}
