#ifndef MIC_PANEL_H
#define MIC_PANEL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a person sees of a microphone, as a status of the terminal (base/row.h)
 * at standard error: the level, and with push to talk that it records, for how
 * long, and that this has gone out.
 */
struct panel;

/* NULL where there is nothing to be shown: standard error is not a terminal, or
 * neither is wanted. */
struct panel *panel_new(int rate, bool level, bool key);
void panel_free(struct panel *);

/* An activity starts, or has ended, at a time of the stream. */
void panel_activity(struct panel *, int64_t t, bool start);

/* A frame, and whether all that goes out has gone out; drawn ten times a
 * second. */
void panel_frame(struct panel *, int64_t t, const int16_t *p, int n, bool sent);

#endif
