#ifndef EMULATOR_HOST_LAME_H
#define EMULATOR_HOST_LAME_H

#include "net/io.h"

#include <stdint.h>

/*
 * A connection whose bytes can be held up: the emulator's faults below the
 * WebSocket level.
 */
struct emuio;
struct loop;

/* Takes over inner; read and write *outer instead, whose close() frees
 * both. */
struct emuio *lame_new(struct loop *, struct io inner, struct io *outer);

/* Reads and writes nothing until loop time `until` (-1: for good). */
void lame_stall(struct emuio *, int64_t until);
/* Writes at most rate bytes per second; 0: no limit. */
void lame_slow(struct emuio *, int64_t rate);
/* Discards what it reads and writes nothing more: to the peer this host is
 * gone, but the peer's leaving is still noticed. */
void lame_dead(struct emuio *);

#endif
