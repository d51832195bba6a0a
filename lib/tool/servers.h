#ifndef TOOL_SERVERS_H
#define TOOL_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/log.h"
#include "loop/proc.h"

/* The MCP servers whose tools join those of folders in a toolbox. */
struct loop;
struct mcptool_result;
struct servers;
struct toolbox;

enum { SERVERS_MAX = 32 };

struct servers_ops {
	/* A server's tools are known; first: for the first time all are. */
	void (*listed)(void *arg, bool first);
	/* As in struct mcp_ops. */
	void (*result)(void *arg, void *call, struct mcptool_result *);
	/* A sentence; level -1 is an error, 0 a warning, else as for
	 * log_info. */
	void (*told)(void *arg, int level, const char *text);
	/* All servers are gone after servers_stop(). */
	void (*stopped)(void *arg);
};

struct servers *servers_new(struct loop *, struct toolbox *,
    const struct servers_ops *, void *arg);
/* Only if none was started, or after stopped(). */
void servers_free(struct servers *);

/* How each is started: the environment (struct proc_opts), the sandbox, and
 * whether it shares our standard error. */
struct servers_opts {
	const char *const *env;
	const struct proc_sandbox *sandbox;
	bool loud;
};

/*
 * Notes what to start: a command, whose server is named after its program, or
 * the servers in a file of the form {"mcpServers": {NAME: {"command", "args",
 * "env", "cwd"}}}. The text is not copied; 0, or -1 if there are too many.
 */
int servers_wish(struct servers *, const char *text, bool file);

/* Starts them; CODE_OK, or an exit code with a sentence in why. */
enum exit_code servers_start(struct servers *, const struct servers_opts *,
    char *why, size_t size);

/* Whether every server has listed its tools. */
bool servers_ready(const struct servers *);

size_t servers_count(const struct servers *);
/* Their process groups, servers_count() at most. */
size_t servers_groups(const struct servers *, pid_t *groups);

void servers_stop(struct servers *);

#endif
