/* The syntax of header fields by RFC 9110: a token, a colon, visible text. */
#include "dialog/headers.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/why.h"
#include "net/wsup.h"

static int
check(const char *h, const char *file, int line, char *why, size_t size)
{
	size_t name = strspn(h, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	const char *p;

	for (p = h; *p == '\t' || ((unsigned char)*p >= ' ' && *p != 0x7f); p++)
		continue;
	if (name == 0 || h[name] != ':' || *p != '\0') {
		if (file)
			snprintf(why, size, "%s: line %d is not of the form "
			    "'Name: value'", file, line);
		else
			snprintf(why, size, "--header: a field is not of the "
			    "form 'Name: value'");
		return file ? CODE_DATA : CODE_USAGE;
	}
	if (!wsup_is_ours(h))
		return CODE_OK;
	return why_say(CODE_USAGE, why, size, "--header: %.*s is the upgrade's "
	    "own field", (int)name, h);
}

int
headers_add(const char **v, size_t *n, size_t max, char *text,
    const char *file, char *why, size_t size)
{
	char *p = text, *end;
	bool last = *p == '\0';
	int line, code;

	if (file == NULL && strpbrk(text, "\r\n") != NULL)
		return why_say(CODE_USAGE, why, size, "--header: a line break "
		    "in a field: give --header once for each, or a file of "
		    "them as @FILE");
	for (line = 1; !last; line++, p = end + 1) {
		end = p + strcspn(p, "\n");
		last = *end == '\0';
		*end = '\0';
		if (end > p && end[-1] == '\r')
			end[-1] = '\0';
		if (*p == '\0')
			continue;
		if (*n == max)
			return why_say(CODE_USAGE, why, size, "--header: more "
			    "than %zu fields", max);
		code = check(p, file, line, why, size);
		if (code != CODE_OK)
			return code;
		v[(*n)++] = p;
	}
	return CODE_OK;
}
