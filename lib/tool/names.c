/* Lists of names, searched word by word without being split. */
#include "tool/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tool/decl.h"
#include "base/mem.h"
#include "tool/box.h"

enum { SHOWN = 1000 };		/* bytes of names in a suggestion */

/* The next word at *list, which moves past it; its length, 0 at the end. */
static size_t
next(const char **list, const char **word)
{
	*word = *list + strspn(*list, " ,\t\n");
	*list = *word + strcspn(*word, " ,\t\n");
	return (size_t)(*list - *word);
}

int
names_add(char **list, const char *text)
{
	const char *at = text, *word;
	char *both;

	if (next(&at, &word) == 0)
		return -1;
	both = mem_printf("%s %s", *list != NULL ? *list : "", word);
	free(*list);
	*list = both;
	return 0;
}

bool
names_have(const char *list, const char *name)
{
	size_t n = strlen(name), len;
	const char *word;

	while (list != NULL && (len = next(&list, &word)) > 0)
		if ((len == 1 && *word == '*') ||
		    (len == n && memcmp(word, name, n) == 0))
			return true;
	return false;
}

/* Whether a tool has the name, or the name is "*". */
static bool
known(const struct toolbox *box, const char *word, size_t n)
{
	char name[DECL_NAME_MAX + 1];

	if (n > DECL_NAME_MAX)
		return false;
	memcpy(name, word, n);
	name[n] = '\0';
	return strcmp(name, "*") == 0 || box_find(box, name) != NULL ||
	    box_own(box, name) != NULL;
}

bool
names_mean(const char *list, const struct tool *t)
{
	return names_have(list, t->decl.name) || names_have(list, t->own) ||
	    (t->remote != NULL && names_have(list, t->remote));
}

static bool
names_unknown(const char *list, const struct toolbox *box, char *why,
    size_t size)
{
	const char *word;
	struct buf b;
	size_t n;

	do {
		n = list != NULL ? next(&list, &word) : 0;
		if (n == 0)
			return false;
	} while (known(box, word, n));
	buf_init(&b, 1 << 20);
	box_names(box, &b);
	snprintf(why, size, "%.*s: no tool has this name; there are %.*s%s",
	    n < SHOWN ? (int)n : SHOWN, word, SHOWN, b.len > 0 ? b.data :
	    "none", b.len > SHOWN ? "..." : "");
	buf_done(&b);
	return true;
}

bool
names_wrong(const char *option, const char *list, const struct toolbox *box,
    char **last, bool *news)
{
	char why[2304], *text;

	*news = false;
	if (!names_unknown(list, box, why, sizeof(why)))
		return false;
	text = mem_printf("%s %s", option, why);
	*news = *last == NULL || strcmp(*last, text) != 0;
	free(*last);
	*last = text;
	return true;
}
