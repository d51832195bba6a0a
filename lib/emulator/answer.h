#ifndef EMULATOR_ANSWER_H
#define EMULATOR_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the emulator's model says in one turn: speech or a tone at 24 kHz, and
 * its transcript.  Read piece by piece, so a tone of hours costs no memory.
 * Pure.
 */
struct answer;

enum {
	ANSWER_RATE = 24000,
	ANSWER_FIRST = 4800,	/* samples of the first chunk: 200 ms */
	ANSWER_CHUNK = 5760,	/* and of the others: 240 ms */
	ANSWER_PCM_MAX = 64 << 20
};

struct answer *answer_new(void);
void answer_free(struct answer *);

/* Adds speech, converted to 24 kHz; 0, or -1 if that is too much. */
int answer_speech(struct answer *, int rate, const void *pcm, size_t samples);
/* Adds a tone of 440 Hz at -12 dBFS, after the speech. */
void answer_tone(struct answer *, int64_t ms);
/* Adds to the text. */
void answer_text(struct answer *, const char *text, size_t n);

/* Whether more may be added (a program is still speaking). */
void answer_open(struct answer *, bool open);
bool answer_is_open(const struct answer *);

/* Takes the next samples, at most n; returns how many, 0 if none now. */
size_t answer_read(struct answer *, void *pcm, size_t n);
/* Samples that can be read now. */
int64_t answer_left(const struct answer *);
/* Milliseconds of sound read so far. */
int64_t answer_read_ms(const struct answer *);

/* Takes the next piece of the text: a few words, cut between any two
 * characters, as the service does.  NULL at the end. */
const char *answer_piece(struct answer *, size_t *n);
/* The whole text so far; zero-terminated. */
const char *answer_words(const struct answer *);

/* How long a text takes to say: 60 ms per byte, from 300 ms to 20 s. */
int64_t answer_length(const char *text);

#endif
