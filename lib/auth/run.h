#ifndef AUTH_RUN_H
#define AUTH_RUN_H

/*
 * Runs the program that supplies an external account's subject token.
 */
struct auth_net;
struct auth_refusal;
struct buf;

struct auth_run {
	const char *command;		/* split into words, no shell */
	const char *const *env;		/* "NAME=value" to add, ended by NULL */
	int timeout_ms;
};

/* Collects its standard output (up to the buf's ceiling), with standard input
 * empty and standard error passed through.  0, or the exit code. */
int auth_run(struct auth_net *, const struct auth_run *, struct buf *out,
    struct auth_refusal *);

#endif
