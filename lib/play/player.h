#ifndef PLAY_PLAYER_H
#define PLAY_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is to be played, what is in the device and what has been heard.  Pure:
 * sound goes in by turns, frames for the device come out, and the device's
 * delay tells how much of it was heard.  Sound is kept until it was heard, so a
 * device that loses its buffer gets it again, and an interruption takes away
 * the sound of its turn and of earlier ones and nothing else.  Times are
 * milliseconds.
 */
struct player;

struct player_config {
	int rate;		/* the device's, until player_device() */
	int period;		/* the device's period, in frames */
	int64_t prebuffer;	/* sound to wait for before starting, and how
				 * long at most */
	size_t limit;		/* of the queue, in bytes */
	double volume;		/* 1 leaves the sound as it is */
};

/* What has become of a turn. */
struct player_news {
	int64_t turn;		/* 0: the sound had none */
	int64_t ms;		/* of it that was heard */
	int64_t at;		/* when its sound begins or ended */
	bool playing;		/* it is being heard, or will be at once */
	bool done;		/* no more of it will be heard */
	bool interrupted;	/* since it was interrupted */
};

struct player_ops {
	void (*news)(void *arg, const struct player_news *);
};

struct player *player_new(const struct player_config *,
    const struct player_ops *, void *arg);
void player_free(struct player *);

/* The device has been opened (anew): its rate and period.  Not while it holds
 * sound. */
void player_device(struct player *, int rate, int period);

/* Sound, s16 in mono, of a turn (0: none); copied.  False where the turn was
 * interrupted before: the sound is left out. */
bool player_add(struct player *, int64_t now, int64_t turn, int rate,
    const void *p, size_t samples);
/* Whether the queue has reached its limit: hold the writer. */
bool player_full(const struct player *);
/* No more sound comes for this turn (0: the last one); for any; and: a new
 * stream begins and may count its turns anew. */
void player_turn_done(struct player *, int64_t now, int64_t turn);
void player_input_done(struct player *);
void player_new_stream(struct player *);

/* Whether the device's buffer holds sound of this turn (0: any) or earlier. */
bool player_holds(const struct player *, int64_t turn);
/*
 * The turn (0: everything so far) is interrupted.  Call player_heard() before.
 * Where player_holds() said yes the device has been silenced, and what it held
 * of later turns is played again.
 */
void player_interrupt(struct player *, int64_t now, int64_t turn);

/* The next frames for the device, at most n.  0: nothing to write now.  Frames
 * given count as held by the device from here on. */
int player_fill(struct player *, int64_t now, int16_t *dst, int n);

/* So many frames of silence were given to the device by the caller. */
void player_rest(struct player *, int n);

/* So many frames are still to be heard, and so many are in the device's buffer
 * (and what was filled but not written yet, in both); tells news. */
void player_heard(struct player *, int64_t now, int level, int fill);
/* The device has lost what it held: it is played again. */
void player_lost(struct player *, int64_t now);

/* Whether there is sound to be written now, as far as the device has room. */
bool player_wants(const struct player *, int64_t now);
/* Whether the device holds sound, or soon will: it must not be stopped. */
bool player_busy(const struct player *);
/* When to call player_heard() and player_fill() again although the device has
 * not asked; INT64_MAX for never. */
int64_t player_deadline(const struct player *);
/* Whether the input is done and everything was heard. */
bool player_done(const struct player *);

/* The rate of the sound to be written next; 0 where there is none. */
int player_rate(const struct player *);
/* Sound waiting to be written, in ms; how often it ran out in mid-turn; frames
 * of stale sound left out, in ms. */
int64_t player_queued(const struct player *);
int player_dry(const struct player *);
int64_t player_stale(const struct player *);

#endif
