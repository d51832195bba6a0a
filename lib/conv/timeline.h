#ifndef CONV_TIMELINE_H
#define CONV_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * What happened when in a conversation, gathered from its records: how loud
 * each side was, the model's turns, tool calls, gaps, what was said.  Times are
 * in ms of the stream's "t"; a stream without times gets those of its sound.
 * Pure; page.h draws it.
 */
struct record;

enum {
	TIMELINE_STEP = 50,		/* ms of one value of loudness */
	TIMELINE_DAY = 24 * 3600 * 1000	/* later is a broken clock */
};

/* How loud one side was: peaks of 0 to 255 (full scale), one a step. */
struct timeline_lane {
	uint8_t *peak;
	size_t n, cap;
	int64_t end;		/* where its sound ends so far */
	int64_t rest;		/* and how much later, in ns under a ms */
	bool sound;
};

/* A turn of the model's, as it was played. */
struct timeline_span {
	int64_t turn;
	int64_t from, to;
	int64_t cut;		/* where it was interrupted, or -1 */
};

enum timeline_kind {
	TIMELINE_TOOL, TIMELINE_GAP, TIMELINE_INTERRUPTED, TIMELINE_IMAGE,
	TIMELINE_TROUBLE
};

struct timeline_mark {
	enum timeline_kind kind;
	int64_t from, to;	/* to is -1 while it is open */
	char *id;		/* of a tool's call, or NULL */
	char *text;
	bool cancelled;
};

/* A line of what was said or happened. */
struct timeline_row {
	int64_t t;
	int who;		/* enum side, or -1 for an event */
	struct buf text;
	int64_t last;		/* time of its newest piece */
};

struct timeline {
	struct timeline_lane lane[2];	/* by enum side */
	struct timeline_span *spans;
	struct timeline_mark *marks;
	struct timeline_row *rows;
	size_t nspans, nmarks, nrows;
	size_t open[2];		/* 1 + index of each side's open row, 0 none */
	int64_t first;		/* time of the first record that has one */
	int64_t now;
	int64_t turns, tokens;
	bool full;		/* over a ceiling: the rest was left out */
};

struct timeline *timeline_new(void);
void timeline_free(struct timeline *);

void timeline_record(struct timeline *, const struct record *);

#endif
