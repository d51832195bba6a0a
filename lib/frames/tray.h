#ifndef FRAMES_TRAY_H
#define FRAMES_TRAY_H

#include <stdbool.h>

#include "picture/pictures.h"

/*
 * The picture that waits to be shown, what a live source delivered while it
 * was being looked at, and a damaged one that is kept in want of a better.
 */
struct tray {
	struct picture_kept kept;
	struct picture_data data;
	bool waiting;
	bool lent;		/* the one that waits is being looked at */
	struct picture_kept newer;	/* what a live source had meanwhile */
	struct picture_data newer_data;
	bool newest;			/* it has */
	struct picture_kept spare;	/* a damaged one, in want of a better */
	struct picture_data spare_data;
	char spare_why[200];		/* empty: there is none */
};

void tray_done(struct tray *);

/* Whether what comes now has to stand behind the one that is looked at. */
bool tray_busy(const struct tray *);
/* Takes a picture, with its memory out of ps unless that is NULL: to wait, or
 * behind the one that is looked at. */
void tray_put(struct tray *, const struct picture_data *, struct pictures *ps);
/* Memory for the next picture, for those that are copied. */
struct picture_kept *tray_room(struct tray *, size_t n);

/* The waiting one is dealt with: whether a newer one takes its place. */
bool tray_next(struct tray *);

/* The waiting one is damaged: it becomes the spare one.  And: the spare one
 * waits again, as the last. */
void tray_spare(struct tray *, const char *why);
void tray_offer(struct tray *);

#endif
