#ifndef DIALOG_ROSTER_H
#define DIALOG_ROSTER_H

#include <stddef.h>

#include "dialog/link.h"
#include "dialog/token.h"

/*
 * Asks the Developer API which models it serves for a Live conversation, with
 * a loop of its own, before there is a conversation.
 */
struct json;

struct roster_opts {
	const char *ws;			/* where the conversation would be */
	enum credential credential;
	const struct token_opts *token;
	const char *ca, *cafile, *cadir;	/* as of a link */
	int connect_ms;
};

/* CODE_OK and the names without "models/", a list to be freed; or an exit code
 * and a sentence. */
int roster_ask(const struct roster_opts *, struct json **, char *why,
    size_t size);

#endif
