/* Words that a user keeps in a file. */
#include "base/textfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"

char *
textfile_read(const char *path, size_t max, int *bad, int *code)
{
	size_t n, from, end;
	char *s = fd_slurp(path, max, &n);
	int line = 1;

	*bad = 0;
	*code = CODE_OK;
	if (!s) {
		*code = errno == EFBIG ? CODE_DATA : CODE_NOINPUT;
		return NULL;
	}
	for (from = 0; *bad == 0 && from < n && !utf8_valid(s, n);
	    from = end + 1, line++) {
		end = from + strcspn(s + from, "\n");
		if (!utf8_valid(s + from, end - from))
			*bad = line;
	}
	if (strncmp(s, "\xef\xbb\xbf", 3) == 0)
		memmove(s, s + 3, strlen(s + 3) + 1);
	return s;
}

/* Where the string or comment that begins at s ends; NULL: neither begins. */
static char *
past(char *s)
{
	char *end;

	if (*s == '"') {
		for (s++; *s != '"' && *s != '\0'; s++)
			s += *s == '\\' && s[1] != '\0';
		return s + (*s != '\0');
	}
	if (*s == '#' || strncmp(s, "//", 2) == 0)
		return s + strcspn(s, "\n");
	if (strncmp(s, "/*", 2) != 0)
		return NULL;
	end = strstr(s + 2, "*/");
	return end != NULL ? end + 2 : NULL;	/* else JSON's complaint */
}

/* White space for comments, so that places stay what they are. */
static void
blank_comments(char *s)
{
	char *end;

	while (*s != '\0') {
		end = past(s);
		if (end == NULL)
			s++;
		else if (*s == '"')
			s = end;
		else
			for (; s < end; s++)
				if (*s != '\n')
					*s = ' ';
	}
}

struct json *
textfile_json(const char *path, size_t max, int *code, char *why, size_t size)
{
	struct json *j;
	char reason[160];
	size_t n;
	char *s = fd_slurp(path, max, &n);

	if (!s) {
		*code = errno == EFBIG ? CODE_DATA : CODE_NOINPUT;
		snprintf(why, size, "%s: %s", path, log_reason(errno));
		return NULL;
	}
	blank_comments(s);
	j = json_parse(s, n, reason, sizeof(reason));
	free(s);
	if (j)
		return j;
	*code = CODE_DATA;
	snprintf(why, size, "%s: %s", path, reason);
	return NULL;
}
