#ifndef LOOP_PROMPT_H
#define LOOP_PROMPT_H

#include <stdbool.h>

/*
 * A prompt on a terminal that other programs write to as well (base/row.h): it
 * stays at the bottom while it is shown.  After others have written it is
 * redrawn in a row of its own once they pause for PROMPT_PAUSE_MS, and also
 * when the program continues after a stop.  It waits in the background, and
 * while another program has the keyboard for a question (row_ask()).  What the
 * user had typed is not lost: the terminal keeps it.
 */
struct buf;
struct loop;
struct prompt;

enum { PROMPT_PAUSE_MS = 500 };

/* draw() appends the prompt, without a newline, for a terminal that many
 * columns wide.  The caller keeps fd. */
struct prompt *prompt_new(struct loop *, int fd,
    void (*draw)(void *arg, int columns, struct buf *out), void *arg);
void prompt_free(struct prompt *);

/* Draws it now, in a row of its own. */
void prompt_show(struct prompt *);

bool prompt_shown(const struct prompt *);

/* Whether it is at the bottom: drawn, and nobody has written since. */
bool prompt_stands(const struct prompt *);

/* The user has answered, or typed a line while it was not shown: with a
 * newline, so the cursor is at the start of a row.  It is no longer drawn. */
void prompt_answered(struct prompt *);

/* Stops drawing it; whoever writes next ends its row. */
void prompt_hide(struct prompt *);

#endif
