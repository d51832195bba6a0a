#ifndef PLAY_PLAYER_H
#define PLAY_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is to be played, what is in the device and what has been heard.  Pure:
 * sound goes in by turns, frames for the device come out, and the device's
 * delay tells how much was heard.  Sound is kept until heard, so a device that
 * loses its buffer gets it again, and an interruption removes only the sound
 * of its turn and of earlier ones.  Times are in milliseconds.
 */
struct player;

struct player_config {
	int rate;		/* the device's, until player_device() */
	int period;		/* the device's period, in frames */
	int64_t prebuffer;	/* ms of sound to wait for before starting, and
				 * how long to wait at most */
	size_t limit;		/* of the queue, in bytes */
	double volume;		/* 1 leaves the sound unchanged */
};

/* What became of a turn. */
struct player_news {
	int64_t turn;		/* 0: the sound had none */
	int64_t ms;		/* of it heard */
	int64_t at;		/* when its sound begins or ended */
	bool playing;		/* being heard, or about to be */
	bool done;		/* nothing more of it will be heard */
	bool interrupted;	/* because it was interrupted */
};

struct player_ops {
	void (*news)(void *arg, const struct player_news *);
};

struct player *player_new(const struct player_config *,
    const struct player_ops *, void *arg);
void player_free(struct player *);

/* The device was opened or reopened with this rate and period.  Not while it
 * holds sound. */
void player_device(struct player *, int rate, int period);

/* Adds sound, s16 mono, of a turn (0: none); copied.  False if the turn was
 * already interrupted: the sound is left out. */
bool player_add(struct player *, int64_t now, int64_t turn, int rate,
    const void *p, size_t samples);
/* Whether the queue has reached its limit: hold the writer. */
bool player_full(const struct player *);
/* No more sound comes for this turn (0: the last one); for any turn.  And: a
 * new stream begins, which may restart its turn numbers. */
void player_turn_done(struct player *, int64_t now, int64_t turn);
void player_input_done(struct player *);
void player_new_stream(struct player *);

/* Whether the device's buffer holds sound of this turn (0: any) or earlier. */
bool player_holds(const struct player *, int64_t turn);
/*
 * The turn (0: everything so far) is interrupted.  Call player_heard() first.
 * If player_holds() was true the device must have been silenced, and what it
 * held of later turns is played again.
 */
void player_interrupt(struct player *, int64_t now, int64_t turn);

/* The next frames for the device, at most n; returns how many, 0 if there is
 * nothing to write now.  They count as held by the device from now on. */
int player_fill(struct player *, int64_t now, int16_t *dst, int n);

/* The caller gave the device n frames of silence. */
void player_rest(struct player *, int n);

/* level frames are still to be heard and fill are in the device's buffer (both
 * include frames filled but not yet written); reports news. */
void player_heard(struct player *, int64_t now, int level, int fill);
/* The device lost what it held, which is played again. */
void player_lost(struct player *, int64_t now);

/* Whether there is sound to write now, device room permitting. */
bool player_wants(const struct player *, int64_t now);
/* Whether the device holds sound or soon will, so must not be stopped. */
bool player_busy(const struct player *);
/* When to call player_heard() and player_fill() again even if the device does
 * not ask; INT64_MAX: never. */
int64_t player_deadline(const struct player *);
/* Whether the input is done and everything was heard. */
bool player_done(const struct player *);

/* The rate of the sound to be written next; 0 if there is none. */
int player_rate(const struct player *);
/* Sound waiting to be written, in ms; how often it ran out in mid-turn; stale
 * sound left out, in ms. */
int64_t player_queued(const struct player *);
int player_dry(const struct player *);
int64_t player_stale(const struct player *);

#endif
