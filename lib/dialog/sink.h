#ifndef DIALOG_SINK_H
#define DIALOG_SINK_H

#include <stdbool.h>

/*
 * What comes out of a conversation: the records of the session as a stream,
 * raw PCM, text or JSON lines on one descriptor, and captions for people on
 * another.
 *
 * Raw PCM has no record that could tell of a barge-in, so the queue is kept
 * here: the pipe is made one page, and `interrupted` drops all that is still
 * queued.  At most that page (85 ms at 24 kHz) of old speech then follows.
 */
struct loop;
struct session_out;
struct sink;

enum sink_form { SINK_STREAM, SINK_PCM, SINK_TEXT, SINK_JSON };

enum {
	SINK_RATE = 24000,		/* of raw PCM */
	SINK_HIGH = 256 << 10,		/* queued bytes: hold the service */
	SINK_PCM_HIGH = 7 << 20,	/* the same for raw PCM: 2.5 minutes */
	SINK_MAX = 80 << 20		/* never more than this: any record has
					 * room above the others */
};

struct sink_opts {
	enum sink_form form;
	int fd;			/* for the form */
	const char *name;	/* of what it is, or NULL: standard output */
	int captions;		/* a descriptor for captions, or -1 */
	bool model_captions;	/* of both sides; else only the user's */
	bool live;		/* text as it comes, not line by line */
	bool user;		/* text is what the user says */
	bool labels;		/* text with its speakers, both of them */
	bool colour;
};

struct sink_ops {
	/* The reader is gone (error 0), or writing failed (an errno). */
	void (*broken)(void *arg, int error);
};

struct sink *sink_new(struct loop *, const struct sink_opts *,
    const struct sink_ops *, void *arg);
void sink_free(struct sink *);

void sink_record(struct sink *, const struct session_out *);

/* No more records will come: open lines are ended. */
void sink_end(struct sink *);

/* A line of somebody else's is about to stand on the terminal.  False where
 * the terminal has not taken all captions yet. */
bool sink_pause_captions(struct sink *);

/* So much is queued that no more should come; false again once half of that
 * is written. */
bool sink_full(struct sink *);

/* All is written, or can no longer be. */
bool sink_idle(const struct sink *);

#endif
