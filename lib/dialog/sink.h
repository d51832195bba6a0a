#ifndef DIALOG_SINK_H
#define DIALOG_SINK_H

#include <stdbool.h>

/*
 * The output of a conversation: the session's records as a stream, raw PCM,
 * text or JSON lines on one descriptor, and captions for people on another.
 *
 * Raw PCM has no record to signal a barge-in, so the queue is kept here: the
 * pipe is shrunk to one page, and `interrupted` drops all that is still
 * queued.  At most that page (85 ms at 24 kHz) of old speech then follows.
 */
struct loop;
struct session_out;
struct sink;

enum sink_form { SINK_STREAM, SINK_PCM, SINK_TEXT, SINK_JSON };

enum {
	SINK_RATE = 24000,		/* of raw PCM */
	SINK_HIGH = 256 << 10,		/* queued bytes: hold the service */
	SINK_PCM_HIGH = 7 << 20,	/* likewise for raw PCM: 2.5 minutes */
	SINK_MAX = 80 << 20		/* the upper limit: any record fits on
					 * top of the above */
};

struct sink_opts {
	enum sink_form form;
	int fd;			/* output in that form */
	const char *name;	/* its name, or NULL: standard output */
	int captions;		/* a descriptor for captions, or -1 */
	bool model_captions;	/* of both sides, else only the user's */
	bool live;		/* text as it comes, not line by line */
	bool user;		/* text is the user's words */
	bool labels;		/* text of both sides, with speakers */
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

/* No more records will come: ends open lines. */
void sink_end(struct sink *);

/* Someone else's line is about to appear on the terminal.  False if the
 * terminal has not accepted all captions yet. */
bool sink_pause_captions(struct sink *);

/* Whether so much is queued that no more should come; false again once half of
 * that is written. */
bool sink_full(struct sink *);

/* Whether everything was written or no longer can be. */
bool sink_idle(const struct sink *);

#endif
