#ifndef EMULATOR_HEAR_H
#define EMULATOR_HEAR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A client's messages on one of the emulator's connections: checked as the
 * service does, and passed to the ear, the turns and the calls.
 */
struct emulator_conn;

void emu_hear_message(struct emulator_conn *, bool text, const char *p,
    size_t n);

/* Acknowledges an accepted setup. */
void emu_hear_ready(struct emulator_conn *);

#endif
