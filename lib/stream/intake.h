#ifndef STREAM_INTAKE_H
#define STREAM_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream/stream.h"

/*
 * Input of any kind as records: gl-stream(5) as it is, WAV and raw PCM as
 * audio records, text as one text record per line; text that begins as streams
 * of gl programs do ({"gl":) is one, with lines of text allowed between its
 * records.  Pure; has the same calls as a stream_reader.
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
	int said;		/* the rate that the user gave, or 0 */
	int piece_ms;		/* length of audio records made here; the last
				 * one may be shorter */
	int pick;		/* of several channels, see pcm.h */
	/* a FIFO, whose next writer must not suffer for this one: what is
	 * neither stream nor sound is dropped to its end, and a stream goes on
	 * after damage; each loss is STREAM_LOST, once */
	bool mend;
};

enum { INTAKE_SILENCE = -60 };	/* dB; a peak up to this is silence */

struct intake *intake_new(const struct intake_opts *);
void intake_free(struct intake *);

/* As stream_window(), but NULL while whole records wait to be taken, so that
 * the writer is held back. */
void *intake_window(struct intake *, size_t *n);
void intake_filled(struct intake *, size_t n);

/* The record is valid until the next call on the intake. */
enum stream_status intake_next(struct intake *, struct record *);

/*
 * Call it once when the input has ended, then intake_next() until STREAM_MORE
 * (the last line without a newline, the last piece of sound), then
 * intake_cut(): 0, or -1 if the input stopped in the middle of something.
 */
void intake_ended(struct intake *);
int intake_cut(struct intake *);

/* After the end, what the user may not know about the input: that it is empty
 * or a stream's start record alone; of the sound made here, that there is none,
 * that it is silent, that a mean of channels cancels out.  text, once, or
 * NULL. */
const char *intake_advice(struct intake *, char *text, size_t size);

/* Whether the last line of text was empty, which gives no record; once. */
bool intake_blank(struct intake *);

/* How many lines of text so far were not UTF-8 (their bad bytes are replaced),
 * and the number of the first. */
int64_t intake_spoilt(const struct intake *, int64_t *line);

/* What is wrong, and where; never NULL. */
const char *intake_why(const struct intake *);

/* What it turned out to be; INTAKE_GUESS or INTAKE_NAMED while unknown. */
enum intake_form intake_form(const struct intake *);

#endif
