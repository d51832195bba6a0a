#ifndef CONV_SUMMARY_H
#define CONV_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/tokens.h"

/*
 * A call in figures.  Made beside a timeline, which is fed first with the same
 * records.  Pure.
 */
struct buf;
struct json;
struct record;
struct timeline;

struct summary {
	char *date, *model, *backend, *voice, *language, *version, *setup;
	char *reason;		/* of its end */
	int64_t exit;		/* -1 where there is no end */
	int64_t length_ms, user_ms, model_ms;	/* of sound */
	int64_t turns, interruptions, pictures;
	int64_t calls, calls_failed, call_ms;
	int64_t reconnections, gap_ms, lost_ms, pictures_lost;
	int64_t stalls, errors, runs;
	struct tokens tokens;

	/* ms from the end of the user's speech to the first sound, sorted by
	 * summary_finish() */
	int64_t *latency;
	size_t nlatency;

	int64_t spoke;		/* when the user fell silent, by "t"; or -1 */
	int64_t answered;	/* up to here in the call's clock */
	int64_t turn;		/* the model's that has begun to sound */
	int64_t cut;		/* and the one that was interrupted last */
};

struct summary *summary_new(void);
void summary_free(struct summary *);

void summary_record(struct summary *, const struct timeline *,
    const struct record *);
/* After timeline_finish(). */
void summary_finish(struct summary *, const struct timeline *);

/* The p-th part (0.5, 0.95, 1) of the latencies; -1 where there are none. */
int64_t summary_latency(const struct summary *, double p);

/* One line of JSON; prices may be NULL. */
void summary_json(const struct summary *, const char *file,
    const struct json *prices, struct buf *out);

/* A row for people, and the row of names above it. */
void summary_row(const struct summary *, const char *file,
    const struct json *prices, struct buf *out);
void summary_heading(struct buf *out, bool priced);

#endif
