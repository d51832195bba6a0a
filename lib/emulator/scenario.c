/*
 * A scenario is checked completely when it is read: unknown words, keys that
 * the action does not have and values of the wrong type are refused with the
 * line's number, so that no test passes because its fault was never injected.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/why.h"
#include "emulator/scenario.h"

enum { RULES_MAX = 10000, LINE_MAX_BYTES = 1 << 20, DAY_MS = 86400000 };

struct scenario {
	struct rule *rules;
	size_t count;
	bool any[ON_COUNT];
};

static const char *const on_names[ON_COUNT] = {
	[ON_UPGRADE] = "upgrade", [ON_SETUP] = "setup", [ON_READY] = "ready",
	[ON_RESUMED] = "resumed", [ON_MESSAGE] = "message",
	[ON_AUDIO] = "audio", [ON_IMAGE] = "image", [ON_TEXT] = "text",
	[ON_SPEECH] = "speech", [ON_TURN] = "turn", [ON_ANSWER] = "answer",
	[ON_CHUNK] = "chunk", [ON_GENERATED] = "generated",
	[ON_COMPLETE] = "complete", [ON_INTERRUPTED] = "interrupted",
	[ON_CALL] = "call", [ON_RESPONSE] = "response",
	[ON_GO_AWAY] = "go_away"
};

/* Bounds of integers, by the letters below: within them nothing computed from
 * the integers overflows, or occupies the emulator for long. */
static const struct bounds {
	char letter;
	int64_t min, max;
} bounds[] = {
	{ 'i', 0, INT64_MAX }, { 't', 0, DAY_MS }, { 'l', -1, DAY_MS },
	{ 'r', 0, 1000000000 }, { 'n', 0, 10000 }, { 'c', 0, 65535 },
	{ 'h', -1, 999 }
};

/* The actions and the keys that they accept: i an integer, t a time, l a delay
 * (or never), r a rate, n a number of times, c a close code, h an HTTP status,
 * s a string, b a boolean, o an object, a an array, v anything. */
static const struct action {
	const char *name;
	const char *keys;
	const char *need;	/* a required key, or one|of two */
} actions[DO_COUNT] = {
	[DO_DROP] = { "drop", "", NULL },
	[DO_RESET] = { "reset", "", NULL },
	[DO_HALF_OPEN] = { "half_open", "", NULL },
	[DO_STALL] = { "stall", "t:ms ", NULL },
	[DO_SLOW] = { "slow", "r:rate ", "rate" },
	[DO_PONG] = { "pong", "l:ms ", "ms" },
	[DO_GARBAGE] = { "garbage", "s:text s:hex ", "text|hex" },
	[DO_CLOSE] = { "close", "c:code s:reason ", NULL },
	[DO_REFUSE] = { "refuse", "h:status s:body s:header ", "status" },
	[DO_GO_AWAY] = { "go_away", "t:ms ", NULL },
	[DO_INVALIDATE] = { "invalidate", "", NULL },
	[DO_DEAF] = { "deaf", "", NULL },
	[DO_REPEAT] = { "repeat", "", NULL },
	[DO_SEND] = { "send", "o:message s:raw ", "message|raw" },
	[DO_SAY] = { "say", "s:text t:ms b:complete ", "text" },
	[DO_TONE] = { "tone", "t:ms b:complete ", NULL },
	[DO_PARROT] = { "parrot", "b:complete ", NULL },
	[DO_SILENT] = { "silent", "b:complete ", NULL },
	[DO_CALL] = { "call", "a:calls n:count b:ids ", "calls" },
	[DO_CANCEL] = { "cancel", "v:ids ", NULL },
	[DO_INTERRUPT] = { "interrupt", "", NULL }
};

static const char common[] =
    "s:on s:do v:conn i:nth i:every i:limit v:after v:p s:match s:note ";

struct scenario *
scenario_new(void)
{
	return mem_alloc(sizeof(struct scenario));
}

void
scenario_free(struct scenario *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->count; i++)
		json_free((struct json *)s->rules[i].args);
	free(s->rules);
	free(s);
}

/* The type letter of a key in a list of "t:key ", if it has the key. */
static char
key_type(const char *list, const char *key)
{
	size_t n = strlen(key);

	for (; *list; list = strchr(list, ' ') + 1)
		if (strncmp(list + 2, key, n) == 0 && list[2 + n] == ' ')
			return *list;
	return 0;
}

/* The bounds for a letter; NULL if its values are not integers. */
static const struct bounds *
bounds_of(char letter)
{
	size_t i;

	for (i = 0; i < sizeof(bounds) / sizeof(*bounds); i++)
		if (bounds[i].letter == letter)
			return &bounds[i];
	return NULL;
}

static bool
type_fits(char letter, const struct json *v)
{
	int64_t i;

	if (bounds_of(letter))
		return json_int(v, &i) == 0;
	switch (letter) {
	case 's': return json_type(v) == JSON_STRING;
	case 'b': return json_type(v) == JSON_BOOL;
	case 'o': return json_type(v) == JSON_OBJECT;
	case 'a': return json_type(v) == JSON_ARRAY;
	default: return true;
	}
}

/* 0, or -1 with why for an integer that is too small or too large. */
static int
check_bounds(const char *key, char letter, int64_t i, char *why, size_t size)
{
	const struct bounds *b = bounds_of(letter);

	if (i >= b->min && i <= b->max)
		return 0;
	return why_say(-1, why, size, "\"%s\" is not between %lld and %lld",
	    key, (long long)b->min, (long long)b->max);
}

/* A number or a pair of them; -1 if it is neither. */
static int
range(const struct json *v, int64_t out[2])
{
	if (!v)
		return 0;
	if (json_type(v) != JSON_ARRAY) {
		if (json_int(v, &out[0]) != 0)
			return -1;
		out[1] = out[0];
	} else if (json_size(v) != 2 || json_int(json_at(v, 0), &out[0]) != 0 ||
	    json_int(json_at(v, 1), &out[1]) != 0) {
		return -1;
	}
	return out[0] < 0 || out[1] < out[0] ? -1 : 0;
}

static int
word(const char *name, const char *const *table, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (name && strcmp(name, table[i]) == 0)
			return i;
	return -1;
}

static int
action(const char *name)
{
	int i;

	for (i = 0; i < DO_COUNT; i++)
		if (name && strcmp(name, actions[i].name) == 0)
			return i;
	return -1;
}

/* Whether the key, or one of the two keys, is present. */
static bool
has_need(const struct json *o, const char *need)
{
	char key[32];
	size_t n;

	while (need && *need) {
		n = strcspn(need, "|");
		snprintf(key, sizeof(key), "%.*s", (int)n, need);
		if (json_get(o, key))
			return true;
		need += n + (need[n] == '|');
	}
	return !need;
}

static int
check_keys(const struct json *o, const struct action *a, char *why,
    size_t size)
{
	const struct json *m;
	int64_t i;
	char t;

	for (m = json_first(o); m; m = json_next(m)) {
		t = key_type(common, json_key(m));
		if (!t)
			t = key_type(a->keys, json_key(m));
		if (!t)
			return why_say(-1, why, size,
			    "\"%s\" has no key \"%s\"", a->name, json_key(m));
		if (!type_fits(t, m))
			return why_say(-1, why, size, "bad value of \"%s\"",
			    json_key(m));
		if (bounds_of(t) && json_int(m, &i) == 0 &&
		    check_bounds(json_key(m), t, i, why, size) != 0)
			return -1;
	}
	if (!has_need(o, a->need))
		return why_say(-1, why, size, "\"%s\" needs the key \"%s\"",
		    a->name, a->need);
	return 0;
}

/* Checks the functions to be called: a misspelt member would check nothing. */
static int
check_calls(const struct json *calls, char *why, size_t size)
{
	static const char keys[] = "s:name o:args o:expect s:number ";
	const struct json *c, *m;
	char t;

	for (c = json_first(calls); c; c = json_next(c)) {
		if (!*json_get_str(c, "name", ""))
			return why_say(-1, why, size,
			    "a call needs a \"name\"");
		for (m = json_first(c); m; m = json_next(m)) {
			t = key_type(keys, json_key(m));
			if (t && type_fits(t, m))
				continue;
			return why_say(-1, why, size, t ? "bad value of \"%s\""
			    : "a call has no key \"%s\"", json_key(m));
		}
	}
	return 0;
}

/* Fills in a rule from an object, which it only refers to. */
static int
read_rule(struct rule *r, const struct json *o, char *why, size_t size)
{
	int on = word(json_get_str(o, "on", NULL), on_names, ON_COUNT);
	int act = action(json_get_str(o, "do", NULL));

	if (on < 0 || act < 0)
		return why_say(-1, why, size, "\"%s\" is missing or not known",
		    on < 0 ? "on" : "do");
	if (check_keys(o, &actions[act], why, size) != 0)
		return -1;
	if ((act == DO_REFUSE) != (on == ON_UPGRADE))
		return why_say(-1, why, size, "\"refuse\" and \"upgrade\" go "
		    "only together");
	*r = (struct rule){ .on = on, .act = act, .args = o,
	    .conn = { 1, INT64_MAX } };
	r->nth = json_get_int(o, "nth", 0);
	r->every = json_get_int(o, "every", 0);
	r->limit = json_get_int(o, "limit", 0);
	r->match = json_get_str(o, "match", NULL);
	r->p = json_num(json_get(o, "p"), 1);
	if (json_get(o, "p") && (json_type(json_get(o, "p")) != JSON_NUMBER ||
	    r->p < 0 || r->p > 1))
		return why_say(-1, why, size,
		    "\"p\" wants a number from 0 to 1");
	if (check_calls(json_get(o, "calls"), why, size) != 0)
		return -1;
	if (range(json_get(o, "conn"), r->conn) != 0 ||
	    range(json_get(o, "after"), r->after) != 0)
		return why_say(-1, why, size, "\"conn\" and \"after\" want a "
		    "number or [from, to]");
	return check_bounds("after", 't', r->after[1], why, size);
}

static int
add_line(struct scenario *s, const char *p, size_t n, size_t line, char *why,
    size_t size)
{
	char inner[200];
	struct json *o;
	struct rule r;

	o = json_parse(p, n, inner, sizeof(inner));
	if (o && json_type(o) != JSON_OBJECT)
		snprintf(inner, sizeof(inner), "not an object");
	else if (o && s->count == RULES_MAX)
		snprintf(inner, sizeof(inner), "too many rules");
	else if (o && read_rule(&r, o, inner, sizeof(inner)) == 0) {
		r.line = line;
		s->rules = mem_resize(s->rules, s->count + 1, sizeof(r));
		s->rules[s->count++] = r;
		s->any[r.on] = true;
		return 0;
	}
	json_free(o);
	return why_say(-1, why, size, "line %zu: %s", line, inner);
}

int
scenario_add(struct scenario *s, const char *p, size_t n, char *why,
    size_t size)
{
	const char *end = p + n, *nl;
	size_t line, len;

	for (line = 1; p < end; line++, p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			nl = end;
		len = (size_t)(nl - p);
		while (len > 0 && strchr(" \t\r", *p))
			p++, len--;
		if (len == 0 || *p == '#')
			continue;
		if (len > LINE_MAX_BYTES)
			return why_say(-1, why, size, "line %zu: too long",
			    line);
		if (add_line(s, p, len, line, why, size) != 0)
			return -1;
	}
	return 0;
}

bool
scenario_any(const struct scenario *s, enum scenario_on on)
{
	return s->any[on];
}

uint64_t
scenario_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static bool
fires(const struct rule *r, const struct scenario_event *ev, uint64_t *random)
{
	if (r->on != ev->on || ev->conn < r->conn[0] || ev->conn > r->conn[1])
		return false;
	if (r->limit && r->fired >= r->limit)
		return false;
	if (r->nth && ev->nth != r->nth)
		return false;
	if (r->every && ev->nth % r->every != 0)
		return false;
	if (r->match && !(ev->text && strstr(ev->text, r->match)))
		return false;
	return r->p >= 1 ||
	    (double)(scenario_random(random) >> 11) / 9007199254740992.0 < r->p;
}

const struct rule *
scenario_next(struct scenario *s, size_t *pos, const struct scenario_event *ev,
    uint64_t *random, int64_t *after)
{
	struct rule *r;
	uint64_t span;

	if (!s->any[ev->on])
		return NULL;
	while (*pos < s->count) {
		r = &s->rules[(*pos)++];
		if (!fires(r, ev, random))
			continue;
		r->fired++;
		*after = r->after[0];
		span = (uint64_t)(r->after[1] - r->after[0]);
		if (span > 0)
			*after += (int64_t)(scenario_random(random) %
			    (span + 1));
		return r;
	}
	return NULL;
}

bool
scenario_answers(enum scenario_do act)
{
	return act == DO_SAY || act == DO_TONE || act == DO_PARROT ||
	    act == DO_SILENT || act == DO_CALL;
}

const char *
scenario_do_name(enum scenario_do act)
{
	return actions[act].name;
}
