#ifndef DIALOG_PLAN_H
#define DIALOG_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/endpoint.h"
#include "proto/family.h"
#include "dialog/setup.h"
#include "dialog/token.h"

/*
 * What a conversation needs before it begins, from what the user said: the
 * model and its family, the setup object, the URL, the secret's source.  Pure,
 * except for plan_lacks(), which looks for files.
 */
struct buf;
struct json;

struct plan_wish {
	enum backend backend;
	struct setup_flags setup;	/* model: as the user named it, or
					 * NULL */
	const char *usual;		/* the model where none is named, or
					 * NULL */
	const struct json *tools;	/* a tools file as it is, or NULL */
	const char *tools_name;		/* its name, for messages */
	bool text_only;			/* no sound is wanted */
	bool question;			/* all that is said is one question */
	const char *const *quirks;	/* family_override()'s, nquirks */
	size_t nquirks;
	const char *url, *emulator, *project, *location, *version;
	/* the secret: one of these at most, and else the environment's key
	 * or gl-auth */
	const char *key_file, *token_cmd;
	int token_fd;			/* -1 unset */
	const char *env_key;
	bool no_secret;			/* nothing will be dialled */
};

struct plan {
	struct family family;
	struct endpoint where;
	struct json *setup;
	char *laxer;			/* what could not be said of the tools'
					 * schemas to this family, lines of
					 * toolschema_convert(); or NULL */
	struct token_opts token;	/* the program gl-auth is left to the
					 * caller where gl_auth is set */
	bool gl_auth;
};

/* CODE_OK, or a code of log.h and a sentence in why.  Strings of the wish must
 * outlive the plan. */
int plan_make(struct plan *, const struct plan_wish *, char *why,
    size_t size);
void plan_done(struct plan *);

/* The first message of a fresh conversation as it would go out, resumption
 * included where it is asked for; history is the session's to add. */
void plan_print(const struct plan *, bool resume, struct buf *);

/* Whether a key, credentials or a project is missing: then a sentence. */
bool plan_lacks(const struct plan_wish *, char *why, size_t size);

/* What is known to be refused or doubtful in the setup, a line each, or that
 * nothing is; lack: a sentence of plan_lacks(), or empty.  Whether something
 * would be refused. */
bool plan_verdict(const struct plan *, enum backend, const char *lack,
    struct buf *);

#endif
