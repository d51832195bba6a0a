#ifndef FRAMES_SHUTTER_H
#define FRAMES_SHUTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames/shot.h"
#include "frames/supply.h"

/*
 * Which picture of a supply goes, and when: the one that is due, if it shows
 * something new, while the session is there and, where that is asked for, the
 * user speaks.
 */
struct shutter;
struct loop;

/* A live picture that has waited this long for the session is not sent. */
enum { SHUTTER_LATE_MS = 1000 };

struct shutter_opts {
	struct supply_opts from;	/* its fps is that of here */
	struct shot_opts how;
	double fps, idle_fps;	/* idle_fps: of those without news; 0: never */
	int64_t count;		/* pictures to send; 0: no end */
	bool on_speech;		/* only while the user speaks */
};

struct shutter_ops {
	/* Whether the reader takes a picture now; it is asked again soon. */
	bool (*room)(void *arg);
	/* A picture to be sent, valid during the call: its time in ms since
	 * the beginning, and by how many per cent it differs from the last. */
	void (*picture)(void *arg, const struct shot_made *, int64_t t,
	    double changed);
	/* As of struct supply_ops. */
	void (*trouble)(void *arg, int code, const char *text);
	void (*over)(void *arg, int code, const char *text);
};

struct shutter_counts {
	unsigned long came, sent;
	unsigned long same;	/* left out without news */
	unsigned long missed;	/* left out while away, or nobody spoke */
	unsigned long bad;	/* things damaged or not usable */
	unsigned long lost, damaged;	/* by the camera */
};

/* NULL with a sentence where the first source cannot be opened. */
struct shutter *shutter_open(struct loop *, const struct shutter_opts *,
    const struct shutter_ops *, void *arg, char *why, size_t size);
void shutter_close(struct shutter *);

/* No picture goes any more.  What runs is killed; it is gone once
 * shutter_busy() is false. */
void shutter_stop(struct shutter *);
bool shutter_busy(const struct shutter *);
/* A picture is on its way: what asks for no hurry waits for it. */
bool shutter_looking(const struct shutter *);
/* For who cannot wait for that: what runs is killed at once, with all it
 * started. */
void shutter_kill(struct shutter *);

/* The session is away, or back; the user speaks, or not. */
void shutter_away(struct shutter *, bool);
void shutter_speaking(struct shutter *, bool);

/* Whether no more pictures will go; told says whether somebody is left who
 * could tell of the session or of speech. */
bool shutter_over(const struct shutter *, bool told);
/* Whether the pictures are files, whose end is near. */
bool shutter_finite(const struct shutter *);
/* Whether a picture may go: the session is there, and the user speaks. */
bool shutter_allowed(const struct shutter *);
/* Whether of files the first picture is still to go. */
bool shutter_first(const struct shutter *);

struct shutter_counts shutter_counts(const struct shutter *);

#endif
