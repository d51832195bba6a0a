#ifndef BASE_ROW_H
#define BASE_ROW_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The row at the bottom of a terminal, which all programs of a pipeline share.
 *
 * A writer takes the terminal, checks how the row was left, ends or removes
 * it, writes, and records how the row is left now.  A status (a meter,
 * progress) may be removed by anyone and covers nothing; words and prompts are
 * never overwritten, the next writer begins a new row.  Each write yields a
 * mark by which a program sees whether others wrote since.
 *
 * The programs share a file of a few bytes in /dev/shm, or else in
 * /run/user/UID or /tmp, one for each user and terminal, removed by the last
 * program.  Without such a file, or without a terminal, a program knows only of
 * itself.
 */
struct buf;

enum row_kind {
	ROW_DONE,		/* the cursor is at the start of a row */
	ROW_STATUS,		/* to be removed by whoever comes next */
	ROW_WORDS,		/* more of them may follow */
	ROW_PROMPT		/* the user types after it */
};

/* Clears all from the cursor on: for a status that no longer fits into one row;
 * its writer leaves the cursor at its start. */
#define ROW_CLEAR "\033[J"

enum {
	ROW_WORDS_MS = 1500,	/* how long a status leaves words alone, */
	ROW_STATUS_MS = 1000	/* and another program's status */
};

/* For a program that confines itself afterwards: opens the file while it can,
 * and leaves it behind, to be removed by another program or used again. */
void row_early(int fd);

/*
 * Takes the terminal fd for one write.  True if others wrote since the mark
 * (0: whatever is there is another's): what is appended to out, to be written
 * first, ends or removes what they left.  False, with nothing appended, if the
 * row is as this program left it or fd is not a terminal.  Follow at once with
 * row_give() or row_back().
 */
bool row_take(int fd, uint64_t mark, struct buf *out);

/* The same for a status; -1, with no call to follow, if it may not be drawn
 * now: the row is another's, or the program runs in the background. */
int row_take_status(int fd, uint64_t mark, struct buf *out);

/* Ends a write that left a row of this many columns; the new mark. */
uint64_t row_give(enum row_kind, int columns);

/* Ends a write that wrote nothing. */
void row_back(void);

/* Whether others wrote since the mark, and how many ms ago. */
bool row_moved(int fd, uint64_t mark, int64_t *ago);

/* False if this program runs in the background of the terminal fd. */
bool row_front(int fd);

/*
 * Typed input goes to one program at a time.  A question takes the keyboard
 * from row_ask() to row_asked(): false if another program has it, to be tried
 * again.  The others read only between row_hear() and row_heard(), at once and
 * without waiting, and not if row_hear() is false.
 */
bool row_ask(int fd);
void row_asked(int fd);
bool row_hear(int fd);
void row_heard(int fd);

/* Whether another program has the keyboard. */
bool row_others_ask(int fd);

#endif
