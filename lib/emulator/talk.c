/*
 * A handle begins with its conversation's number, so that looking one up needs
 * no table of handles.  Conversations without a connection are in a list in the
 * order in which they were left, which is also that in which they expire.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "emulator/scenario.h"
#include "emulator/talk.h"

enum {
	BUCKETS = 1024,
	AUDIO_RATE = 25,
	DORMANT_MAX = 100000	/* without a connection; then the oldest goes */
};

struct talks {
	struct talk *bucket[BUCKETS];
	struct talk *oldest, *newest;
	size_t count, dormant;
	unsigned next_id;
	int64_t handle_ms;
	void (*forget)(void *arg, unsigned id);
	void *arg;
};

struct talks *
talk_store_new(int64_t handle_ms)
{
	struct talks *t = mem_alloc(sizeof(*t));

	t->handle_ms = handle_ms;
	t->next_id = 1;
	return t;
}

void
talk_store_forget(struct talks *t, void (*forget)(void *, unsigned), void *arg)
{
	t->forget = forget;
	t->arg = arg;
}

size_t
talk_store_count(const struct talks *t)
{
	return t->count;
}

static void
unlist(struct talks *t, struct talk *k)
{
	if (k->ended < 0)
		return;
	*(k->older ? &k->older->newer : &t->oldest) = k->newer;
	*(k->newer ? &k->newer->older : &t->newest) = k->older;
	k->older = k->newer = NULL;
	k->ended = -1;
	t->dormant--;
}

static void
destroy(struct talks *t, struct talk *k)
{
	struct talk **p = &t->bucket[k->id % BUCKETS];

	unlist(t, k);
	while (*p != k)
		p = &(*p)->next;
	*p = k->next;
	t->count--;
	if (t->forget)
		t->forget(t->arg, k->id);
	free(k->handles);
	free(k);
}

void
talk_store_free(struct talks *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < BUCKETS; i++)
		while (t->bucket[i])
			destroy(t, t->bucket[i]);
	free(t);
}

struct talk *
talk_new(struct talks *t, enum backend backend, uint64_t *random)
{
	struct talk *k = mem_alloc(sizeof(*k));
	uint64_t a = scenario_random(random), b = scenario_random(random);

	k->id = t->next_id++;
	k->backend = backend;
	k->ended = -1;
	snprintf(k->session, sizeof(k->session),
	    "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
	    (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
	    (unsigned)(0x8000 | (b >> 48 & 0x3fff)),
	    (unsigned long long)(b & 0xffffffffffff));
	k->next = t->bucket[k->id % BUCKETS];
	t->bucket[k->id % BUCKETS] = k;
	t->count++;
	return k;
}

struct talk *
talk_find(const struct talks *t, unsigned id)
{
	struct talk *k = t->bucket[id % BUCKETS];

	while (k && k->id != id)
		k = k->next;
	return k;
}

void
talk_release(struct talks *t, struct talk *k, int64_t now)
{
	k->holder = NULL;
	if (k->handle_count == 0) {
		destroy(t, k);
		return;
	}
	k->ended = now;
	k->older = t->newest;
	*(t->newest ? &t->newest->newer : &t->oldest) = k;
	t->newest = k;
	if (++t->dormant > DORMANT_MAX)
		destroy(t, t->oldest);
}

void
talk_store_expire(struct talks *t, int64_t now)
{
	while (t->oldest && now - t->oldest->ended > t->handle_ms)
		destroy(t, t->oldest);
}

const char *
talk_handle(struct talk *k, uint64_t *random)
{
	struct talk_handle *h;

	if (!k->handles)
		k->handles = mem_alloc(TALK_HANDLES * sizeof(*h));
	if (k->handle_count == TALK_HANDLES) {
		k->handle_count--;
		memmove(k->handles, k->handles + 1,
		    k->handle_count * sizeof(*h));
	}
	h = &k->handles[k->handle_count++];
	h->state = k->now;
	snprintf(h->text, sizeof(h->text), "%08x%016llx%016llx", k->id,
	    (unsigned long long)scenario_random(random),
	    (unsigned long long)scenario_random(random));
	return h->text;
}

void
talk_invalidate(struct talk *k)
{
	k->handle_count = 0;
}

struct talk *
talk_resume(struct talks *t, const char *handle, int64_t now,
    const struct talk_state **state)
{
	char id[9];
	struct talk *k;
	size_t i;

	talk_store_expire(t, now);
	if (strlen(handle) != TALK_HANDLE)
		return NULL;
	memcpy(id, handle, 8);
	id[8] = '\0';
	k = talk_find(t, (unsigned)strtoul(id, NULL, 16));
	for (i = 0; k && i < k->handle_count; i++) {
		if (strcmp(k->handles[i].text, handle) != 0)
			continue;
		*state = &k->handles[i].state;
		unlist(t, k);
		return k;
	}
	return NULL;
}

void
talk_add(struct talk *k, enum talk_tokens kind, int64_t tokens)
{
	k->now.tokens[kind] += tokens;
}

void
talk_hear(struct talk *k, int64_t ms)
{
	k->now.milli += ms * AUDIO_RATE;
	k->now.tokens[TALK_AUDIO] += k->now.milli / 1000;
	k->now.milli %= 1000;
}

int64_t
talk_text_tokens(size_t n)
{
	return (int64_t)(n + 3) / 4;
}

int64_t
talk_total(const struct talk *k)
{
	return k->now.tokens[TALK_TEXT] + k->now.tokens[TALK_AUDIO] +
	    k->now.tokens[TALK_IMAGE];
}

bool
talk_fits(struct talk *k)
{
	int64_t total = talk_total(k);
	int i;

	if (k->trigger && total > k->trigger && total > 0)
		for (i = 0; i < TALK_KINDS; i++)
			k->now.tokens[i] = k->now.tokens[i] * k->target / total;
	return talk_total(k) <= k->window;
}
