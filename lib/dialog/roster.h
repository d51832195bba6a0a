#ifndef DIALOG_ROSTER_H
#define DIALOG_ROSTER_H

#include <stddef.h>

#include "dialog/link.h"
#include "dialog/token.h"

/*
 * Asks the Developer API which models it serves for Live conversations, with a
 * loop of its own, before there is a conversation.
 */
struct json;

struct roster_opts {
	const char *ws;			/* URL of a conversation */
	enum credential credential;
	const struct token_opts *token;
	const char *ca, *cafile, *cadir;	/* as for a link */
	int connect_ms;
};

/* CODE_OK and the names without "models/", a list that the caller frees; or an
 * exit code and a sentence. */
int roster_ask(const struct roster_opts *, struct json **, char *why,
    size_t size);

#endif
