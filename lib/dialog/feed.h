#ifndef DIALOG_FEED_H
#define DIALOG_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "stream/intake.h"

/*
 * The inputs of a conversation: any number of descriptors, each a stream, WAV,
 * raw PCM or text, given out by whole records.  An input whose record is
 * refused waits, and its writer with it; the others go on.  Audio can be
 * paced.
 *
 * An input is live as long as its sound comes no faster than a microphone
 * could give it; a regular file, or a pipe that once ran more than FEED_AHEAD
 * ms ahead, is not, and loses nothing.  What stood in the pipe while nobody
 * read (FEED_BEHIND ms at most) does not count.
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
	/* standard input that is nothing but sound, and no other input is
	 * there to say when it is speech; or it is a file */
	FEED_PLAIN = 4,
	FEED_TOOLS = 8,		/* a program that answers calls */
	FEED_STANDARD = 16	/* standard input */
};

struct feed_ops {
	/* A record of an input; false: not now, offer it again when
	 * feed_pump() is called. */
	bool (*record)(void *arg, const struct record *, int how);
	/* The same for sound of a sensible rate: s16le, one channel. */
	bool (*audio)(void *arg, const void *pcm, size_t n, int rate, int how);
	/* An empty line of text.  May be NULL. */
	void (*blank)(void *arg);
	/* Whether records are wanted; live sound is offered in any case. */
	bool (*hungry)(void *arg);
	/* Standard input has ended and all of it was taken; where there is
	 * none, all named inputs have. */
	void (*end)(void *arg);
	/* Something of an input is not as it should be; it goes on. */
	void (*warn)(void *arg, const char *name, const char *why);
	/* An input has ended whose sound says nothing at all. */
	void (*silent)(void *arg, const char *name, const char *why);
	/* An input cannot be used any further: code is CODE_DATA or
	 * CODE_IO. */
	void (*bad)(void *arg, const char *name, int code, const char *why);
};

struct feed_opts {
	double pace;		/* times real time; 0 as fast as it is taken */
	int rate;		/* of raw PCM */
	int said;		/* the same where the user named it */
	bool question;		/* the named files are one, and say alone what
				 * is asked: FEED_PLAIN */
	int pick;		/* of several channels, see sound/pcm.h */
};

struct feed *feed_new(struct loop *, const struct feed_opts *,
    const struct feed_ops *, void *arg);
void feed_free(struct feed *);

/* Standard input, in that form (INTAKE_GUESS tells by itself). */
void feed_stdin(struct feed *, enum intake_form);

/* A named input: a stream or WAV, a FIFO or a file.  0, or -1 with errno. */
int feed_add(struct feed *, const char *path);

/* The output of a program that answers calls, a stream; fd becomes the feed's.
 * The user's side does not wait for its end. */
void feed_add_tools(struct feed *, int fd, const char *name);

/* Offers records until none is left or none is taken. */
void feed_pump(struct feed *);

/* No more reading: what was read and not taken is dropped. */
void feed_stop(struct feed *);

/* Whether a tool's answer could still come in: a named input that has not
 * ended, or standard input that is a stream (or not yet known). */
bool feed_answers(const struct feed *);

/* How far the files are read: standard input where it is one, else all that
 * are named.  False where the input that counts is none. */
bool feed_progress(const struct feed *, int64_t *at, int64_t *size);

#endif
