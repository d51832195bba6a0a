#ifndef CONV_WHEN_H
#define CONV_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The clock of a call, in ms, for views that show its sides together.  A live
 * call runs by the records' "t".  A file sent faster than it plays runs by the
 * position in the input: what the user said is placed as in the file, and the
 * model's answer after it.  Streams appended to one file follow one another.
 * Pure; embedded by its owner, who zeroes it and calls when_done().
 */
struct record;

/* The user's sound from one position in the input on: where it is in the call,
 * and when it came. */
struct when_piece {
	int64_t at_ms, call, t;
	int64_t len;
};

struct when {
	int64_t t;		/* newest time of arrival, all runs */
	int64_t call;		/* of the newest record; -1 if none */
	int64_t sound;		/* where the user's sound ends */
	int64_t sound_ns;	/* and the ns beyond, under a ms */
	int64_t input_us;	/* position in the input, counted here */
	struct when_piece *pieces;
	size_t npieces;
	int64_t base;		/* added to "t": earlier runs */
	int64_t wall;		/* the first start, ms since 1970; or 0 */
	int64_t newest;		/* and of the newest */
	int64_t anchor, anchor_t;	/* the user fell silent there, then */
	int64_t turn;		/* the model's newest; 0: none */
	int64_t turn_call, turn_t;	/* where it began, and when */
	int64_t lead;		/* how far the sound is ahead of its time */
	int64_t shift;		/* of at_ms if the sound is missing */
	int64_t zero;		/* the first sound, or input position 0 */
	bool clocked, sounded, anchored, shifted, joined, zeroed;
	bool told;		/* the newest start has a time */
};

enum { WHEN_DAY = 24 * 3600 * 1000 };	/* later: a broken clock */

void when_record(struct when *, const struct record *);
void when_done(struct when *);

/* Where a position in the input is in the call; most accurate once all of the
 * stream was seen. */
int64_t when_input(const struct when *, int64_t at_ms);

/* When the sound at that position came, in "t"; -1 if it is not there. */
int64_t when_came(const struct when *, int64_t at_ms);

/* Likewise for the sound at that point in the call. */
int64_t when_sent(const struct when *, int64_t call);

/* RFC 3339 to ms since 1970; -1 if it is anything else. */
int64_t when_wall(const char *text);

#endif
