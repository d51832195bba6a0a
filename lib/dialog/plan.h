#ifndef DIALOG_PLAN_H
#define DIALOG_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/endpoint.h"
#include "proto/family.h"
#include "dialog/setup.h"
#include "dialog/token.h"

/*
 * What a conversation needs before it begins, derived from the user's options:
 * the model and its family, the setup object, the URL, the source of the
 * secret.  Pure, except for plan_lacks(), which looks for files.
 */
struct buf;
struct json;

struct plan_wish {
	enum backend backend;
	struct setup_flags setup;	/* model: as named by the user, or
					 * NULL */
	const char *usual;		/* the model if none is named, or
					 * NULL */
	const struct json *tools;	/* a tools file, unchanged, or NULL */
	const char *tools_name;		/* its name, for messages */
	bool text_only;			/* no sound is wanted */
	bool question;			/* all input is one question */
	const char *const *quirks;	/* family_override()'s, nquirks */
	size_t nquirks;
	const char *url, *emulator, *project, *location, *version;
	/* the secret: at most one of these, else the environment's key or
	 * gl-auth */
	const char *key_file, *token_cmd;
	int token_fd;			/* -1 unset */
	const char *env_key;
	bool no_secret;			/* nothing will be dialled */
};

struct plan {
	struct family family;
	struct endpoint where;
	struct json *setup;
	char *laxer;			/* what of the tools' schemas this
					 * family does not take, lines of
					 * toolschema_convert(); or NULL */
	struct token_opts token;	/* if gl_auth is set, the caller
					 * supplies the program gl-auth */
	bool gl_auth;
};

/* CODE_OK, or a code of log.h and a sentence in why.  Strings of the wish must
 * outlive the plan. */
int plan_make(struct plan *, const struct plan_wish *, char *why,
    size_t size);
void plan_done(struct plan *);

/* The first message of a fresh conversation as it would be sent, including
 * resumption if requested; the session adds any history. */
void plan_print(const struct plan *, bool resume, struct buf *);

/* Whether a key, credentials or a project is missing: why then says so. */
bool plan_lacks(const struct plan_wish *, char *why, size_t size);

/* Writes what in the setup is known to be refused or doubtful, a line each, or
 * that nothing is; lack: a sentence of plan_lacks(), or empty.  Returns
 * whether something would be refused. */
bool plan_verdict(const struct plan *, enum backend, const char *lack,
    struct buf *);

#endif
