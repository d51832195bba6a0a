#ifndef EMULATOR_HOST_LAME_H
#define EMULATOR_HOST_LAME_H

#include "net/io.h"

#include <stdint.h>

/*
 * A connection whose bytes can be held up: the emulator's faults that lie
 * below WebSocket.
 */
struct emuio;
struct loop;

/* Takes over inner; *outer is what is to be read and written instead, and its
 * close() frees both. */
struct emuio *lame_new(struct loop *, struct io inner, struct io *outer);

/* Reads and writes nothing until the loop's time `until` (-1: for good). */
void lame_stall(struct emuio *, int64_t until);
/* Writes at most so many bytes a second; 0: no limit. */
void lame_slow(struct emuio *, int64_t rate);
/* Reads without looking at it, and says nothing any more: to the peer a host
 * that is gone, but its leaving is noticed here. */
void lame_dead(struct emuio *);

#endif
