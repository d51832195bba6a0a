#ifndef LOOP_PROMPT_H
#define LOOP_PROMPT_H

#include <stdbool.h>

/*
 * A prompt on a terminal that other programs write to as well (base/row.h): it
 * stands at the bottom as long as it is shown.  Where others have written it is
 * drawn again in a row of its own once they pause for PROMPT_PAUSE_MS; also
 * when the program goes on after it was stopped.  In the background it waits,
 * and while another program has the keyboard for a question (row_ask()).
 * What the user had typed by then is not lost, the terminal keeps it.
 */
struct buf;
struct loop;
struct prompt;

enum { PROMPT_PAUSE_MS = 500 };

/* draw() appends the prompt, without a newline, for a terminal of so many
 * columns.  fd is the caller's. */
struct prompt *prompt_new(struct loop *, int fd,
    void (*draw)(void *arg, int columns, struct buf *out), void *arg);
void prompt_free(struct prompt *);

/* Draws it now, in a row of its own. */
void prompt_show(struct prompt *);

bool prompt_shown(const struct prompt *);

/* Whether it is what stands at the bottom: drawn, and nobody wrote since. */
bool prompt_stands(const struct prompt *);

/* The user has answered, or typed a line though it is not shown: by a newline,
 * so the cursor stands at the start of a row.  It is no longer drawn. */
void prompt_answered(struct prompt *);

/* It is no longer drawn, and its row is ended by whoever writes next. */
void prompt_hide(struct prompt *);

#endif
