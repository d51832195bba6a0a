/* Options and their values; any error in one ends the program. */
#include "base/opt.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/opthelp.h"
#include "base/profile.h"
#include "base/secret.h"
#include "base/spell.h"

struct reader {
	const struct opt *table;
	const char *operands;
	void *base;
	int argc;
	char **argv;
	int at;			/* the next word */
	const char *where;	/* prefix of messages on an option: "" or the
				 * place in a profile */
	/* Only looks for the name of a profile, and stops at any error. */
	bool scan;
	const char *profile;
};

enum { WHERE_MAX = 400, NAME_SIZE = WHERE_MAX + 48 };

static _Noreturn void
hint(void)
{
	log_error("try '%s --help'", log_prog());
	exit(CODE_USAGE);
}

/* The table's row for a long name of n bytes, or for a letter. */
static const struct opt *
find(const struct opt *table, const char *name, size_t n, int letter)
{
	const struct opt *o, *from[] = { table, opthelp_common };
	size_t i;

	for (i = 0; i < 2; i++)
		for (o = from[i]; o->as.kind != OPT_IS_END; o++)
			if (name == NULL ? letter == o->letter : o->name !=
			    NULL && strlen(o->name) == n &&
			    strncmp(o->name, name, n) == 0)
				return o->as.kind == OPT_IS_GROUP ? NULL : o;
	return NULL;
}

/* A time: a number with the unit us, ms, s, m or h ("20ms", "1.5s", "10m"); a
 * bare number counts in units of bare_us.  Returned in microseconds. */
static int64_t
us_of(const char *name, const char *text, int64_t bare_us, int64_t min_us,
    int64_t max_us)
{
	static const struct { const char *unit; double us; } units[] = {
		{ "us", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "m", 60e6 },
		{ "min", 60e6 }, { "h", 3600e6 }, { NULL, 0 }
	};
	double v, scale = -1;
	char *end;
	int i;

	v = strtod(text, &end);
	if (*end == '\0')
		scale = (double)bare_us;
	for (i = 0; units[i].unit != NULL; i++)
		if (strcmp(end, units[i].unit) == 0)
			scale = units[i].us;
	v *= scale;
	if (!isdigit((unsigned char)*text) || scale < 0 ||
	    !(v >= (double)min_us && v <= (double)max_us)) {
		log_error("%s %s: a time from %gs to %gs wanted (us, ms, s, m, "
		    "h; without a unit: %s)", name, text, (double)min_us / 1e6,
		    (double)max_us / 1e6, bare_us >= 1000000 ? "s" :
		    bare_us >= 1000 ? "ms" : "us");
		hint();
	}
	return (int64_t)(v + 0.5);
}

/* The row of a word in the table, or NULL. */
static const struct opt_name *
word_row(const struct opt_name *table, const char *text)
{
	for (; table != NULL && table->name != NULL; table++)
		if (strcmp(table->name, text) == 0)
			return table;
	return NULL;
}

/* The value of a word in the table. */
static int
word_of(const char *name, const char *text, const struct opt_name *table)
{
	const struct opt_name *t = word_row(table, text);
	char known[512] = "";
	size_t n = 0;
	int add;

	if (t != NULL)
		return t->value;
	for (t = table; t->name != NULL && n < sizeof(known); t++) {
		add = snprintf(known + n, sizeof(known) - n, "%s%s",
		    n ? ", " : "", t->name);
		n += add > 0 ? (size_t)add : 0;
	}
	log_error("%s %s: one of %s wanted", name, text, known);
	hint();
}

static void
put(const struct opt *o, void *base, int64_t v)
{
	void *to = (char *)base + o->at;

	switch (o->size) {
	case sizeof(bool): *(bool *)to = v != 0; break;
	case sizeof(int32_t): *(int32_t *)to = (int32_t)v; break;
	case sizeof(int64_t): *(int64_t *)to = v; break;
	default: log_die(CODE_BUG, "--%s: a member of %zu bytes", o->name,
	    o->size);
	}
}

static void
append(struct opt_list *list, const char *name, const char *text)
{
	if (list->n == OPT_LIST_MAX)
		log_die(CODE_USAGE, "more than %d times %s", OPT_LIST_MAX,
		    name);
	list->v[list->n++] = text;
}

/* Refuses a key given in place of the name of its file. */
static void
check_secret(const char *name, const char *text)
{
	if (!secret_like(text) || access(text, F_OK) == 0)
		return;
	log_error("%s wants the name of a file; this looks like the secret "
	    "itself, which others can now see (ps, the shell's history): "
	    "better have a new one made", name);
	hint();
}

/* Text that is the name of a file may have been meant as @FILE. */
static void
check_text(const char *name, const char *text)
{
	struct stat st;

	if (*text != '@' && stat(text, &st) == 0 && S_ISREG(st.st_mode))
		log_warn("%s %s: taken as words, though a file has that name; "
		    "%s @%s reads it", name, text, name, text);
}

static void
call(const struct opt *o, void *to, const char *name, const char *text)
{
	char why[512] = "";
	int code = o->as.call(to, text, why, sizeof(why));

	if (code == CODE_OK)
		return;
	if (text != NULL)
		log_error("%s %s: %s", name, text, why);
	else
		log_error("%s: %s", name, why);
	if (code == CODE_USAGE)
		hint();
	exit(code);
}

static void
wants_number(const char *name, const char *text, const struct opt_as *as,
    const char *what, double min, double max)
{
	bool word = as->words != NULL;

	log_error("%s %s: a%s number from %.15g to %.15g%s%s%s wanted", name,
	    text, what, min, max, word ? ", or " : "", word ?
	    as->words->name : "", word ? "," : "");
	hint();
}

static int64_t
int_of(const char *name, const char *text, const struct opt_as *as)
{
	const struct opt_name *word = word_row(as->words, text);
	char *end;
	long long v;

	if (word != NULL)
		return word->value;
	errno = 0;
	v = strtoll(text, &end, 10);
	if (isspace((unsigned char)*text) || *end != '\0' || errno != 0 ||
	    v < as->min || v > as->max)
		wants_number(name, text, as, " whole", (double)as->min,
		    (double)as->max);
	return v;
}

static double
num_of(const char *name, const char *text, const struct opt_as *as)
{
	const struct opt_name *word = word_row(as->words, text);
	char *end;
	double v;

	if (word != NULL)
		return word->value;
	errno = 0;
	v = strtod(text, &end);
	if (isspace((unsigned char)*text) || *end != '\0' || errno != 0 ||
	    !(v >= as->low && v <= as->high))
		wants_number(name, text, as, "", as->low, as->high);
	return v;
}

/* One option; its name as it was typed. */
static void
apply(struct reader *r, const struct opt *o, const char *name,
    const char *text)
{
	const struct opt_as *as = &o->as;
	void *to = (char *)r->base + o->at;

	if (r->scan) {
		if (as->kind == OPT_IS_PROFILE)
			r->profile = text;
		return;
	}
	/* often a shell's variable that is not set */
	if (text != NULL && *text == '\0' && opthelp_takes(o) &&
	    as->kind != OPT_IS_TEXT) {
		log_error("%s: the value is empty", name);
		hint();
	}
	switch (as->kind) {
	case OPT_IS_PROFILE:
		if (*r->where == '\0')
			break;		/* read before the command line */
		log_error("%s: a profile cannot name another one", name);
		hint();
	case OPT_IS_SECRET:
		check_secret(name, text);
		*(const char **)to = text;
		break;
	case OPT_IS_TEXT:
		check_text(name, text);
		*(const char **)to = text;
		break;
	case OPT_IS_STR:
	case OPT_IS_FILE: *(const char **)to = text; break;
	case OPT_IS_LIST: append(to, name, text); break;
	case OPT_IS_INT: put(o, r->base, int_of(name, text, as)); break;
	case OPT_IS_NUM: *(double *)to = num_of(name, text, as); break;
	case OPT_IS_TIME:
		put(o, r->base, us_of(name, text, as->bare, as->min,
		    as->max) / as->unit);
		break;
	case OPT_IS_WORD:
		put(o, r->base, word_of(name, text, as->words));
		break;
	case OPT_IS_MAYBE:
		if (text != NULL)
			(void)word_of(name, text, as->words);
		put(o, r->base, 1);
		break;
	case OPT_IS_CALL: call(o, to, name, text); break;
	case OPT_IS_FLAG: put(o, r->base, as->min); break;
	case OPT_IS_LOUDER: log_louder(); break;
	case OPT_IS_QUIETER: log_quieter(); break;
	case OPT_IS_VERSION: log_version();
	case OPT_IS_USAGE: opthelp_usage(r->table, r->operands);
	case OPT_IS_HELP: opthelp_long(r->table, r->operands);
	case OPT_IS_TABLE: opthelp_list(r->table);
	default:
		log_error("%s: %s", name, o->help);
		hint();
	}
}

static bool
takes(const struct opt *o)
{
	return opthelp_takes(o) && o->as.kind != OPT_IS_MAYBE;
}

/* The option whose name is most like the word, or NULL; never one that takes
 * secrets, lest what follows the word be taken for one. */
static const struct opt *
nearly(const struct opt *table, const char *word, size_t n)
{
	const struct opt *o, *best = NULL, *from[] = { table, opthelp_common };
	size_t i, d, least = spell_slip(n) + 1;

	for (i = 0; i < 2; i++)
		for (o = from[i]; o->as.kind != OPT_IS_END; o++) {
			if (o->name == NULL || o->help == NULL ||
			    o->as.kind == OPT_IS_WRONG ||
			    o->as.kind == OPT_IS_SECRET)
				continue;
			d = spell_distance(word, n, o->name, strlen(o->name));
			if (d < least) {
				least = d;
				best = o;
			}
		}
	return best;
}

/* Refuses a word that is not an option. */
static _Noreturn void
unknown_word(const struct reader *r, const char *word, size_t n)
{
	const struct opt *o = nearly(r->table, word, n);
	char name[200];

	snprintf(name, sizeof(name), "%.*s", (int)n, word);
	if (secret_like(name))
		log_error("%sunknown option, which looks like a key", r->where);
	else if (o != NULL)
		log_error("%sunknown option --%.*s; did you mean --%s?",
		    r->where, (int)n, word, o->name);
	else
		log_error("%sunknown option --%.*s", r->where, (int)n, word);
	hint();
}

/* The long option that may have been meant.  Names cannot be abbreviated, so
 * that an option added later breaks no script. */
static _Noreturn void
unknown_long(const struct reader *r, const char *word, size_t n)
{
	const struct opt *table = r->table;
	const struct opt *o, *from[] = { table, opthelp_common };
	size_t i, len = 0;
	char names[300] = "";

	for (i = 0; i < 2; i++)
		for (o = from[i]; o->as.kind != OPT_IS_END; o++)
			if (o->name != NULL && n > 0 && o->help != NULL &&
			    o->as.kind != OPT_IS_WRONG &&
			    strncmp(o->name, word, n) == 0 &&
			    len < sizeof(names))
				len += (size_t)snprintf(names + len,
				    sizeof(names) - len, "%s--%s",
				    len > 0 ? ", " : "", o->name);
	if (len == 0)
		unknown_word(r, word, n);
	log_error("%soption --%.*s can be %s", r->where, (int)n, word, names);
	hint();
}

static const char *
next_word(struct reader *r, const char *name)
{
	if (r->at < r->argc)
		return r->argv[r->at++];
	if (r->scan)
		return NULL;
	log_error("option %s needs a value", name);
	hint();
}

/* A long option whose name is n bytes long. */
static void
read_named(struct reader *r, const char *word, size_t n, const char *text)
{
	const struct opt *o = find(r->table, word, n, 0);
	char name[NAME_SIZE];

	if (o == NULL && r->scan) {
		r->at = r->argc;
		return;
	}
	if (o == NULL)
		unknown_long(r, word, n);
	snprintf(name, sizeof(name), "%s--%s", r->where, o->name);
	if (takes(o) && text == NULL)
		text = next_word(r, name);
	if (!opthelp_takes(o) && text != NULL && !r->scan &&
	    o->as.kind != OPT_IS_WRONG) {
		log_error("option %s takes no value", name);
		hint();
	}
	apply(r, o, name, text);
}

static void
read_long(struct reader *r, const char *word)
{
	size_t n = strcspn(word, "=");

	read_named(r, word, n, word[n] == '=' ? word + n + 1 : NULL);
}

/* Suggests the other case of a letter that is an option only in that. */
static _Noreturn void
unknown_letter(const struct opt *table, int c)
{
	const struct opt *o = find(table, NULL, 0, isupper(c) ? tolower(c) :
	    toupper(c));

	if (!isprint(c))
		log_error("unknown option -\\x%02x", (unsigned)c);
	else if (isalpha(c) && o != NULL && o->name != NULL)
		log_error("unknown option -%c; -%c is --%s", c, o->letter,
		    o->name);
	else
		log_error("unknown option -%c", c);
	hint();
}

static void
read_letters(struct reader *r, const char *p)
{
	const struct opt *o;
	const char *text;
	char name[3] = "-";

	for (; *p != '\0'; p++) {
		o = find(r->table, NULL, 0, (unsigned char)*p);
		if (o == NULL && r->scan) {
			r->at = r->argc;
			return;
		}
		if (o == NULL)
			unknown_letter(r->table, (unsigned char)*p);
		name[1] = *p;
		text = NULL;
		if (o->as.kind == OPT_IS_MAYBE) {
			if (word_row(o->as.words, p + 1) != NULL)
				text = p + 1;
			else if (p[1] == '\0' && r->at < r->argc &&
			    word_row(o->as.words, r->argv[r->at]) != NULL)
				r->at++;
		} else if (takes(o)) {
			text = p[1] != '\0' ? p + 1 : next_word(r, name);
		}
		apply(r, o, name, text);
		if (text != NULL)
			return;
	}
}

/* "-r 16000" where the rate is -R: a number after a flag is not a file. */
static void
check_number(const struct reader *r, const char *before, const char *word)
{
	const struct opt *o;
	int c;

	if (before[0] != '-' || before[1] == '-' || *word == '\0' ||
	    word[strspn(word, "0123456789")] != '\0' ||
	    access(word, F_OK) == 0)
		return;
	c = (unsigned char)before[strlen(before) - 1];
	o = find(r->table, NULL, 0, c);
	if (o == NULL || opthelp_takes(o))
		return;
	o = find(r->table, NULL, 0, isupper(c) ? tolower(c) : toupper(c));
	if (o == NULL || o->letter == 0 || !takes(o))
		return;
	log_error("-%c %s: -%c takes no value; -%c is the %s", c, word, c,
	    o->letter, o->arg != NULL ? o->arg : o->name);
	hint();
}

static void
read_words(struct reader *r)
{
	const char *word, *before = "";

	while (r->at < r->argc) {
		word = r->argv[r->at];
		if (word[0] != '-' || word[1] == '\0') {
			if (!r->scan)
				check_number(r, before, word);
			break;
		}
		r->at++;
		if (strcmp(word, "--") == 0)
			break;
		if (word[1] == '-')
			read_long(r, word + 2);
		else
			read_letters(r, word + 1);
		before = word;
	}
}

/* The options of a profile, as if given before all others. */
static void
read_profile(const struct reader *given, const struct opt *o)
{
	struct reader r = *given;
	struct profile p;
	const char *name, *value;
	char why[4096 + 400], where[WHERE_MAX];
	int code = profile_open(&p, r.profile, why, sizeof(why)), got;

	if (code != CODE_OK) {
		log_error("--%s %s: %s", o->name, r.profile, why);
		if (code == CODE_USAGE)
			hint();
		exit(code);
	}
	r.scan = false;
	r.argc = r.at = 0;
	r.where = where;
	for (;;) {
		got = profile_next(&p, &name, &value, why, sizeof(why));
		snprintf(where, sizeof(where), "%.300s: line %d: ", p.path,
		    p.line);
		if (got == 0)
			break;
		if (got < 0) {
			log_error("%s%s", where, why);
			hint();
		}
		read_named(&r, name, strlen(name), value);
	}
	*(char **)((char *)r.base + o->at) = profile_close(&p);
}

int
opt_read(const struct opt *table, const char *operands, void *base, int argc,
    char *argv[], int at)
{
	struct reader r = { table, operands, base, argc, argv, at, "", false,
	    NULL }, scan = r;
	const struct opt *o;

	for (o = table; o->as.kind != OPT_IS_END; o++)
		if (o->as.kind == OPT_IS_PROFILE)
			break;
	if (o->as.kind == OPT_IS_PROFILE) {
		scan.scan = true;
		read_words(&scan);
		if (scan.profile != NULL)
			read_profile(&scan, o);
	}
	read_words(&r);
	return r.at;
}

void
opt_operands(int argc, char *const argv[], int at, int max)
{
	bool bare = at > 1 && strcmp(argv[at - 1], "--") == 0;
	int i;

	for (i = at; i < argc && !bare; i++)
		if (argv[i][0] == '-' && argv[i][1] != '\0') {
			log_error("%s: options go before other words; "
			    "'--' before a file of that name", argv[i]);
			hint();
		}
	if (argc - at <= max)
		return;
	if (max == 0)
		log_error("'%s': unexpected argument", argv[at]);
	else
		log_error("'%s': one file too many", argv[at + max]);
	hint();
}

const char *
opt_env(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' ? s : NULL;
}

const char *
opt_env_either(const char *a, const char *b)
{
	const char *s = opt_env(a);

	return s != NULL ? s : opt_env(b);
}

const char *
opt_env_proxy(const char *a, const char *b)
{
	const char *s = opt_env_either(a, b), *p;

	for (p = s; p != NULL && *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			log_die(CODE_CONFIG, "%s: a blank or a control "
			    "character in the proxy's URL: set it anew, or "
			    "unset it to go without", opt_env(a) ? a : b);
	return s;
}

bool
opt_env_true(const char *name)
{
	const char *s = opt_env(name);

	return s != NULL && (strcmp(s, "1") == 0 ||
	    strcasecmp(s, "true") == 0 || strcasecmp(s, "yes") == 0 ||
	    strcasecmp(s, "on") == 0);
}
