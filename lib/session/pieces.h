#ifndef SESSION_PIECES_H
#define SESSION_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Pieces of the user's input in order, bounded in bytes: those waiting to be
 * sent, and those sent that may have to be resent.  Sound is kept as samples,
 * all else as finished messages.  One block of memory, which grows up to the
 * bound and is reused; adding a piece copies it once.  Pure.
 */
enum piece_kind {
	PIECE_AUDIO,		/* s16le mono at `rate` */
	PIECE_IMAGE,
	PIECE_TEXT,		/* typed words, a turn */
	PIECE_CONTROL,		/* activity, end of audio, context, raw */
	PIECE_TOOL		/* an answer to a tool call */
};

struct piece {
	enum piece_kind kind;
	bool live;		/* sound that cannot wait */
	bool loud;		/* sound likely to contain speech */
	bool faint;		/* sound other than silence */
	bool typed;		/* in the history as typed words */
	bool mute;		/* wants no answer */
	int rate;
	int64_t at;		/* when it was accepted, or sent */
	int64_t us;		/* duration of sound in microseconds */
	uint64_t index;		/* number of its message on the connection */
	uint64_t call;		/* PIECE_TOOL: which call it answers */
	int64_t segment;	/* utterance it belongs to, 0 before the
				 * first */
	const char *data;	/* valid until the next change */
	size_t len;
};

struct pieces {
	char *block;
	size_t start, end, cap, max;
	size_t count;		/* pieces not killed */
	size_t bytes;		/* their bytes */
	int64_t us;		/* their sound */
	int64_t live_us;	/* of that, live */
};

/* Allocates nothing yet. max bounds the block, headers included. */
void pieces_init(struct pieces *, size_t max);
void pieces_done(struct pieces *);
void pieces_clear(struct pieces *);

/* Copies the piece to the end: 0, or -1 if that would exceed the bound. */
int pieces_add(struct pieces *, const struct piece *);

/* The oldest piece; false if there is none. */
bool pieces_first(const struct pieces *, struct piece *);
void pieces_pop(struct pieces *);

/* Iterates from oldest to newest: start with *at = 0; false at the end.
 * pieces_kill() removes the piece returned last. */
bool pieces_next(const struct pieces *, size_t *at, struct piece *);
void pieces_kill(struct pieces *, size_t at);

#endif
