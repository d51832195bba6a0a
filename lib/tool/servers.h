#ifndef TOOL_SERVERS_H
#define TOOL_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"
#include "loop/proc.h"

/* The MCP servers whose tools stand in a toolbox beside those of folders. */
struct loop;
struct mcptool_result;
struct servers;
struct toolbox;

enum { SERVERS_MAX = 32 };

struct servers_ops {
	/* The tools of one are known; first: all are, for the first time. */
	void (*listed)(void *arg, bool first);
	/* As in struct mcp_ops. */
	void (*result)(void *arg, void *call, struct mcptool_result *);
	/* A sentence; level -1 is an error, 0 a warning, else as log_info. */
	void (*told)(void *arg, int level, const char *text);
	/* After servers_stop(): all are gone. */
	void (*stopped)(void *arg);
};

struct servers *servers_new(struct loop *, struct toolbox *,
    const struct servers_ops *, void *arg);
/* Only with none started, or after stopped(). */
void servers_free(struct servers *);

/* What each is started with: the environment (struct proc_opts), and whether
 * its standard error is ours. */
struct servers_opts {
	const char *const *env;
	const struct proc_sandbox *sandbox;
	bool loud;
};

/*
 * Notes what is to be started: a command, whose server gets the name of its
 * program, or the servers of a file of the form {"mcpServers": {NAME:
 * {"command", "args", "env", "cwd"}}}.  Not copied; -1 where it is too many.
 */
int servers_wish(struct servers *, const char *text, bool file);

/* Starts them; CODE_OK, or a code with a sentence in why. */
enum exit_code servers_start(struct servers *, const struct servers_opts *,
    char *why, size_t size);

/* Whether each has told its tools. */
bool servers_ready(const struct servers *);

size_t servers_count(const struct servers *);
/* Their process groups, servers_count() at most. */
size_t servers_groups(const struct servers *, pid_t *groups);

void servers_stop(struct servers *);

#endif
