/* Splits a command into words by the quoting rules of sh(1). */
#include "base/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Copies one word, unquoted, to *d; returns where it ends, or NULL. */
static const char *
word(const char *s, char **d)
{
	char quote = '\0';

	for (; *s != '\0'; s++) {
		if (quote == '\0' && strchr(" \t\n", *s) != NULL)
			break;
		if (*s == quote) {
			quote = '\0';
		} else if (quote == '\0' && (*s == '\'' || *s == '"')) {
			quote = *s;
		} else {
			if (*s == '\\' && quote != '\'' && s[1] != '\0' &&
			    (quote == '\0' || strchr("\"\\$`", s[1]) != NULL))
				s++;
			*(*d)++ = *s;
		}
	}
	*(*d)++ = '\0';
	return quote == '\0' ? s : NULL;
}

char **
words_split(const char *command, size_t max)
{
	size_t n = 0;
	const char *s = command;
	char **words, *d;

	words = mem_alloc((max + 1) * sizeof(*words) + strlen(command) + 2);
	d = (char *)(words + max + 1);
	while (*(s += strspn(s, " \t\n")) != '\0') {
		if (n == max)
			goto bad;
		words[n++] = d;
		if ((s = word(s, &d)) == NULL)
			goto bad;
	}
	if (n > 0)
		return words;
bad:
	free(words);
	return NULL;
}
