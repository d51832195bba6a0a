#ifndef FRAMES_DARKROOM_H
#define FRAMES_DARKROOM_H

#include <stdbool.h>

#include "frames/shot.h"

/*
 * A shot in a process of its own that can do nothing else: what a picture does
 * to its decoder stays there, and the loop never waits for it.  One picture at
 * a time.
 */
struct darkroom;
struct loop;

/* A picture that takes longer is abandoned: its process is killed, and the
 * next picture gets a new one. */
enum { DARKROOM_MS = 15000 };

struct darkroom_ops {
	/* The result; m is what to send, valid during the call, or NULL if it
	 * is not to be sent. why is set with SHOT_BAD and SHOT_DAMAGED. */
	void (*developed)(void *arg, enum shot_status, double changed,
	    const char *why, const struct shot_made *m);
};

struct darkroom *darkroom_open(struct loop *, const struct shot_opts *,
    const struct darkroom_ops *, void *arg);
void darkroom_close(struct darkroom *);

/* Develops a copy of the picture; with stale, even if it shows nothing new. */
void darkroom_develop(struct darkroom *, const struct picture_data *,
    bool stale);
bool darkroom_busy(const struct darkroom *);

#endif
