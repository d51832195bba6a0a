#ifndef BASE_ROW_H
#define BASE_ROW_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The row at the bottom of a terminal, which all programs of a pipeline share.
 *
 * Whoever writes there takes the terminal, looks how the row was left, ends it
 * or removes it, writes, and says how the row is left now.  A status (a meter,
 * progress) may be removed by everybody and covers nothing; words and prompts
 * are never written over, the next one begins a row of its own.  Each taking
 * gives a mark, by which a program sees that others wrote since.
 *
 * What the programs tell each other stands in a file of a few bytes in
 * /dev/shm, one for each user and terminal, removed by the last one.  Where
 * there can be none, or the terminal is none, a program knows only of itself.
 */
struct buf;

enum row_kind {
	ROW_DONE,		/* the cursor stands at the start of a row */
	ROW_STATUS,		/* to be removed by whoever comes next */
	ROW_WORDS,		/* more of them may follow */
	ROW_PROMPT		/* the user types behind it */
};

enum {
	ROW_WORDS_MS = 1500,	/* a status leaves words alone so long, */
	ROW_STATUS_MS = 1000	/* and another program's status */
};

/*
 * For one write to the terminal fd: true if others wrote since the mark (0:
 * whatever is there is another's); what they left is ended or removed by what
 * is appended to out, to be written first.  False: the row is as this program
 * left it, or fd is not a terminal; nothing is appended.  row_give() or
 * row_back() follows at once.
 */
bool row_take(int fd, uint64_t mark, struct buf *out);

/* The same for a status; -1 where it may not be drawn now: the row is another
 * one's, or the program runs in the background.  Nothing follows then. */
int row_take_status(int fd, uint64_t mark, struct buf *out);

/* It was written, and leaves a row of so many columns; the new mark. */
uint64_t row_give(enum row_kind, int columns);

/* Nothing was written. */
void row_back(void);

/* Whether others wrote since the mark, and how many ms ago. */
bool row_moved(int fd, uint64_t mark, int64_t *ago);

/* Whether this program may write to the terminal of fd as one that the user
 * has before him: false in the background. */
bool row_front(int fd);

/*
 * What is typed is for one program at a time.  A question takes the keyboard
 * for as long as it stands: false where another program has it, to be tried
 * again.  The others read only between row_hear() and row_heard(), that is at
 * once and without waiting, and not where row_hear() is false.
 */
bool row_ask(int fd);
void row_asked(int fd);
bool row_hear(int fd);
void row_heard(int fd);

/* Whether another program has the keyboard. */
bool row_others_ask(int fd);

#endif
