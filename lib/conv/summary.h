#ifndef CONV_SUMMARY_H
#define CONV_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/tokens.h"

/*
 * A call in figures.  Built alongside a timeline, which must get each record
 * first.  Pure.
 */
struct buf;
struct json;
struct record;
struct timeline;

struct summary {
	char *date, *model, *backend, *voice, *language, *version, *setup;
	char *reason;		/* of its end */
	int64_t exit;		/* -1 if there is no end */
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

	int64_t spoke;		/* when the user fell silent, in "t"; or -1 */
	int64_t answered;	/* until here on the call's clock */
	int64_t turn;		/* the model's latest to be heard */
	int64_t cut;		/* the one last interrupted */
};

struct summary *summary_new(void);
void summary_free(struct summary *);

void summary_record(struct summary *, const struct timeline *,
    const struct record *);
/* Call after timeline_finish(). */
void summary_finish(struct summary *, const struct timeline *);

/* The p quantile (0.5, 0.95, 1) of the latencies; -1 if there are none. */
int64_t summary_latency(const struct summary *, double p);

/* One line of JSON; prices may be NULL. */
void summary_json(const struct summary *, const char *file,
    const struct json *prices, struct buf *out);

/* A row for people, and the heading row above it. */
void summary_row(const struct summary *, const char *file,
    const struct json *prices, struct buf *out);
void summary_heading(struct buf *out, bool priced);

#endif
