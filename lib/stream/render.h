#ifndef STREAM_RENDER_H
#define STREAM_RENDER_H

#include <stdbool.h>

/*
 * Records in forms for people and other programs to read.  Pure: a record in,
 * bytes appended to a buf.
 */
struct buf;
struct record;
struct render;

/* Whose record it is, by "side", else by "role"; else one with a "turn" number
 * is the model's and one without is the user's. */
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
 * turn; if sound comes with a transcript, the transcript is the text.  Control
 * characters from outside are made harmless; in the live form words from
 * outside never begin a row (base/term.h).
 */
struct render *render_new(const struct render_opts *);
void render_free(struct render *);

/* Live form: the terminal's columns from the next row on; 0 (at first):
 * unknown, wrapping is left to it. */
void render_width(struct render *, int columns);

/* Live form: others wrote, and the cursor is now at the start of a row; and
 * the column of the cursor if a row is open, else -1. */
void render_moved(struct render *);
int render_open(const struct render *);

/* Appends what this record yields, often nothing.  record.head may be NULL:
 * the line is then parsed if the type needs it. */
void render_record(struct render *, const struct record *, struct buf *out);

/* Appends what is held and ends the open line, at the end of the stream. */
void render_end(struct render *, struct buf *out);

#endif
