/* Recognises keys and tokens by their first characters and length. */
#include "base/secret.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* How a secret begins, and how many characters follow at least. */
static const struct { const char *start; size_t more; } kinds[] = {
	{ "AIza", 20 },			/* API keys, two forms */
	{ "AQ.", 20 },
	{ "ya29.", 16 },		/* access tokens */
	{ "eyJ", 32 },			/* JSON web tokens */
	{ "GOCSPX-", 16 },		/* client secrets */
	{ "auth_tokens/", 16 },		/* ephemeral tokens */
	{ NULL, 0 }
};

static bool
letter(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

/* The length of the secret at p, or 0; *start gets the length of the part that
 * only says what kind it is. */
static size_t
length(const char *p, size_t *start)
{
	size_t i, n;

	for (i = 0; kinds[i].start != NULL; i++) {
		*start = strlen(kinds[i].start);
		if (strncmp(p, kinds[i].start, *start) != 0)
			continue;
		for (n = *start; letter(p[n]); n++)
			continue;
		if (n >= *start + kinds[i].more)
			return n;
	}
	return 0;
}

bool
secret_like(const char *text)
{
	const char *p;
	size_t start;

	for (p = text; *p != '\0'; p++)
		if ((p == text || !isalnum((unsigned char)p[-1])) &&
		    length(p, &start) > 0)
			return true;
	return false;
}

void
secret_hide(char *text)
{
	char *p, *to;
	size_t n, start;

	for (p = text; *p != '\0'; p++) {
		if (p != text && isalnum((unsigned char)p[-1]))
			continue;
		n = length(p, &start);
		if (n == 0)
			continue;
		to = p + start;
		memcpy(to, "...", 3);
		memmove(to + 3, p + n, strlen(p + n) + 1);
		p = to + 2;
	}
}
