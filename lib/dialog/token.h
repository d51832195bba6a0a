#ifndef DIALOG_TOKEN_H
#define DIALOG_TOKEN_H

#include <stdbool.h>

/*
 * The secret that a connection presents, fetched anew for each: a key given
 * once, a line from a descriptor, or what a program prints.  Secrets are wiped
 * after use and never appear in a message.
 */
struct loop;
struct token;
struct token_ask;

enum {
	TOKEN_MAX = 16384,	/* bytes of a program's answer */
	TOKEN_WAIT_MS = 30000	/* for it, by default */
};

/* Exactly one of key, file, fd, program, command is set; none gives an empty
 * secret.  Strings are copied. */
struct token_opts {
	const char *key;
	const char *file;	/* reread for each connection */
	int fd;			/* a line per connection, the last one again if
				 * there is no new one; -1: unset */
	const char *program;	/* run directly, with words after it */
	const char *const *words;	/* its arguments, NULL-terminated */
	const char *command;	/* run by the shell */
	const char *const *without;	/* variables withheld from the program,
					 * NULL-terminated; or NULL */
	int wait_ms;		/* 0: TOKEN_WAIT_MS */
};

/*
 * A program prints the secret alone on a line, or a JSON object with
 * access_token (or token) and perhaps quota_project_id and project_id.
 */
struct token_reply {
	const char *secret;
	const char *quota_project, *project;	/* or NULL */
};

/* Whether a program is run to get it. */
bool token_runs(const struct token *);

struct token_ops {
	/* The strings are valid during the call only. */
	void (*got)(void *arg, const struct token_reply *);
	/* code of log.h (77, 69, 75, 78), why a sentence. */
	void (*failed)(void *arg, int code, const char *why);
};

struct token *token_new(struct loop *, const struct token_opts *);
/* Wipes the secret; asks must have been dropped. */
void token_free(struct token *);

/* One of the ops is called later from the loop, never within this call; the
 * ask is then freed. */
struct token_ask *token_ask(struct token *, const struct token_ops *,
    void *arg);
/* The answer is no longer wanted; ends any program. */
void token_drop(struct token_ask *);

#endif
