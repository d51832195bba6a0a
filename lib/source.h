#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>

#include "stream.h"

/*
 * An input of any kind as records: gl-stream(5) as it is, WAV and raw PCM as
 * audio records, text as one text record a line.  Pure; the same calls as a
 * stream_reader has.
 */
struct source;

enum source_form {
	SOURCE_GUESS,		/* by the first bytes: stream, WAV, else PCM */
	SOURCE_NAMED,		/* the same, but PCM is refused: stream or WAV */
	SOURCE_STREAM, SOURCE_WAV, SOURCE_PCM, SOURCE_TEXT
};

struct source_opts {
	enum source_form form;
	int rate;		/* of raw PCM: s16le, mono */
	int piece_ms;		/* sound of an audio record made here; the
				 * last one may be shorter */
};

struct source *source_new(const struct source_opts *);
void source_free(struct source *);

/* As stream_window(), but NULL while whole records wait to be taken: the
 * writer is then held back. */
void *source_window(struct source *, size_t *n);
void source_filled(struct source *, size_t n);

/* The record is valid until the next call on the source. */
enum stream_status source_next(struct source *, struct record *);

/*
 * The input has ended: to be called once, then source_next() until
 * STREAM_MORE (the last line without a newline, the last piece of sound), then
 * source_cut(): 0, or -1 where the input stopped in the middle of something.
 */
void source_ended(struct source *);
int source_cut(struct source *);

/* What is wrong, and where; never NULL. */
const char *source_why(const struct source *);

/* What it turned out to be; SOURCE_GUESS or SOURCE_NAMED while unknown. */
enum source_form source_form(const struct source *);

#endif
