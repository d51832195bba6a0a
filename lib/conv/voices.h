#ifndef CONV_VOICES_H
#define CONV_VOICES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The sound of a stream as one piece of PCM at one rate: the model's voice,
 * the user's, or both (left the user, right the model) placed by the records'
 * times, in which a gap of over an hour is closed.  Pure except for the
 * function that takes the samples.
 */
struct record;
struct voices;

enum voices_who { VOICES_MODEL, VOICES_USER, VOICES_BOTH };

struct voices_opts {
	enum voices_who who;
	/* leave out what the user cannot have heard, by `played` records or
	 * else by the time of `interrupted` */
	bool heard;
	int rate;		/* 0: that of the first sound */
	int pick;		/* of several channels, see sound/pcm.h */
	/* Takes s16le samples in whole frames; returns 0, 1 if that is enough
	 * for now, or -1 to stop. */
	int (*write)(void *arg, const void *p, size_t n);
	void *arg;
};

struct voices *voices_new(const struct voices_opts *);
void voices_free(struct voices *);

/* 0, -1 if write() returned that, or 1 if it had enough: then call again with
 * the same record until 0. */
int voices_record(struct voices *, const struct record *);
/* Writes the rest at the end of the stream; returns likewise. */
int voices_end(struct voices *);

/* 0 until sound has come. */
int voices_rate(const struct voices *);
int voices_channels(const struct voices *);

/* Audio records left out because their rate or channels are out of bounds. */
unsigned long voices_skipped(const struct voices *);

/* At the end: what is wrong with the choice of channels, or NULL. */
const char *voices_advice(const struct voices *, char *text, size_t size);

#endif
