#ifndef FRAMES_SUPPLY_H
#define FRAMES_SUPPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames/camera.h"
#include "picture/pictures.h"

/*
 * Where pictures come from: files, a descriptor, a camera, a command; and
 * which of them is the one to be shown now.  At most one picture waits; of a
 * live source the newest.
 */
struct supply;
struct loop;

enum supply_pace {
	SUPPLY_AUTO,		/* by what the source is */
	SUPPLY_LIVE,		/* the newest wins, the source never waits */
	SUPPLY_HOLD,		/* each one is shown; the source waits */
	SUPPLY_REAL,		/* by the source's own frame rate */
	SUPPLY_FAST		/* the same, without waiting for the time */
};

enum { SUPPLY_PATHS = 1024 };

struct supply_opts {
	const char *const *paths;	/* read one after the other; "-" is
					 * standard input */
	size_t n_paths;
	const char *const *command;	/* run for each picture */
	const struct camera_opts *camera;
	enum supply_pace pace;
	const struct pixels *raw;	/* layout of raw video, or NULL */
	double rate;			/* of a source that tells none; 0 */
	double fps;			/* wanted of REAL and FAST */
	int64_t timeout_ms;		/* of the command */
};

struct supply_ops {
	/* A sentence on something that was left out; code is CODE_OK where
	 * the source is none the worse for it. */
	void (*trouble)(void *arg, int code, const char *text);
	/* No more will come (the one that waits still can be had); code as an
	 * exit code, with a sentence or, where trouble() told it all, NULL.
	 * Called once. */
	void (*over)(void *arg, int code, const char *text);
};

/* NULL with a sentence where the first source cannot be opened. */
struct supply *supply_open(struct loop *, const struct supply_opts *,
    const struct supply_ops *, void *arg, char *why, size_t size);
void supply_close(struct supply *);
/* A command that runs is killed; it is gone once this is false. */
void supply_stop(struct supply *);
bool supply_busy(const struct supply *);
/* The same at once, without the time to end in order. */
void supply_kill(struct supply *);

/* The picture that waits, or NULL; valid until it is taken, or rejected with a
 * reason. */
const struct picture_data *supply_waiting(const struct supply *);
void supply_taken(struct supply *);
/* It is being looked at: until one of these three it stays, and what a live
 * source has meanwhile comes after it. */
void supply_lend(struct supply *);
void supply_reject(struct supply *, const char *why);
/* Or it is damaged: kept in case that it is the only one of its file or pipe,
 * and then given again, as the last. */
void supply_damaged(struct supply *, const char *why);

/* A picture is wanted now: only a command needs to be told.  Whether it was
 * started. */
bool supply_ask(struct supply *);

/* LIVE or HOLD, REAL or FAST, once a picture waits. */
enum supply_pace supply_pace(const struct supply *);
/* Of REAL and FAST: the time of the picture that waits, in ms from the first
 * one. */
int64_t supply_time(const struct supply *);
/* When the picture that waits came, in loop_now(). */
int64_t supply_since(const struct supply *);

/* Whether it has an end that is near: regular files. */
bool supply_finite(const struct supply *);
/* Whether nothing more will be read of the last of its files. */
bool supply_drained(const struct supply *);
bool supply_over(const struct supply *);

/* Pictures that came, and what was left out or rejected. */
unsigned long supply_came(const struct supply *);
unsigned long supply_bad(const struct supply *);

/* NULL where it is not a camera. */
const struct camera *supply_camera(const struct supply *);

#endif
