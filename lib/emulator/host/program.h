#ifndef EMULATOR_HOST_PROGRAM_H
#define EMULATOR_HOST_PROGRAM_H

#include <stddef.h>

/*
 * Brain programs: one process per conversation of the emulator, reading and
 * writing gl-stream(5).
 */
struct emuprog;
struct loop;
struct record;

struct program_ops {
	/* A record from a program; NULL when it has ended. */
	void (*said)(void *arg, unsigned talk, const struct record *);
	/* A sentence about one that failed while still wanted. */
	void (*trouble)(void *arg, const char *text);
};

/* command is split into words, without a shell.  NULL, with an exit code and a
 * sentence in why, if it has none or the first is no program. */
struct emuprog *program_new(struct loop *, const char *command,
    const struct program_ops *, void *arg, int *code, char *why, size_t size);
/* Kills the programs. */
void program_free(struct emuprog *);

/* Gives a record to a conversation's program, starting it at the first.  One
 * that does not read loses audio beyond 16 MiB. */
void program_tell(struct emuprog *, unsigned talk, const char *head, size_t hn,
    const void *payload, size_t pn);

/* The conversation is over: ends its program's input, so it must end too. */
void program_end(struct emuprog *, unsigned talk);

#endif
