/* Open calls in the order in which they came. */
#include "tool/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

struct ledger_entry {
	struct ledger_call call;	/* first: the addresses are equal */
	struct json *args;
	struct ledger_entry *next, *prev;
};

struct ledger {
	struct ledger_entry *first, *last;
	size_t n;
	unsigned long serial;
};

struct ledger *
ledger_new(void)
{
	return mem_alloc(sizeof(struct ledger));
}

void
ledger_free(struct ledger *l)
{
	while (l->first != NULL)
		ledger_close(l, &l->first->call);
	free(l);
}

struct ledger_call *
ledger_first(struct ledger *l)
{
	return l->first ? &l->first->call : NULL;
}

struct ledger_call *
ledger_find(struct ledger *l, const char *id)
{
	struct ledger_entry *e;

	/* if an id was reused, the newest */
	for (e = l->last; e != NULL && id != NULL; e = e->prev)
		if (e->call.id != NULL && strcmp(e->call.id, id) == 0)
			return &e->call;
	return NULL;
}

static struct ledger_entry *
add(struct ledger *l, const char *id, const char *name,
    const struct json *args)
{
	struct ledger_entry *e = mem_alloc(sizeof(*e));

	e->call.serial = ++l->serial;
	e->call.id = mem_str(id);
	e->call.name = mem_str(name);
	e->args = json_copy(args);
	e->prev = l->last;
	if (l->last != NULL)
		l->last->next = e;
	else
		l->first = e;
	l->last = e;
	l->n++;
	return e;
}

enum ledger_news
ledger_open(struct ledger *l, const char *id, const char *name,
    const struct json *args, struct ledger_call **call,
    struct ledger_call **old)
{
	struct ledger_entry *e;

	*call = NULL;
	*old = ledger_find(l, id);
	e = (struct ledger_entry *)(void *)*old;
	if (e != NULL && strcmp(e->call.name, name) == 0 &&
	    json_equal(e->args, args)) {
		*call = *old;
		return LEDGER_REPEAT;
	}
	if (l->n >= LEDGER_MAX)
		return LEDGER_FULL;
	*call = &add(l, id, name, args)->call;
	return *old != NULL ? LEDGER_REUSED : LEDGER_NEW;
}

void
ledger_close(struct ledger *l, struct ledger_call *call)
{
	struct ledger_entry *e = (struct ledger_entry *)(void *)call;

	if (e->prev != NULL)
		e->prev->next = e->next;
	else
		l->first = e->next;
	if (e->next != NULL)
		e->next->prev = e->prev;
	else
		l->last = e->prev;
	l->n--;
	free(e->call.id);
	free(e->call.name);
	json_free(e->args);
	free(e);
}
