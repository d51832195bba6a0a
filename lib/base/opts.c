/* From a table to getopt_long(3) and back. */
#include "base/opts.h"

#include <getopt.h>
#include <stdio.h>

#include "base/log.h"
#include "base/opt.h"

enum { LONG_ONLY = 256 };

static void
append(struct opts_list *list, const char *name)
{
	if (list->n == OPTS_LIST_MAX)
		log_die(CODE_USAGE, "more than %d times %s", OPTS_LIST_MAX,
		    name);
	list->v[list->n++] = optarg;
}

static void
apply(const struct opts *o, void *at)
{
	char name[40];

	snprintf(name, sizeof(name), "--%s", o->name);
	switch (o->kind) {
	case OPTS_STR: *(const char **)at = optarg; break;
	case OPTS_LIST: append(at, name); break;
	case OPTS_INT:
		*(int64_t *)at = opt_int(name, optarg, o->min, o->max);
		break;
	case OPTS_TIME:
		*(int64_t *)at = opt_time(name, optarg, 1000000, o->min,
		    o->max);
		break;
	case OPTS_WORD: *(int *)at = opt_word(name, optarg, o->words); break;
	case OPTS_FLAG: *(int64_t *)at = 1; break;
	case OPTS_LOUDER: log_louder(); break;
	case OPTS_QUIETER: log_quieter(); break;
	case OPTS_VERSION: log_version();
	}
}

void
opts_read(const struct opts *table, size_t n, void *base, int argc,
    char *argv[])
{
	struct option longs[OPTS_MAX + 1] = { { 0 } };
	char letters[2 * OPTS_MAX + 1];
	size_t i, at = 0;
	int c;

	for (i = 0; i < n; i++) {
		longs[i].name = table[i].name;
		longs[i].has_arg = table[i].kind < OPTS_FLAG;
		longs[i].val = LONG_ONLY + (int)i;
		if (!table[i].letter)
			continue;
		letters[at++] = (char)table[i].letter;
		if (longs[i].has_arg)
			letters[at++] = ':';
	}
	letters[at] = '\0';
	while ((c = opt_next(argc, argv, letters, longs)) != -1) {
		i = c < LONG_ONLY ? 0 : (size_t)(c - LONG_ONLY);
		while (c < LONG_ONLY && table[i].letter != c)
			i++;
		apply(&table[i], (char *)base + table[i].at);
	}
}
