#ifndef CONV_TIMELINE_H
#define CONV_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "conv/loud.h"
#include "conv/parts.h"
#include "conv/spread.h"
#include "conv/when.h"

/*
 * What happened when in a conversation, gathered from its records: how loud
 * each side was, the model's turns as played, what was said, tool calls,
 * pictures, gaps.  Times are ms on the call's clock (when.h).  Pure; the page,
 * the chart and the subtitles are made from it.
 */
struct record;

/* One of the model's turns, as played. */
struct timeline_span {
	int64_t turn;
	int64_t from, to;
	int64_t cut;		/* where it was interrupted, or -1 */
};

enum timeline_kind {
	TIMELINE_WORDS, TIMELINE_TOOL, TIMELINE_IMAGE, TIMELINE_GAP,
	TIMELINE_TROUBLE, TIMELINE_END
};

enum timeline_state {	/* of a tool call */
	TIMELINE_OPEN, TIMELINE_OK, TIMELINE_FAILED, TIMELINE_CANCELLED
};

/* Something that was said or happened. */
struct timeline_item {
	enum timeline_kind kind;
	int who;		/* enum side, or -1 */
	int64_t from, to;	/* to is from, or later */
	int64_t at_ms, to_ms;	/* position in the input, or -1 */
	int64_t turn;		/* of the model's, or 0 */
	size_t span;		/* 1 + index of its sound; 0: none */
	struct buf text;	/* words; arguments; a reason */
	struct parts parts;	/* of the user's words */
	struct spread_word *words;
	size_t nwords;
	size_t heard;		/* bytes of the text; all unless some was cut
				 * off */
	bool cut, lost;
	bool typed;		/* typed rather than spoken */
	char *name, *id;	/* of a tool; name also of a trouble, or a
				 * picture's kind */
	struct buf answer;	/* of a tool; a picture's bytes */
	size_t bytes;		/* of a picture, kept or not */
	enum timeline_state state;
	int64_t last;		/* newest piece, while gathering */
	size_t order;
};

struct timeline {
	struct when when;
	struct loud lane[2];	/* by enum side */
	struct timeline_span *spans;
	struct timeline_item *items;
	size_t nspans, nitems;
	size_t open[2];		/* 1 + index of each side's open words */
	size_t images;		/* bytes kept */
	int64_t first, now;	/* of the call; first -1 before anything */
	int64_t at;		/* of this record; now is never before it */
	int64_t zero, end;	/* set by timeline_finish(): the call's
				 * range */
	bool full;		/* over a limit: the rest is left out */
	bool keep;		/* keep the bytes of pictures */
};

struct timeline *timeline_new(void);
void timeline_free(struct timeline *);

void timeline_record(struct timeline *, const struct record *);

/* At the end of the stream: sets the words' times and sorts the items. */
void timeline_finish(struct timeline *);

#endif
