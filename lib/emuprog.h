#ifndef EMUPROG_H
#define EMUPROG_H

#include <stddef.h>

/*
 * Brain programs: one process for each of the emulator's conversations, which
 * reads and writes gl-stream(5).
 */
struct emuprog;
struct loop;
struct record;

/* command is split into words, no shell sees it.  said() is called for each
 * record of a program, and with NULL when it has ended.  NULL where the
 * command has no words. */
struct emuprog *emuprog_new(struct loop *, const char *command,
    void (*said)(void *arg, unsigned talk, const struct record *), void *arg);
/* Kills the programs. */
void emuprog_free(struct emuprog *);

/* Gives a record to a conversation's program, which is started at the first.
 * One that does not read loses audio beyond 16 MiB. */
void emuprog_tell(struct emuprog *, unsigned talk, const char *head, size_t hn,
    const void *payload, size_t pn);

/* The conversation is over: its program's input ends, and so must it. */
void emuprog_end(struct emuprog *, unsigned talk);

#endif
