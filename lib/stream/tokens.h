#ifndef STREAM_TOKENS_H
#define STREAM_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Tokens of a call, out of its `usage` records, in both spellings of the
 * service's (responseTokenCount, candidatesTokenCount).  The service counts a
 * turn once, or again and again as it grows, or piece by piece, with or without
 * a sum at its end: of one turn, a record that has a prompt and is in nothing
 * below what was counted so far stands for all of it, any other is added.
 * Pure; zeroed by its owner.
 */
struct buf;
struct json;
struct record;

enum tokens_kind {
	TOKENS_TEXT, TOKENS_AUDIO, TOKENS_IMAGE, TOKENS_VIDEO, TOKENS_DOCUMENT,
	TOKENS_OTHER,		/* the service does not say what */
	TOKENS_KINDS
};

struct tokens_count {
	int64_t prompt, cached, response, tool, thoughts, total;
	int64_t in[TOKENS_KINDS], out[TOKENS_KINDS];
};

struct tokens {
	struct tokens_count all;	/* up to the turn before */
	struct tokens_count turn;	/* the one that runs */
	int64_t number;
	bool open;
};

void tokens_record(struct tokens *, const struct record *);
/* The same for the service's own usageMetadata of a turn. */
void tokens_metadata(struct tokens *, int64_t turn, const struct json *);
/* A turn is complete, or the stream: its tokens are in `all`. */
void tokens_close(struct tokens *);
/* All so far, with the turn that runs. */
struct tokens_count tokens_sum(const struct tokens *);

/* "text", "audio"... */
const char *tokens_name(enum tokens_kind);

/*
 * What they cost by a table that the user keeps:
 * {"currency": "USD", "models": {"NAME": {"in": {"text": 0.5, ...}, "out":
 * {...}, "cached": 0.1}}}, per million tokens; a NAME may end with a star.
 * "other" is what has no price of its own.  False where the model is not in
 * it, or a price is missing that is needed.
 */
bool tokens_price(const struct tokens_count *, const struct json *prices,
    const char *model, double *price);

#endif
