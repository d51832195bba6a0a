/* Usage, help and the list for completions, from a table of options. */
#include "base/opthelp.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/opt.h"

enum {
	WIDTH = 79,
	COLUMN = 31,		/* where the help text starts */
	TEXT_MAX = 64 << 10,
	LETTERS = 64
};

#define COMMON(name, letter, what, help) \
	{ name, letter, { .kind = what }, 0, 0, NULL, help }

const struct opt opthelp_common[] = {
	OPT_GROUP("General"),
	COMMON("help", 0, OPT_IS_HELP, "print this text"),
	COMMON("quiet", 'q', OPT_IS_QUIETER, "leave out warnings"),
	COMMON("usage", 'h', OPT_IS_USAGE, "print the options in brief"),
	COMMON("verbose", 'v', OPT_IS_LOUDER, "say more; repeat for more yet"),
	COMMON("version", 'V', OPT_IS_VERSION, "print the version"),
	COMMON("list-options", 0, OPT_IS_TABLE, NULL),
	OPT_END
};

bool
opthelp_takes(const struct opt *o)
{
	switch (o->as.kind) {
	case OPT_IS_STR:
	case OPT_IS_FILE:
	case OPT_IS_SECRET:
	case OPT_IS_TEXT:
	case OPT_IS_LIST:
	case OPT_IS_INT:
	case OPT_IS_NUM:
	case OPT_IS_TIME:
	case OPT_IS_WORD:
	case OPT_IS_PROFILE:
	case OPT_IS_MAYBE: return true;
	case OPT_IS_CALL: return o->arg != NULL;
	default: return false;
	}
}

static bool
shown(const struct opt *o)
{
	return o->as.kind != OPT_IS_GROUP && o->as.kind != OPT_IS_WRONG &&
	    o->help != NULL;
}

/* The letter, unless the table gives it to another option. */
static int
letter_of(const struct opt *table, const struct opt *o)
{
	const struct opt *t;

	if (o < opthelp_common || o >= opthelp_common +
	    sizeof(opthelp_common) / sizeof(opthelp_common[0]))
		return o->letter;
	for (t = table; t->as.kind != OPT_IS_END; t++)
		if (t->letter != 0 && t->letter == o->letter)
			return 0;
	return o->letter;
}

static void
add_words(struct buf *b, const struct opt_name *w, char between)
{
	buf_str(b, w->name);
	for (w++; w->name != NULL; w++)
		buf_printf(b, "%c%s", between, w->name);
}

static void
add_value(struct buf *b, const struct opt *o, const char *before)
{
	if (!opthelp_takes(o))
		return;
	buf_str(b, before);
	if (o->arg != NULL)
		buf_str(b, o->arg);
	else if (o->as.words != NULL)
		add_words(b, o->as.words, '|');
}

/* One piece of the usage, on the next line if this one is full. */
static void
piece(struct buf *b, size_t *line, size_t indent, const char *text)
{
	size_t n = strlen(text);

	if (*line + 1 + n > WIDTH) {
		buf_printf(b, "\n%*s", (int)indent, "");
		*line = indent;
	}
	buf_printf(b, " %s", text);
	*line += 1 + n;
}

/* The letters of the options without a value, as "[-hqv]". */
static void
letters(struct buf *b, const struct opt *table)
{
	const struct opt *o, *from[] = { table, opthelp_common };
	unsigned char set[LETTERS];
	size_t n = 0, i, k;
	int c;

	for (i = 0; i < 2; i++)
		for (o = from[i]; o->as.kind != OPT_IS_END; o++) {
			c = letter_of(table, o);
			if (!shown(o) || c == 0 || n == LETTERS ||
			    (opthelp_takes(o) && o->as.kind != OPT_IS_MAYBE))
				continue;
			/* a before A before b */
			for (k = n++; k > 0 && (tolower(set[k - 1]) >
			    tolower(c) || (tolower(set[k - 1]) == tolower(c) &&
			    set[k - 1] < c)); k--)
				set[k] = set[k - 1];
			set[k] = (unsigned char)c;
		}
	buf_printf(b, "[-%.*s]", (int)n, (char *)set);
}

/* Options without a letter, and those with a letter and a value. */
static void
bracket(struct buf *b, const struct opt *o)
{
	buf_clear(b);
	if (o->letter != 0)
		buf_printf(b, "[-%c", o->letter);
	else
		buf_printf(b, "[--%s", o->name);
	if (o->as.kind != OPT_IS_MAYBE)
		add_value(b, o, " ");
	buf_printf(b, "]%s", o->as.kind == OPT_IS_LIST ? "..." : "");
}

void
opthelp_usage(const struct opt *table, const char *operands)
{
	size_t indent = strlen("usage: ") + strlen(log_prog()), line = indent;
	struct buf all, one;
	const struct opt *o;

	buf_init(&all, TEXT_MAX);
	buf_init(&one, TEXT_MAX);
	buf_printf(&all, "usage: %s", log_prog());
	letters(&one, table);
	piece(&all, &line, indent, one.data);
	for (o = table; o->as.kind != OPT_IS_END; o++) {
		if (!shown(o) || (o->letter != 0 && !(opthelp_takes(o) &&
		    o->as.kind != OPT_IS_MAYBE)))
			continue;
		bracket(&one, o);
		piece(&all, &line, indent, one.data);
	}
	if (*operands != '\0')
		piece(&all, &line, indent, operands);
	buf_printf(&all, "\n'%s --help' explains them, 'man %s' everything\n",
	    log_prog(), log_prog());
	log_usage(all.data);
}

static void
explain(struct buf *b, struct buf *left, const struct opt *table,
    const struct opt *o)
{
	int c = letter_of(table, o);

	buf_clear(left);
	if (c != 0)
		buf_printf(left, "  -%c, ", c);
	else
		buf_str(left, "      ");
	buf_printf(left, "--%s", o->name);
	add_value(left, o, o->as.kind == OPT_IS_MAYBE ? "=" : " ");
	if (left->len + 2 > COLUMN)
		buf_printf(b, "%s\n%*s%s\n", left->data, COLUMN, "", o->help);
	else
		buf_printf(b, "%-*s%s\n", COLUMN, left->data, o->help);
}

void
opthelp_long(const struct opt *table, const char *operands)
{
	const struct opt *o, *from[] = { table, opthelp_common };
	struct buf all, left;
	size_t i;

	buf_init(&all, TEXT_MAX);
	buf_init(&left, TEXT_MAX);
	buf_printf(&all, "usage: %s [options]%s%s\n", log_prog(),
	    *operands != '\0' ? " " : "", operands);
	for (i = 0; i < 2; i++)
		for (o = from[i]; o->as.kind != OPT_IS_END; o++)
			if (o->as.kind == OPT_IS_GROUP)
				buf_printf(&all, "\n%s\n", o->help);
			else if (shown(o))
				explain(&all, &left, table, o);
	buf_printf(&all, "\nsee %s(1)\n", log_prog());
	log_usage(all.data);
}

/* How a completion fills in the value. */
static const char *
kind_name(enum opt_kind k)
{
	switch (k) {
	case OPT_IS_FILE: return "file";
	case OPT_IS_SECRET: return "secret";
	case OPT_IS_TEXT: return "text";
	case OPT_IS_LIST: return "list";
	case OPT_IS_INT: return "int";
	case OPT_IS_NUM: return "num";
	case OPT_IS_TIME: return "time";
	case OPT_IS_WORD: return "word";
	case OPT_IS_MAYBE: return "maybe";
	case OPT_IS_PROFILE: return "profile";
	default: return "str";
	}
}

void
opthelp_list(const struct opt *table)
{
	const struct opt *o, *from[] = { table, opthelp_common };
	const char *group = "";
	struct buf b;
	size_t i;
	int c;

	buf_init(&b, TEXT_MAX);
	for (i = 0; i < 2; i++)
		for (o = from[i]; o->as.kind != OPT_IS_END; o++) {
			if (o->as.kind == OPT_IS_GROUP)
				group = o->help;
			if (!shown(o))
				continue;
			c = letter_of(table, o);
			buf_printf(&b, "%s\t%c\t%s\t%s\t", o->name,
			    c != 0 ? c : '-', opthelp_takes(o) ?
			    kind_name(o->as.kind) : "flag",
			    o->arg != NULL ? o->arg : "");
			if (o->as.words != NULL)
				add_words(&b, o->as.words, ' ');
			buf_printf(&b, "\t%s\t%s\n", group, o->help);
		}
	log_usage(b.data);
}
