#ifndef EMULATOR_SIGNIN_ASK_H
#define EMULATOR_SIGNIN_ASK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * A request to the emulator's plain HTTP, and how to answer it.  Pure.
 */
struct emutokens;
struct httphead;
struct json;

#define SIGNIN_SCOPE "https://www.googleapis.com/auth/cloud-platform"

enum signin_manner {
	EMUAUTH_ANSWER,		/* send it, after delay_ms */
	EMUAUTH_NEVER,		/* leave the client waiting */
	EMUAUTH_DROP		/* end the connection */
};

struct signin_answer {
	enum signin_manner manner;
	int64_t delay_ms;
	int status;
	const char *type;
	char lines[4][256];	/* header lines; unused ones are empty */
	struct buf body;	/* the caller's: buf_done() */
};

struct emuask {
	const struct json *settings;	/* of signin.h */
	struct json *seen;
	struct emutokens *tokens;
	const struct httphead *head;
	const char *method, *target;
	char path[512];			/* the target without its query */
	const char *body;
	size_t n;
	int64_t now;			/* seconds since the epoch */
	struct signin_answer *a;
};

void ask_text(struct emuask *, int status, const char *type,
    const char *body);
/* Frees the value. */
void ask_json(struct emuask *, int status, struct json *);
/* An error in Google's form; reason, and key and value, may be NULL. */
void ask_error(struct emuask *, int status, const char *word,
    const char *message, const char *reason, const char *key,
    const char *value);
/* Adds a header line; there is room for four. */
void ask_line(struct emuask *, const char *);
/* The lifetime of tokens, in seconds. */
int64_t ask_life(const struct emuask *);

/* Google's metadata server, Amazon's, an identity provider. */
void machine_google(struct emuask *);
void machine_amazon(struct emuask *);
void machine_provider(struct emuask *);

#endif
