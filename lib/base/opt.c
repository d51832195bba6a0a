/* Options and their values; whatever is wrong with one ends the program. */
#include "base/opt.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"

static _Noreturn void
hint(void)
{
	log_error("try '%s --help'", log_prog());
	exit(CODE_USAGE);
}

/* Why a long option was not taken: there is none, there are several, or it has
 * no value. */
static void
wrong_long(const char *word, const struct option *longs)
{
	size_t n = strcspn(word + 2, "="), i, found = 0, len = 0;
	char names[300] = "";

	for (i = 0; longs[i].name != NULL; i++) {
		if (strncmp(longs[i].name, word + 2, n) != 0)
			continue;
		if (len < sizeof(names))
			len += (size_t)snprintf(names + len,
			    sizeof(names) - len, "%s--%s", found > 0 ? ", " :
			    "", longs[i].name);
		found++;
		if (longs[i].name[n] == '\0') {	/* the one that was meant */
			found = 1;
			break;
		}
	}
	if (found == 0)
		log_error("unknown option %.*s", (int)n + 2, word);
	else if (found == 1)
		log_error("option %.*s wants no value", (int)n + 2, word);
	else
		log_error("option %.*s can be %s", (int)n + 2, word, names);
}

int
opt_next(int argc, char *const argv[], const char *letters,
    const struct option *longs)
{
	char *spec = mem_printf("+:%s", letters);
	const char *word;
	int at = optind > 0 ? optind : 1, c;

	opterr = 0;
	c = getopt_long(argc, argv, spec, longs, NULL);
	free(spec);
	if (c != '?' && c != ':')
		return c;
	word = argv[optind > at ? optind - 1 : at];
	if (optopt > 0 && optopt < 128 && isprint(optopt) &&
	    strncmp(word, "--", 2) != 0)
		log_error(c == ':' ? "option -%c wants a value" :
		    "unknown option -%c", optopt);
	else if (c == ':')
		log_error("option %s wants a value", word);
	else if (strncmp(word, "--", 2) == 0)
		wrong_long(word, longs);
	else
		log_error("unknown option %s", word);
	hint();
}

void
opt_operands(int argc, char *const argv[], int max)
{
	bool bare = optind > 0 && strcmp(argv[optind - 1], "--") == 0;
	int i;

	for (i = optind; i < argc && !bare; i++)
		if (argv[i][0] == '-' && argv[i][1] != '\0') {
			log_error("%s: options stand before other words; "
			    "'--' before a file that is called so", argv[i]);
			hint();
		}
	if (argc - optind <= max)
		return;
	if (max == 0)
		log_error("'%s': no such word is wanted", argv[optind]);
	else
		log_error("'%s': one file too many", argv[optind + max]);
	hint();
}

int64_t
opt_int(const char *name, const char *text, int64_t min, int64_t max)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (*text == '\0' || isspace((unsigned char)*text) || *end != '\0' ||
	    errno != 0 || v < min || v > max) {
		log_error("%s %s: a whole number from %lld to %lld wanted",
		    name, text, (long long)min, (long long)max);
		hint();
	}
	return v;
}

double
opt_num(const char *name, const char *text, double min, double max)
{
	char *end;
	double v;

	errno = 0;
	v = strtod(text, &end);
	if (*text == '\0' || isspace((unsigned char)*text) || *end != '\0' ||
	    errno != 0 || !(v >= min && v <= max)) {
		log_error("%s %s: a number from %g to %g wanted", name, text,
		    min, max);
		hint();
	}
	return v;
}

int64_t
opt_time(const char *name, const char *text, int64_t bare_us, int64_t min_us,
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

int
opt_word(const char *name, const char *text, const struct opt_name *table)
{
	const struct opt_name *t;
	char known[512];
	size_t n = 0;
	int add;

	for (t = table; t->name != NULL; t++)
		if (strcmp(t->name, text) == 0)
			return t->value;
	known[0] = '\0';
	for (t = table; t->name != NULL && n < sizeof(known); t++) {
		add = snprintf(known + n, sizeof(known) - n, "%s%s",
		    n ? ", " : "", t->name);
		n += add > 0 ? (size_t)add : 0;
	}
	log_error("%s %s: one of %s wanted", name, text, known);
	hint();
}

const char *
opt_variable(const char *name, const char *text)
{
	if (*text != '\0' && strpbrk(text, "= \t\n") == NULL)
		return text;
	log_error("%s %s: the name of a variable wanted", name, text);
	hint();
}

const char *
opt_env(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' ? s : NULL;
}

bool
opt_env_true(const char *name)
{
	const char *s = opt_env(name);

	return s != NULL && (strcmp(s, "1") == 0 ||
	    strcasecmp(s, "true") == 0 || strcasecmp(s, "yes") == 0 ||
	    strcasecmp(s, "on") == 0);
}
