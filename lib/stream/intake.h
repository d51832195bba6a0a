#ifndef STREAM_INTAKE_H
#define STREAM_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/stream.h"

/*
 * An input of any kind as records: gl-stream(5) as it is, WAV and raw PCM as
 * audio records, text as one text record a line; text that begins as the
 * streams of gl programs do ({"gl":) is one, in which lines of text may stand
 * between the records.  Pure; the same calls as a
 * stream_reader has.
 */
struct intake;

enum intake_form {
	INTAKE_GUESS,		/* by the first bytes: stream, WAV, else PCM,
				 * but not text or a file of another kind */
	INTAKE_NAMED,		/* the same, but PCM is refused */
	INTAKE_STREAM, INTAKE_WAV, INTAKE_PCM, INTAKE_TEXT
};

struct intake_opts {
	enum intake_form form;
	int rate;		/* of raw PCM: s16le, mono */
	int said;		/* the rate as its user named it, or 0 */
	int piece_ms;		/* sound of an audio record made here; the
				 * last one may be shorter */
	int pick;		/* of several channels, see pcm.h */
	/* a FIFO, whose next writer is not to suffer for this one: what is no
	 * stream and no sound is dropped to its end, and a stream goes on
	 * behind damage; each loss is STREAM_LOST, once */
	bool mend;
};

enum { INTAKE_SILENCE = -60 };	/* dB: what never passes it says nothing */

struct intake *intake_new(const struct intake_opts *);
void intake_free(struct intake *);

/* As stream_window(), but NULL while whole records wait to be taken: the
 * writer is then held back. */
void *intake_window(struct intake *, size_t *n);
void intake_filled(struct intake *, size_t n);

/* The record is valid until the next call on the intake. */
enum stream_status intake_next(struct intake *, struct record *);

/*
 * The input has ended: to be called once, then intake_next() until
 * STREAM_MORE (the last line without a newline, the last piece of sound), then
 * intake_cut(): 0, or -1 where the input stopped in the middle of something.
 */
void intake_ended(struct intake *);
int intake_cut(struct intake *);

/* After the end: what its user may not know of the sound made here: that there
 * is none, that it is silent, that a mean of channels cancels.  NULL, or text;
 * once. */
const char *intake_advice(struct intake *, char *text, size_t size);

/* Whether an empty line of text came last, which gives no record; once. */
bool intake_blank(struct intake *);

/* How many lines of text were not UTF-8 so far, whose wrong bytes are replaced,
 * and the number of the first. */
int64_t intake_spoilt(const struct intake *, int64_t *line);

/* What is wrong, and where; never NULL. */
const char *intake_why(const struct intake *);

/* What it turned out to be; INTAKE_GUESS or INTAKE_NAMED while unknown. */
enum intake_form intake_form(const struct intake *);

#endif
