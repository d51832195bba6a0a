#ifndef MIC_HEADS_H
#define MIC_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The headers of the records that gl-mic writes, each alone in the buffer; t
 * is the time in the sound.  Pure.
 */
struct buf;

void heads_audio(struct buf *, int64_t t, int rate, size_t bytes);
void heads_activity(struct buf *, int64_t t, bool start);
void heads_quiet(struct buf *, int64_t t);

#endif
