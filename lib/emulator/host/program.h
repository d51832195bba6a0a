#ifndef EMULATOR_HOST_PROGRAM_H
#define EMULATOR_HOST_PROGRAM_H

#include <stddef.h>

/*
 * Brain programs: one process for each of the emulator's conversations, which
 * reads and writes gl-stream(5).
 */
struct emuprog;
struct loop;
struct record;

struct program_ops {
	/* A record of a program; NULL when it has ended. */
	void (*said)(void *arg, unsigned talk, const struct record *);
	/* A sentence on one that failed while it was wanted. */
	void (*trouble)(void *arg, const char *text);
};

/* command is split into words, no shell sees it.  NULL where it has none. */
struct emuprog *program_new(struct loop *, const char *command,
    const struct program_ops *, void *arg);
/* Kills the programs. */
void program_free(struct emuprog *);

/* Gives a record to a conversation's program, which is started at the first.
 * One that does not read loses audio beyond 16 MiB. */
void program_tell(struct emuprog *, unsigned talk, const char *head, size_t hn,
    const void *payload, size_t pn);

/* The conversation is over: its program's input ends, and so must it. */
void program_end(struct emuprog *, unsigned talk);

#endif
