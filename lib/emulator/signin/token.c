/*
 * Tokens in a ring.
 */
#include "emulator/signin/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/crypt.h"
#include "base/mem.h"

const char *
signin_token_issue(struct emutokens *e, const char *prefix,
    const char *identity, const char *scopes, int64_t expiry)
{
	struct emutoken *t;
	unsigned char r[24];
	char code[BASE64_LEN(sizeof r) + 1];

	if (!e->list)
		e->list = mem_resize(NULL, EMUTOKEN_MAX, sizeof *e->list);
	t = &e->list[e->next];
	e->next = (e->next + 1) % EMUTOKEN_MAX;
	if (e->n < EMUTOKEN_MAX)
		e->n++;
	crypt_random(r, sizeof r);
	code[base64_url_encode(code, r, sizeof r)] = '\0';
	snprintf(t->token, sizeof t->token, "%s%s", prefix, code);
	snprintf(t->identity, sizeof t->identity, "%s", identity);
	snprintf(t->scopes, sizeof t->scopes, "%s", scopes);
	t->expiry = expiry;
	t->uses = -1;
	t->new_expiry = 0;
	e->last = t;
	return t->token;
}

void
signin_token_limit(struct emutokens *e, int64_t uses, int64_t until)
{
	e->last->uses = uses;
	e->last->new_expiry = until;
}

bool
signin_token_use(struct emutokens *e, const char *token, int64_t now)
{
	struct emutoken *t;

	for (t = e->list; t < e->list + e->n; t++)
		if (strcmp(t->token, token) == 0) {
			if (t->uses == 0 || (t->new_expiry > 0 &&
			    t->new_expiry <= now))
				return false;
			t->uses -= t->uses > 0;
			return true;
		}
	return true;
}

const struct emutoken *
signin_token_find(const struct emutokens *e, const char *token, int64_t now)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (strcmp(e->list[i].token, token) == 0 &&
		    e->list[i].expiry > now)
			return &e->list[i];
	return NULL;
}

void
signin_token_clear(struct emutokens *e)
{
	free(e->list);
	memset(e, 0, sizeof *e);
}
