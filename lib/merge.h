#ifndef MERGE_H
#define MERGE_H

#include "stream.h"

/*
 * Several intakes taken in turn by whole records: whoever has a record waits at
 * most one round of the others, and nobody's bytes stand inside another's
 * record.  Pure.  An intake whose record is not taken fills up and holds its
 * writer back (intake_window() gives NULL).
 */
struct merge;
struct intake;

struct merge *merge_new(void);
void merge_free(struct merge *);	/* not the intakes */

/* tag is the caller's, given back with each record. */
void merge_add(struct merge *, struct intake *, void *tag);
void merge_remove(struct merge *, struct intake *);

/*
 * The next record in turn: STREAM_RECORD, STREAM_MORE where no intake has one,
 * STREAM_BAD where an intake is broken; *src and *tag tell which (a broken one
 * is said once and skipped from then on).  A record is valid until the next
 * call.
 */
enum stream_status merge_next(struct merge *, struct record *,
    struct intake **src, void **tag);

#endif
