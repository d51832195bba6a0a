#ifndef PLAY_SPEAKER_H
#define PLAY_SPEAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "play/player.h"
#include "sound/device.h"

/*
 * A play queue with its device on the loop: keeps the device's short buffer
 * filled, silences it at an interruption, reopens it when lost, and records
 * what was heard.
 */
struct loop;
struct recorder;
struct speaker;

struct speaker_opts {
	const char *device;	/* NULL: none, only a clock */
	int64_t buffer_us, period_us;
	int64_t prebuffer_ms;
	int64_t reopen_ms;	/* how long to wait for a lost device */
	size_t limit;		/* of the queue, in bytes */
	double volume;
	int rate;		/* to open it with */
	bool reference;		/* the device keeps running between turns, and
				 * what it plays is reported */
};

struct speaker_ops {
	void (*news)(void *arg, const struct player_news *);
	/* Whether the news has reached its reader: the first sound after
	 * silence waits for that, 50 ms at most.  May be NULL. */
	bool (*told)(void *arg);
	/*
	 * With reference: these frames, counted from the beginning, were given
	 * to the device and sound from ns on (-1: not known yet); start: they
	 * started the device.  And: it was stopped, and what was given from
	 * this frame on was not played.
	 */
	void (*reference)(void *arg, int64_t frame, int rate, bool start,
	    int64_t ns, const int16_t *p, int n);
	void (*stopped)(void *arg, int64_t frame);
	/* A sentence for the user. */
	void (*say)(void *arg, int level, const char *text);
	/* All input is done and was heard (why is NULL), or the device is lost
	 * for good (why is a sentence). */
	void (*over)(void *arg, const char *why);
};

/* NULL if the device cannot be opened; why (of size bytes) is a sentence.
 * recorder may be NULL and stays the caller's. */
struct speaker *speaker_new(struct loop *, const struct speaker_opts *,
    struct recorder *, const struct speaker_ops *, void *arg, char *why,
    size_t size);
/* Silences the device at once. */
void speaker_free(struct speaker *);

/* As player_add() and so on; call speaker_pump() after a batch of them. */
void speaker_add(struct speaker *, int64_t turn, int rate, const void *p,
    size_t samples);
bool speaker_full(const struct speaker *);
void speaker_turn_done(struct speaker *, int64_t turn);
void speaker_new_stream(struct speaker *);
void speaker_input_done(struct speaker *);
void speaker_pump(struct speaker *);

/* Silences at once a turn (0: all) and those before it. */
void speaker_interrupt(struct speaker *, int64_t turn);

/* Silences everything, without news if nothing waits or sounds. */
void speaker_silence(struct speaker *);

struct speaker_stats {
	int64_t heard_ms, stale_ms;
	int xruns, dry, interrupts, reopened;
};
void speaker_stats(const struct speaker *, struct speaker_stats *);

#endif
