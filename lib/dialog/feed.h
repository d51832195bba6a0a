#ifndef DIALOG_FEED_H
#define DIALOG_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "stream/intake.h"

/*
 * The inputs of a conversation: any number of descriptors, each a stream, WAV,
 * raw PCM or text, delivered in whole records.  An input whose record is
 * refused waits, as does its writer; the others go on.  Audio can be paced.
 *
 * An input is live as long as its sound comes no faster than from a
 * microphone; a regular file, or a pipe that was ever more than FEED_AHEAD ms
 * ahead, is not live and loses nothing.  What collected in the pipe while
 * nobody read (FEED_BEHIND ms at most) does not count.
 */
struct feed;
struct loop;
struct record;

enum {
	FEED_AHEAD = 1000, FEED_BEHIND = 4000,
	FEED_PIECE_MS = 20, FEED_FILE_PIECE_MS = 500
};

/* Where a record comes from. */
enum {
	FEED_LIVE = 1,		/* a live input */
	FEED_LINE = 2,		/* a line of text */
	/* standard input that is only sound, with no other input to say when
	 * it is speech; or a file */
	FEED_PLAIN = 4,
	FEED_TOOLS = 8,		/* a program answering calls */
	FEED_STANDARD = 16	/* standard input */
};

struct feed_ops {
	/* A record of an input; false: not now, offer it again when
	 * feed_pump() is called. */
	bool (*record)(void *arg, const struct record *, int how);
	/* Likewise for sound at a sensible rate: s16le mono. */
	bool (*audio)(void *arg, const void *pcm, size_t n, int rate, int how);
	/* An empty line of text.  May be NULL. */
	void (*blank)(void *arg);
	/* Whether records are wanted; live sound is always offered. */
	bool (*hungry)(void *arg);
	/* Standard input, or without it every named input, has ended and all
	 * of it was taken. */
	void (*end)(void *arg);
	/* Something is wrong with an input, which goes on. */
	void (*warn)(void *arg, const char *name, const char *why);
	/* An input has ended in whose sound nothing was said at all. */
	void (*silent)(void *arg, const char *name, const char *why);
	/* An input can no longer be used: code is CODE_DATA or CODE_IO. */
	void (*bad)(void *arg, const char *name, int code, const char *why);
};

struct feed_opts {
	double pace;		/* times real time; 0: as fast as taken */
	int rate;		/* of raw PCM */
	int said;		/* likewise, if the user gave it */
	bool question;		/* the named files form one, and nothing else
				 * is asked: FEED_PLAIN */
	int pick;		/* of several channels, see sound/pcm.h */
	const char *name;	/* of standard input; NULL: that */
	bool unasked;		/* nothing need be said: the model begins */
};

struct feed *feed_new(struct loop *, const struct feed_opts *,
    const struct feed_ops *, void *arg);
void feed_free(struct feed *);

/* Reads standard input in that form (INTAKE_GUESS: detected). */
void feed_stdin(struct feed *, enum intake_form);

/* Adds a named stream or WAV, a FIFO or a file.  0, or -1 with errno. */
int feed_add(struct feed *, const char *path);

/* Adds the output of a program that answers calls, a stream; the feed takes
 * over fd.  The user's side does not wait for its end. */
void feed_add_tools(struct feed *, int fd, const char *name);

/* Offers records until none is left or accepted. */
void feed_pump(struct feed *);

/* Stops reading; drops what was read but not taken. */
void feed_stop(struct feed *);

/* Whether a tool's answer could still come: a named input has not ended, or
 * standard input is a stream (or not yet known). */
bool feed_answers(const struct feed *);

/* How much of the files was read: standard input if it is one, else all named
 * ones.  False if the input that counts is not a file. */
bool feed_progress(const struct feed *, int64_t *at, int64_t *size);

#endif
