/* Parses one word or a JSON object, or lines of these. */
#include "dialog/tokentext.h"

#include <string.h>

#include "base/json.h"
#include "dialog/token.h"

/* Whether it can be sent in a header. */
static bool
visible(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}

/* Removes white space at both ends. */
static char *
trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	return s + strspn(s, " \t\r\n");
}

enum tokentext_status
tokentext_read(char *text, size_t n, struct token_reply *reply,
    struct json **held)
{
	bool any;

	memset(reply, 0, sizeof(*reply));
	*held = NULL;
	if (memchr(text, '\0', n) != NULL)
		return TOKENTEXT_MALFORMED;
	text[n] = '\0';
	any = text[strspn(text, " \t\r\n")] != '\0';
	if (text[0] == '{') {
		*held = json_parse(text, n, NULL, 0);
		reply->secret = json_get_str(*held, "access_token",
		    json_get_str(*held, "token", NULL));
		reply->quota_project = json_get_str(*held,
		    "quota_project_id", NULL);
		reply->project = json_get_str(*held, "project_id", NULL);
	} else {
		reply->secret = trim(text);
	}
	if (reply->secret != NULL && *reply->secret &&
	    visible(reply->secret))
		return TOKENTEXT_SECRET;
	return any ? TOKENTEXT_MALFORMED : TOKENTEXT_NONE;
}

void
tokentext_lines(char *line, size_t *have, char *last, bool end)
{
	size_t n;
	char *nl;

	while ((nl = memchr(line, '\n', *have)) || (end && *have)) {
		n = nl ? (size_t)(nl - line) : *have;
		memcpy(last, line, n);
		last[n] = '\0';
		n += nl != NULL;
		memmove(line, line + n, *have - n);
		*have -= n;
	}
}
