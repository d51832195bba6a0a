#ifndef STREAM_RENDER_H
#define STREAM_RENDER_H

#include <stdbool.h>

/*
 * Records as people and other programs like to read them.  Pure: a record in,
 * bytes appended to a buf.
 */
struct buf;
struct record;
struct render;

/* Whose record it is: "side", else "role" says so; else one with a "turn"
 * number is the model's and one without is the user's. */
enum side { SIDE_USER, SIDE_MODEL };
enum side render_side(const struct record *);

struct render_opts {
	bool json;		/* JSON lines; else text */
	/* JSON: the payload as base64 under "data" (else only its "size") */
	bool data;
	/* text */
	bool live;		/* pieces as they come; else whole lines */
	bool user, model;	/* whose words */
	bool labels;		/* "user: ", "model: " before the words */
	bool events;		/* lines in brackets: tool calls, interruptions,
				 * gaps, errors, the end */
	bool colour;
};

/*
 * Text: pieces of a transcript or of text become one line per speaker and
 * turn; where sound comes with a transcript, the transcript is the text.
 * Control characters from outside are made harmless; in the live form words
 * from outside never begin a row (base/term.h).
 */
struct render *render_new(const struct render_opts *);
void render_free(struct render *);

/* Live form: the terminal has so many columns from the next row on; 0 (at
 * first): unknown, long lines are left to it. */
void render_width(struct render *, int columns);

/* Live form: the cursor stands at the start of a row that others' rows are
 * above; and whether a row is open, by the column of the cursor (else -1). */
void render_moved(struct render *);
int render_open(const struct render *);

/* Appends what this record gives, often nothing.  record.head may be NULL: the
 * line is parsed then, where the type needs it. */
void render_record(struct render *, const struct record *, struct buf *out);

/* Ends the open line, at the end of the stream. */
void render_end(struct render *, struct buf *out);

#endif
