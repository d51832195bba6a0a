#ifndef STREAM_TOKENS_H
#define STREAM_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Counts a call's tokens from its `usage` records, in both of the service's
 * spellings (responseTokenCount, candidatesTokenCount).  The service counts a
 * turn once, or again and again as it grows, or piece by piece, with or
 * without a sum at its end: within a turn, a record that has a prompt and is
 * nowhere below what was counted so far replaces that; any other is added.
 * Pure; zeroed by its owner.
 */
struct json;
struct record;

enum tokens_kind {
	TOKENS_TEXT, TOKENS_AUDIO, TOKENS_IMAGE, TOKENS_VIDEO, TOKENS_DOCUMENT,
	TOKENS_OTHER,		/* the service does not say which */
	TOKENS_KINDS
};

struct tokens_count {
	int64_t prompt, cached, response, tool, thoughts, total;
	int64_t in[TOKENS_KINDS], out[TOKENS_KINDS];
};

struct tokens {
	struct tokens_count all;	/* up to the previous turn */
	struct tokens_count turn;	/* the current one */
	int64_t number;
	bool open;
};

void tokens_record(struct tokens *, const struct record *);
/* The same for the service's own usageMetadata of a turn. */
void tokens_metadata(struct tokens *, int64_t turn, const struct json *);
/* A turn or the stream is complete: adds the turn's tokens to `all`. */
void tokens_close(struct tokens *);
/* All so far, including the current turn. */
struct tokens_count tokens_sum(const struct tokens *);

/* "text", "audio"... */
const char *tokens_name(enum tokens_kind);

/*
 * Their price by a table that the user keeps: {"currency": "USD", "models":
 * {"NAME": {"in": {"text": 0.5, ...}, "out": {...}, "cached": 0.1}}}, per
 * million tokens; a NAME may end with a star.  "other" is the price of kinds
 * without one of their own.  False if the model is not in it, or a price that
 * is needed is missing.
 */
bool tokens_price(const struct tokens_count *, const struct json *prices,
    const char *model, double *price);

#endif
