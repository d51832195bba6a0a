#ifndef SESSION_PIECES_H
#define SESSION_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Pieces of the user's side in order, bounded by bytes: what waits to be sent,
 * and what was sent and may have to be sent again.  Sound is kept as samples,
 * all else as the finished message.  One block of memory, which grows up to
 * the bound and is used again; adding a piece copies it once.  Pure.
 */
enum piece_kind {
	PIECE_AUDIO,		/* bytes are s16le mono of `rate` */
	PIECE_IMAGE,
	PIECE_TEXT,		/* typed words, a turn */
	PIECE_CONTROL,		/* activity, end of audio, context, raw */
	PIECE_TOOL		/* an answer to a tool call */
};

struct piece {
	enum piece_kind kind;
	bool live;		/* sound that cannot wait */
	bool loud;		/* sound with speech in it, likely */
	bool faint;		/* sound that is more than silence */
	bool typed;		/* it stands in the history as typed words */
	bool mute;		/* it asks for no answer */
	int rate;
	int64_t at;		/* when it was taken, or sent */
	int64_t us;		/* length of sound in microseconds */
	uint64_t index;		/* number of its message on the connection */
	uint64_t call;		/* PIECE_TOOL: which call it answers */
	int64_t segment;	/* utterance that it belongs to, 0 before the
				 * first */
	const char *data;	/* valid until the next change */
	size_t len;
};

struct pieces {
	char *block;
	size_t start, end, cap, max;
	size_t count;		/* pieces that count */
	size_t bytes;		/* their bytes */
	int64_t us;		/* their sound */
	int64_t live_us;	/* of it, live */
};

/* Nothing is allocated yet.  max bounds the block, headers included. */
void pieces_init(struct pieces *, size_t max);
void pieces_done(struct pieces *);
void pieces_clear(struct pieces *);

/* Copies the piece to the end: 0, or -1 where it does not fit the bound. */
int pieces_add(struct pieces *, const struct piece *);

/* The oldest piece; false where there is none. */
bool pieces_first(const struct pieces *, struct piece *);
void pieces_pop(struct pieces *);

/* From the oldest to the newest: start with *at = 0; false at the end.
 * pieces_kill() takes out the piece given last. */
bool pieces_next(const struct pieces *, size_t *at, struct piece *);
void pieces_kill(struct pieces *, size_t at);

#endif
