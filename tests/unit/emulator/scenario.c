/* Scenarios: what is refused, when rules fire. */
#include <stdlib.h>

#include "../../tap.h"
#include "emulator/scenario.h"

static bool
reads(const char *text, const char *wanted)
{
	struct scenario *s = scenario_new();
	char why[200] = "";
	int bad = scenario_add(s, text, strlen(text), why, sizeof(why));

	scenario_free(s);
	if (!wanted)
		return bad == 0;
	if (bad == 0 || !strstr(why, wanted))
		printf("# %s: %s\n", text, why);
	return bad != 0 && strstr(why, wanted) != NULL;
}

/* The largest and smallest that are read, and those beyond. */
static void
test_bounds(void)
{
	static const struct { const char *what, *key; long long min, max; } v[] = {
		{ "\"do\":\"drop\"", "after", 0, 86400000 },
		{ "\"do\":\"stall\"", "ms", 0, 86400000 },
		{ "\"do\":\"go_away\"", "ms", 0, 86400000 },
		{ "\"do\":\"tone\"", "ms", 0, 86400000 },
		{ "\"do\":\"say\",\"text\":\"\"", "ms", 0, 86400000 },
		{ "\"do\":\"pong\"", "ms", -1, 86400000 },
		{ "\"do\":\"slow\"", "rate", 0, 1000000000 },
		{ "\"do\":\"call\",\"calls\":[]", "count", 0, 10000 },
		{ "\"do\":\"close\"", "code", 0, 65535 },
		{ "\"do\":\"drop\"", "every", 0, INT64_MAX }
	};
	static const char form[] = "\n{\"on\":\"turn\",%s,\"%s\":%lld}";
	char text[200], why[200];
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(*v); i++) {
		snprintf(why, sizeof(why), "\"after\" want a number");
		if (strcmp(v[i].key, "after") != 0)
			snprintf(why, sizeof(why), "line 2: \"%s\" is not "
			    "between %lld and %lld", v[i].key, v[i].min,
			    v[i].max);
		snprintf(text, sizeof(text), form, v[i].what, v[i].key,
		    v[i].min);
		ok(reads(text, NULL), "the least");
		snprintf(text, sizeof(text), form, v[i].what, v[i].key,
		    v[i].min - 1);
		ok(reads(text, why), "less");
		if (v[i].max == INT64_MAX)
			continue;
		snprintf(text, sizeof(text), form, v[i].what, v[i].key,
		    v[i].max);
		ok(reads(text, NULL), "the most");
		snprintf(why, sizeof(why), "line 2: \"%s\" is not between "
		    "%lld and %lld", v[i].key, v[i].min, v[i].max);
		snprintf(text, sizeof(text), form, v[i].what, v[i].key,
		    v[i].max + 1);
		ok(reads(text, why), "more");
	}
	ok(reads("{\"on\":\"turn\",\"do\":\"drop\",\"after\":[0,86400001]}",
	    "line 1: \"after\" is not between 0 and 86400000"), "of a pair");
	ok(reads("{\"on\":\"upgrade\",\"do\":\"refuse\",\"status\":1000}",
	    "\"status\" is not between -1 and 999"), "a status");
}

static void
test_reading(void)
{
	ok(reads("", NULL) && reads("\n# note\n  \n", NULL), "nothing");
	ok(reads("{\"on\":\"turn\",\"do\":\"drop\"}", NULL), "no newline");
	ok(reads("\r\n {\"on\":\"turn\",\"do\":\"drop\",\"note\":\"x\"}\r\n",
	    NULL), "with a note");
	ok(reads("\n[]", "line 2: not an object"), "no object");
	ok(reads("{", "line 1: "), "no JSON");
	ok(reads("{\"do\":\"drop\"}", "\"on\" is missing"), "no event");
	ok(reads("{\"on\":\"turn\",\"do\":\"dance\"}", "\"do\" is missing"),
	    "an unknown action");
	ok(reads("{\"on\":\"turn\",\"do\":\"drop\",\"ms\":1}",
	    "\"drop\" has no key \"ms\""), "a key of another action");
	ok(reads("{\"on\":\"turn\",\"do\":\"send\"}",
	    "needs the key \"message|raw\""), "nothing to send");
	ok(reads("{\"on\":\"turn\",\"do\":\"tone\",\"p\":2}",
	    "\"p\" wants a number from 0 to 1"), "no probability");
	ok(reads("{\"on\":\"turn\",\"do\":\"call\",\"calls\":[{\"nam\":"
	    "\"x\"}]}", "a call needs a \"name\""), "a call of nothing");
	ok(reads("{\"on\":\"turn\",\"do\":\"call\",\"calls\":[{\"name\":"
	    "\"x\",\"expct\":{}}]}", "a call has no key \"expct\""),
	    "a misspelt check");
	ok(reads("{\"on\":\"turn\",\"do\":\"slow\"}", "needs the key \"rate\""),
	    "a key missing");
	ok(reads("{\"on\":\"turn\",\"do\":\"slow\",\"rate\":\"x\"}",
	    "bad value of \"rate\""), "a wrong type");
	ok(reads("{\"on\":\"turn\",\"do\":\"drop\",\"after\":[5,1]}",
	    "[from, to]"), "a wrong range");
	ok(reads("{\"on\":\"turn\",\"do\":\"refuse\",\"status\":503}",
	    "only together"), "refuse is for upgrades");
}

/* Cut at every byte it is wrong or has fewer rules, and nothing worse. */
static void
test_cuts(void)
{
	static const char text[] = "{\"on\":\"turn\",\"do\":\"call\",\"calls\":"
	    "[{\"name\":\"f\",\"args\":{\"a\":[1,\"\\u00e9\"]}}]}\n"
	    "{\"on\":\"chunk\",\"do\":\"drop\",\"conn\":[1,3],\"p\":0.5}\n";
	struct scenario *s;
	char why[200];
	size_t i, good = 0;

	for (i = 0; i < sizeof(text); i++) {
		s = scenario_new();
		good += scenario_add(s, text, i, why, sizeof(why)) == 0;
		scenario_free(s);
	}
	/* nothing, the end of either line with and without its newline */
	is_int(good, 5, "a cut line is an error");
}

static int
fires(struct scenario *s, enum scenario_on on, unsigned conn, unsigned nth,
    const char *text)
{
	struct scenario_event ev = { on, conn, nth, text };
	uint64_t random = 1;
	int64_t after;
	size_t pos = 0;
	int n = 0;

	while (scenario_next(s, &pos, &ev, &random, &after))
		n++;
	return n;
}

static struct scenario *
one(const char *rule)
{
	struct scenario *s = scenario_new();
	char why[200];

	if (scenario_add(s, rule, strlen(rule), why, sizeof(why)) != 0)
		printf("# %s\n", why);
	return s;
}

static void
test_conditions(void)
{
	struct scenario *s;
	int i, n;

	s = one("{\"on\":\"turn\",\"do\":\"drop\",\"conn\":[2,3],\"nth\":2}");
	ok(!fires(s, ON_TURN, 1, 2, NULL) && fires(s, ON_TURN, 2, 2, NULL) &&
	    fires(s, ON_TURN, 3, 2, NULL) && !fires(s, ON_TURN, 4, 2, NULL),
	    "conn");
	ok(!fires(s, ON_TURN, 2, 1, NULL) && !fires(s, ON_TURN, 2, 3, NULL),
	    "nth");
	ok(!fires(s, ON_CHUNK, 2, 2, NULL), "on");
	scenario_free(s);
	s = one("{\"on\":\"turn\",\"do\":\"drop\",\"every\":3,\"limit\":2}");
	for (i = 1, n = 0; i <= 12; i++)
		n += fires(s, ON_TURN, 1, (unsigned)i, NULL) * i;
	is_int(n, 3 + 6, "every and limit");
	scenario_free(s);
	s = one("{\"on\":\"text\",\"do\":\"drop\",\"match\":\"bye\"}");
	ok(fires(s, ON_TEXT, 1, 1, "goodbye") && !fires(s, ON_TEXT, 1, 1, "by")
	    && !fires(s, ON_TEXT, 1, 1, NULL), "match");
	scenario_free(s);
}

static void
test_chance(void)
{
	struct scenario *s = one("{\"on\":\"turn\",\"do\":\"drop\",\"p\":0.25,"
	    "\"after\":[10,20]}");
	struct scenario_event ev = { ON_TURN, 1, 1, NULL };
	uint64_t random = 7;
	int64_t after, min = 1000, max = 0;
	int i, n = 0;
	size_t pos;

	for (i = 0; i < 4000; i++) {
		pos = 0;
		if (!scenario_next(s, &pos, &ev, &random, &after))
			continue;
		n++;
		min = after < min ? after : min;
		max = after > max ? after : max;
	}
	ok(n > 900 && n < 1100, "p");
	ok(min == 10 && max == 20, "after, from to");
	scenario_free(s);
}

int
main(void)
{
	test_reading();
	test_bounds();
	test_cuts();
	test_conditions();
	test_chance();
	return tap_done();
}
