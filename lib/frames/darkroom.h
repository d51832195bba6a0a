#ifndef FRAMES_DARKROOM_H
#define FRAMES_DARKROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames/shot.h"

/*
 * A shot in a process of its own, which can do nothing but that: what a picture
 * does to its decoder stays there, and the loop never waits for it.  One
 * picture at a time.
 */
struct darkroom;
struct loop;

/* A picture that takes longer is given up: its process is killed, and the next
 * one gets a new one. */
enum { DARKROOM_MS = 15000 };

struct darkroom_ops {
	/* How it went; m is what is to be sent, valid during the call, or NULL
	 * where it is not to go.  With SHOT_BAD and SHOT_DAMAGED there is a
	 * reason. */
	void (*developed)(void *arg, enum shot_status, double changed,
	    const char *why, const struct shot_made *m);
};

struct darkroom *darkroom_open(struct loop *, const struct shot_opts *,
    const struct darkroom_ops *, void *arg);
void darkroom_close(struct darkroom *);

/* The picture is copied.  With stale one without news is made as well. */
void darkroom_develop(struct darkroom *, const struct picture_data *,
    bool stale);
bool darkroom_busy(const struct darkroom *);

#endif
