/*
 * The ledger: a table of slots, small enough to be searched.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "session/calls.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { PRINT_MAX = 64 << 20 };

void
calls_init(struct calls *c)
{
	memset(c, 0, sizeof(*c));
}

static void
wipe(struct call *k)
{
	free(k->id);
	free(k->name);
	free(k->args);
	free(k->result);
	json_free(k->parts);
	memset(k, 0, sizeof(*k));
}

void
calls_done(struct calls *c)
{
	size_t i;

	for (i = 0; i < CALLS_MAX; i++)
		wipe(&c->v[i]);
	calls_init(c);
}

static char *
text(const struct json *j)
{
	struct buf b;
	size_t n;

	buf_init(&b, PRINT_MAX);
	if (j != NULL)
		json_print(j, &b);
	else
		buf_str(&b, "{}");
	if (b.len > CALLS_TEXT) {
		n = utf8_cut(b.data, CALLS_TEXT);
		b.data[n] = '\0';
		b.len = n;
		buf_str(&b, "...");
	}
	return buf_take(&b, &n);
}

static struct call *
place(struct calls *c)
{
	struct call *k, *old = NULL;

	for (k = c->v; k < c->v + CALLS_MAX; k++) {
		if (k->number == 0)
			return k;
		if (k->answered && (old == NULL || k->number < old->number))
			old = k;
	}
	if (old != NULL)
		wipe(old);
	return old;
}

struct call *
calls_add(struct calls *c, const char *id, const char *name,
    const struct json *args)
{
	struct call *k = place(c);

	if (k == NULL)
		return NULL;
	k->number = ++c->made;
	k->id = mem_str(id != NULL ? id : "");
	k->name = mem_str(name != NULL ? name : "");
	k->args = text(args);
	c->open++;
	return k;
}

/* Whether k is more likely than best to be the call that is meant. */
static bool
better(const struct call *k, const struct call *best)
{
	if (best == NULL || k->answered != best->answered)
		return best == NULL || best->answered;
	return k->answered ? k->number > best->number :
	    k->number < best->number;
}

struct call *
calls_find(struct calls *c, const char *id, const char *name)
{
	struct call *k, *best = NULL;
	bool by_id = id != NULL && *id != '\0';

	for (k = c->v; k < c->v + CALLS_MAX; k++) {
		if (k->number == 0)
			continue;
		if (by_id ? strcmp(k->id, id) == 0 : name != NULL &&
		    strcmp(k->name, name) == 0)
			if (better(k, best))
				best = k;
	}
	return best;
}

bool
calls_any(const struct calls *c)
{
	const struct call *k;

	for (k = c->v; k < c->v + CALLS_MAX; k++)
		if (k->number != 0)
			return true;
	return false;
}

struct call *
calls_number(struct calls *c, uint64_t number)
{
	struct call *k;

	for (k = c->v; k < c->v + CALLS_MAX; k++)
		if (k->number == number)
			return number != 0 ? k : NULL;
	return NULL;
}

int
calls_part(struct call *k, const struct json *response, size_t record_len)
{
	if (k->parts_len + record_len > CALLS_PARTS)
		return -1;
	if (k->parts == NULL)
		k->parts = json_array();
	json_add(k->parts, json_copy(response));
	k->parts_len += record_len;
	return 0;
}

struct json *
calls_whole(const struct call *k, const struct json *last)
{
	struct json *whole = json_object(), *all = json_copy(k->parts);

	if (json_size(last) > 0)
		json_add(all, json_copy(last));
	json_set(whole, "result", all);
	return whole;
}

void
calls_answer(struct calls *c, struct call *k, const struct json *response)
{
	if (!k->answered)
		c->open--;
	k->answered = true;
	free(k->result);
	k->result = text(response);
}

void
calls_remove(struct calls *c, struct call *k)
{
	if (!k->answered)
		c->open--;
	wipe(k);
}

char *
calls_remark(const struct call *k, const char *asked)
{
	if (asked != NULL)
		return mem_printf("(I had asked: %.1000s\nYou had called the "
		    "tool %s with %s. It has answered: %s)", asked, k->name,
		    k->args, k->result != NULL ? k->result : "{}");
	return mem_printf("(You had called the tool %s with %s. It has "
	    "answered: %s)", k->name, k->args,
	    k->result != NULL ? k->result : "{}");
}
