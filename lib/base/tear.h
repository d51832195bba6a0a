#ifndef BASE_TEAR_H
#define BASE_TEAR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where other writers' bytes may begin in what several have written one after
 * the other into a FIFO: at whatever begins a stream's record, a sound file or
 * a picture.  Pure.
 */

/* Puts at most `most` offsets into at, ascending, and returns how many; begun:
 * a writer's bytes begin at p, which is then not one of them.  A record that
 * stands whole behind another one is none either. */
size_t tear_find(const unsigned char *p, size_t n, bool begun, size_t *at,
    size_t most);

#endif
