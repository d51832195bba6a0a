#ifndef MIC_PANEL_H
#define MIC_PANEL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the user sees of a microphone, as a status row on the terminal
 * (base/row.h) at standard error: the level, and with push-to-talk that it is
 * recording, for how long, and that this was sent.
 */
struct loop;
struct panel;

/* NULL if there is nothing to show: standard error is not a terminal, or
 * neither is wanted.  SIGTSTP removes the row before the program stops. */
struct panel *panel_new(struct loop *, int rate, bool level, bool key);
void panel_free(struct panel *);

/* An activity started or ended at stream time t. */
void panel_activity(struct panel *, int64_t t, bool start);

/* Takes a frame, and whether everything has been sent; drawn ten times a
 * second. */
void panel_frame(struct panel *, int64_t t, const int16_t *p, int n, bool sent);

#endif
