/*
 * The cache of turns: a list of entries from the oldest to the newest, and a
 * digest of those that were folded away.  At most one entry of each role is
 * open.  The sum of tokens never stays above the limit.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "session/turns.h"
#include "base/utf8.h"

enum {
	TOOL_TEXT = 1000,	/* bytes kept of a tool's answer */
	TOOL_MAX = 1 << 20,	/* an answer longer than that is left out */
	FOLD_TEXT = 120,	/* bytes kept of a folded entry */
	TEXT_MAX = 256 << 10	/* ceiling of one entry, whatever the limit */
};

struct entry {
	struct entry *prev, *next;
	enum turns_role role;
	int turn;
	bool open, typed;
	int64_t at;
	int64_t audio_ms;
	int64_t heard_ms;	/* -1: all of it */
	struct buf text;
};

struct turns {
	struct entry *first, *last;
	struct entry *open[3];	/* by role */
	struct entry *repeat;	/* the service may repeat this */
	size_t count;
	int64_t tokens, max;
	int64_t folded;
	int early_turn;		/* the turn whose sound preceded its words, */
	int64_t early_ms;	/* and how much of it */
	struct buf digest;
	size_t digest_max;
};

static const char *const roles[] = { "user", "model", "tool" };

static int64_t
cost(const struct entry *e)
{
	return (int64_t)(e->text.len + 2) / 3 + 4;
}

struct turns *
turns_new(int64_t tokens)
{
	struct turns *t = mem_alloc(sizeof(*t));

	t->max = tokens;
	t->digest_max = tokens > 0 ? (size_t)(tokens / 8) * 3 : 0;
	if (t->digest_max > TEXT_MAX)
		t->digest_max = TEXT_MAX;
	buf_init(&t->digest, t->digest_max + FOLD_TEXT + 32);
	return t;
}

static void
unlink_entry(struct turns *t, struct entry *e)
{
	if (e->prev != NULL)
		e->prev->next = e->next;
	else
		t->first = e->next;
	if (e->next != NULL)
		e->next->prev = e->prev;
	else
		t->last = e->prev;
	if (t->open[e->role] == e)
		t->open[e->role] = NULL;
	if (t->repeat == e)
		t->repeat = NULL;
	t->tokens -= cost(e);
	t->count--;
	buf_done(&e->text);
	free(e);
}

static void
clear(struct turns *t)
{
	while (t->first != NULL)
		unlink_entry(t, t->first);
	buf_clear(&t->digest);
	t->folded = 0;
}

void
turns_free(struct turns *t)
{
	if (t == NULL)
		return;
	clear(t);
	buf_done(&t->digest);
	free(t);
}

/* One line of the digest for an entry, in place of old lines if need be. */
static void
digest(struct turns *t, const struct entry *e)
{
	size_t n = e->text.len, cut = 0;
	const char *nl;

	t->folded++;
	if (t->digest_max == 0 || n == 0)
		return;
	if (n > FOLD_TEXT)
		n = utf8_cut(e->text.data, FOLD_TEXT);
	buf_printf(&t->digest, "%s: ", roles[e->role]);
	buf_add(&t->digest, e->text.data, n);
	buf_str(&t->digest, n < e->text.len ? "...\n" : "\n");
	while (t->digest.len - cut > t->digest_max) {
		nl = memchr(t->digest.data + cut, '\n', t->digest.len - cut);
		if (nl == NULL)
			break;
		cut = (size_t)(nl - t->digest.data) + 1;
	}
	buf_drop(&t->digest, cut);
	t->digest.failed = false;
}

static void
fold(struct turns *t)
{
	int64_t max = t->max - (int64_t)(t->digest_max + 2) / 3;
	struct entry *e;

	while (t->tokens > max && (e = t->first) != NULL) {
		if (e->open && e == t->last)
			break;
		digest(t, e);
		unlink_entry(t, e);
	}
}

/* An entry that exceeds the limit by itself loses its beginning. */
static void
shorten(struct turns *t, struct entry *e)
{
	size_t max = (size_t)(t->max / 4 + 8) * 3, cut;

	if (max > TEXT_MAX)
		max = TEXT_MAX;
	if (e->text.len <= max)
		return;
	cut = e->text.len - max / 2;
	while (cut < e->text.len && (e->text.data[cut] & 0xc0) == 0x80)
		cut++;
	t->tokens -= cost(e);
	buf_drop(&e->text, cut);
	t->tokens += cost(e);
}

static struct entry *
append(struct turns *t, enum turns_role role, int turn, bool typed,
    int64_t at)
{
	struct entry *e = mem_alloc(sizeof(*e));

	e->role = role;
	e->turn = turn;
	e->typed = typed;
	e->at = at;
	e->heard_ms = -1;
	buf_init(&e->text, 2 * (size_t)TEXT_MAX);
	e->prev = t->last;
	if (t->last != NULL)
		t->last->next = e;
	else
		t->first = e;
	t->last = e;
	t->count++;
	t->tokens += cost(e);
	return e;
}

void
turns_say(struct turns *t, enum turns_role role, int turn, bool typed,
    int64_t at, const char *p, size_t n)
{
	struct entry *e = t->open[role];

	if (t->max <= 0 || n == 0)
		return;
	if (e != NULL && (e->typed != typed ||
	    (role == TURNS_MODEL && e->turn != turn))) {
		turns_close(t, role);
		e = NULL;
	}
	if (e == NULL) {
		e = t->open[role] = append(t, role, turn, typed, at);
		e->open = true;
		if (role == TURNS_MODEL && turn == t->early_turn) {
			e->audio_ms = t->early_ms;
			t->early_turn = 0;
		}
	}
	if (n > TEXT_MAX) {
		p += n - TEXT_MAX;
		n = TEXT_MAX;
	}
	t->tokens -= cost(e);
	buf_add(&e->text, p, n);
	t->tokens += cost(e);
	shorten(t, e);
	fold(t);
}

/* Whether a begins with b, ignoring white space at the start. */
static bool
begins(const struct buf *a, const struct buf *b)
{
	size_t i = 0, k = 0;

	while (i < a->len && a->data[i] == ' ')
		i++;
	while (k < b->len && b->data[k] == ' ')
		k++;
	return a->len - i >= b->len - k &&
	    memcmp(a->data + i, b->data + k, b->len - k) == 0;
}

void
turns_close(struct turns *t, enum turns_role role)
{
	struct entry *e = t->open[role], *old = t->repeat;

	if (e == NULL)
		return;
	t->open[role] = NULL;
	e->open = false;
	if (role == TURNS_USER && old != NULL && old != e) {
		t->repeat = NULL;
		if (begins(&e->text, &old->text))
			unlink_entry(t, old);
		else if (begins(&old->text, &e->text))
			unlink_entry(t, e);
	}
	fold(t);
}

void
turns_tool(struct turns *t, int turn, const char *name,
    const struct json *args, const struct json *response)
{
	struct buf b;
	struct entry *e;

	if (t->max <= 0)
		return;
	buf_init(&b, TOOL_MAX);
	buf_str(&b, name);
	buf_byte(&b, '(');
	if (args != NULL)
		json_print(args, &b);
	buf_str(&b, "): ");
	if (response != NULL)
		json_print(response, &b);
	if (b.len > TOOL_TEXT) {
		b.len = utf8_cut(b.data, TOOL_TEXT);
		b.failed = false;
		buf_str(&b, "...");
	}
	e = append(t, TURNS_TOOL, turn, false, 0);
	t->tokens -= cost(e);
	buf_add(&e->text, b.data, b.len);
	t->tokens += cost(e);
	buf_done(&b);
	fold(t);
}

void
turns_told(struct turns *t)
{
	struct entry *e;

	for (e = t->first; e != NULL; e = e->next)
		if (e->typed) {
			e->typed = false;
			return;
		}
}

void
turns_audio(struct turns *t, int turn, int64_t ms)
{
	struct entry *e;

	for (e = t->last; e != NULL && e->role != TURNS_MODEL; e = e->prev)
		;
	if (e != NULL && e->turn == turn) {
		e->audio_ms += ms;
		return;
	}
	if (t->early_turn != turn)
		t->early_ms = 0;
	t->early_turn = turn;
	t->early_ms += ms;
}

/* At most n bytes of the text, up to the end of a word, so that nobody "said"
 * half of one; characters of three bytes and more (except for signs, U+2000 and
 * on) are mostly of scripts without spaces, and each counts as a word. */
static size_t
word_end(const struct buf *text, size_t n)
{
	unsigned char c;

	if (n >= text->len)
		return text->len;
	n = utf8_cut(text->data, n);
	for (; n > 0 && text->data[n] != ' '; n = utf8_cut(text->data, n - 1)) {
		c = (unsigned char)text->data[n];
		if (c >= 0xe0 && c != 0xe2)
			break;
	}
	return n;
}

int
turns_cut(struct turns *t, int turn, int64_t ms)
{
	struct entry *e;
	size_t n;

	for (e = t->last; e != NULL; e = e->prev)
		if (e->role == TURNS_MODEL && e->turn == turn)
			break;
	if (e == NULL)
		return -1;
	if (ms < 0)
		ms = 0;
	e->heard_ms = ms;
	if (e->audio_ms <= 0 || ms >= e->audio_ms)
		return 0;
	n = word_end(&e->text, (size_t)((double)e->text.len * (double)ms /
	    (double)e->audio_ms));
	t->tokens -= cost(e);
	e->text.len = n;
	if (e->text.data != NULL)
		e->text.data[n] = '\0';
	e->audio_ms = ms;
	t->tokens += cost(e);
	return 0;
}

void
turns_repeat(struct turns *t)
{
	turns_close(t, TURNS_USER);
	t->repeat = t->last != NULL && t->last->role == TURNS_USER &&
	    !t->last->typed ? t->last : NULL;
}

static void
add_text(struct json *contents, enum turns_role role, const char *p, size_t n)
{
	struct json *c, *part;
	const char *name = roles[role == TURNS_MODEL];
	size_t have = json_size(contents);

	c = have > 0 ? json_at(contents, have - 1) : NULL;
	if (c == NULL || strcmp(json_get_str(c, "role", ""), name) != 0) {
		c = json_add(contents, json_object());
		json_set(c, "role", json_string(name));
		json_set(c, "parts", json_array());
	}
	part = json_add(json_get(c, "parts"), json_object());
	json_set(part, "text", json_stringn(p, n));
}

static void
add_digest(const struct turns *t, struct json *contents)
{
	struct buf b;

	if (t->folded == 0)
		return;
	buf_init(&b, 2 * (size_t)TEXT_MAX);
	buf_printf(&b, "(Earlier in this conversation, %lld turns, their "
	    "beginnings:\n%s)", (long long)t->folded,
	    t->digest.len > 0 ? t->digest.data : "");
	add_text(contents, TURNS_USER, b.data, b.len);
	buf_done(&b);
}

struct json *
turns_contents(const struct turns *t, bool typed, int64_t since)
{
	const struct entry *e, *end = t->last;
	struct json *contents;
	struct buf b;

	while (end != NULL && ((end->typed && !typed) ||
	    (end->role == TURNS_USER && end->at >= since)))
		end = end->prev;
	if (end == NULL && t->folded == 0)
		return NULL;
	contents = json_array();
	add_digest(t, contents);
	for (e = end != NULL ? t->first : NULL; e != NULL; e = e->next) {
		if (e->text.len == 0)
			;
		else if (e->role == TURNS_TOOL) {
			buf_init(&b, 2 * TOOL_TEXT + 64);
			buf_printf(&b, "(The tool answered: %s)",
			    e->text.data);
			add_text(contents, TURNS_USER, b.data, b.len);
			buf_done(&b);
		} else
			add_text(contents, e->role, e->text.data,
			    e->text.len);
		if (e == end)
			break;
	}
	if (json_size(contents) > 0)
		return contents;
	json_free(contents);
	return NULL;
}

bool
turns_unanswered(const struct turns *t)
{
	return t->last != NULL && t->last->role == TURNS_USER &&
	    !t->last->typed;
}

const char *
turns_last(const struct turns *t, enum turns_role role, int n)
{
	const struct entry *e;

	for (e = t->last; e != NULL; e = e->prev)
		if (e->role == role && e->text.len > 0 && n-- == 0)
			return e->text.data;
	return NULL;
}

size_t
turns_count(const struct turns *t)
{
	return t->count;
}

int64_t
turns_tokens(const struct turns *t)
{
	return t->tokens + (int64_t)(t->digest.len + 2) / 3;
}

struct json *
turns_save(const struct turns *t)
{
	struct json *o = json_object(), *list, *j;
	const struct entry *e;

	if (t->folded > 0) {
		json_set(o, "folded", json_integer(t->folded));
		json_set(o, "digest",
		    json_stringn(t->digest.len > 0 ? t->digest.data : "",
		    t->digest.len));
	}
	list = json_set(o, "list", json_array());
	for (e = t->first; e != NULL; e = e->next) {
		if (e->text.len == 0)
			continue;
		j = json_add(list, json_object());
		json_set(j, "role", json_string(roles[e->role]));
		if (e->turn > 0)
			json_set(j, "turn", json_integer(e->turn));
		if (e->audio_ms > 0)
			json_set(j, "ms", json_integer(e->audio_ms));
		if (e->heard_ms >= 0)
			json_set(j, "heard_ms", json_integer(e->heard_ms));
		json_set(j, "text", json_stringn(e->text.data, e->text.len));
	}
	return o;
}

static void
load_entry(struct turns *t, const struct json *j)
{
	const char *word = json_get_str(j, "role", "");
	const char *text = json_get_str(j, "text", "");
	struct entry *e;
	int64_t n;
	size_t i;

	for (i = 0; i < 3; i++)
		if (strcmp(word, roles[i]) == 0)
			break;
	if (i == 3 || *text == '\0')
		return;
	n = json_get_int(j, "turn", 0);
	e = append(t, (enum turns_role)i, n > 0 && n <= 1 << 30 ? (int)n : 0,
	    false, INT64_MIN);
	t->tokens -= cost(e);
	n = (int64_t)strlen(text);
	if (n > TEXT_MAX)
		n = (int64_t)utf8_cut(text, TEXT_MAX);
	buf_add(&e->text, text, (size_t)n);
	t->tokens += cost(e);
	e->audio_ms = json_get_int(j, "ms", 0);
	e->heard_ms = json_get_int(j, "heard_ms", -1);
	shorten(t, e);
	fold(t);
}

int
turns_load(struct turns *t, const struct json *o)
{
	const struct json *list = json_get(o, "list"), *j;
	const char *text;
	size_t n;

	if (json_type(list) != JSON_ARRAY)
		return -1;
	clear(t);
	t->folded = json_get_int(o, "folded", 0);
	text = json_get_str(o, "digest", "");
	n = strlen(text);
	if (n <= t->digest_max)
		buf_add(&t->digest, text, n);
	if (t->max > 0)
		for (j = json_first(list); j != NULL; j = json_next(j))
			load_entry(t, j);
	return 0;
}
