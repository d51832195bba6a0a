#ifndef FRAMES_SHUTTER_H
#define FRAMES_SHUTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames/shot.h"
#include "frames/supply.h"

/*
 * Which picture of a supply is sent, and when: the one due, if it shows
 * something new, while the session is there and, if required, the user speaks.
 */
struct shutter;
struct loop;

/* A live picture that waited this long for the session is not sent. */
enum { SHUTTER_LATE_MS = 1000 };

struct shutter_opts {
	struct supply_opts from;	/* its fps is the one below */
	struct shot_opts how;
	double fps, idle_fps;	/* idle_fps: if nothing is new; 0: never */
	int64_t count;		/* pictures to send; 0: no limit */
	bool on_speech;		/* only while the user speaks */
};

struct shutter_ops {
	/* Whether the reader can take a picture now; asked again soon. */
	bool (*room)(void *arg);
	/* A picture to send, valid during the call: its time in ms since the
	 * start, and by how many per cent it differs from the last. */
	void (*picture)(void *arg, const struct shot_made *, int64_t t,
	    double changed);
	struct supply_ops supply;	/* of its source */
};

struct shutter_counts {
	unsigned long came, sent;
	unsigned long same;	/* left out: nothing new */
	unsigned long missed;	/* left out: away, or nobody spoke */
	unsigned long bad;	/* damaged or unusable ones */
	unsigned long lost, damaged;	/* by the camera */
};

/* NULL with a sentence in why if the first source cannot be opened. */
struct shutter *shutter_open(struct loop *, const struct shutter_opts *,
    const struct shutter_ops *, void *arg, char *why, size_t size);
void shutter_close(struct shutter *);

/* Sends no more pictures.  What is running is killed; it is gone once
 * shutter_busy() is false. */
void shutter_stop(struct shutter *);
bool shutter_busy(const struct shutter *);
/* Whether a picture is being made: wait for it unless in a hurry. */
bool shutter_looking(const struct shutter *);
/* For those who cannot wait: kills at once what is running, with all that it
 * started. */
void shutter_kill(struct shutter *);

/* The session is away, or back; the user speaks, or not. */
void shutter_away(struct shutter *, bool);
void shutter_speaking(struct shutter *, bool);

/* Whether no more pictures will be sent; told: something is left that could
 * report on the session or on speech. */
bool shutter_over(const struct shutter *, bool told);
/* Whether the pictures are files, and so come to an end. */
bool shutter_finite(const struct shutter *);
/* Whether a picture may be sent: session there, user speaking if required. */
bool shutter_allowed(const struct shutter *);
/* Whether the first picture, from files, is still to be sent. */
bool shutter_first(const struct shutter *);

struct shutter_counts shutter_counts(const struct shutter *);

#endif
