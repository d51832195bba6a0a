#ifndef FRAMES_SUPPLY_H
#define FRAMES_SUPPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames/camera.h"
#include "picture/pictures.h"

/*
 * Where pictures come from: files, a descriptor, a camera, a command; and
 * which one is to be shown now.  At most one picture waits; from a live
 * source, the newest.
 */
struct supply;
struct loop;

enum supply_pace {
	SUPPLY_AUTO,		/* depends on the source */
	SUPPLY_LIVE,		/* the newest wins, the source never waits */
	SUPPLY_HOLD,		/* every one is shown; the source waits */
	SUPPLY_REAL,		/* at the source's own frame rate */
	SUPPLY_FAST		/* likewise, without waiting for the time */
};

enum { SUPPLY_PATHS = 1024 };

struct supply_opts {
	const char *const *paths;	/* read one after another; "-" is
					 * standard input */
	size_t n_paths;
	const char *const *command;	/* run for each picture */
	const struct camera_opts *camera;
	enum supply_pace pace;
	const struct pixels *raw;	/* layout of raw video, or NULL */
	double rate;			/* of a source that has none; 0 */
	double fps;			/* wanted for REAL and FAST */
	int64_t timeout_ms;		/* of the command */
};

struct supply_ops {
	/* A sentence on something left out; code is CODE_OK if the source is
	 * none the worse for it. */
	void (*trouble)(void *arg, int code, const char *text);
	/* No more will come (a waiting one can still be taken); code is an
	 * exit code, text a sentence, or NULL if trouble() said it all.
	 * Called once. */
	void (*over)(void *arg, int code, const char *text);
};

/* NULL with a sentence in why if the first source cannot be opened. */
struct supply *supply_open(struct loop *, const struct supply_opts *,
    const struct supply_ops *, void *arg, char *why, size_t size);
void supply_close(struct supply *);
/* Kills a running command; it is gone once nothing is busy. */
void supply_stop(struct supply *);
/* Kills it at once, with no time to end properly. */
void supply_kill(struct supply *);

/* The waiting picture, or NULL; valid until taken, or rejected with a
 * reason. */
const struct picture_data *supply_waiting(const struct supply *);
void supply_taken(struct supply *);
/* It is being looked at: it stays until taken, rejected or found damaged, and
 * what a live source delivers meanwhile comes after it. */
void supply_lend(struct supply *);
void supply_reject(struct supply *, const char *why);
/* It is damaged: kept in case it is the only one of its file or pipe, and then
 * offered again, as the last. */
void supply_damaged(struct supply *, const char *why);

/* A picture is wanted now: only a command needs to be told.  Returns whether
 * it was started. */
bool supply_ask(struct supply *);

/* LIVE, HOLD, REAL or FAST, once a picture waits. */
enum supply_pace supply_pace(const struct supply *);
/* For REAL and FAST: the time of the waiting picture, in ms from the first
 * one. */
int64_t supply_time(const struct supply *);

struct supply_state {
	bool finite;		/* it will come to an end: regular files */
	bool drained;		/* no more is read from the last of them */
	bool over;
	bool busy;		/* a command runs */
	int64_t since;		/* loop_now() when the waiting picture came */
	unsigned long came, bad;	/* bad: left out or rejected */
	struct camera *camera;	/* NULL if it is none */
};
struct supply_state supply_state(const struct supply *);

#endif
