#ifndef DIALOG_POSITION_H
#define DIALOG_POSITION_H

#include <stddef.h>
#include <stdint.h>

/*
 * Where in the user's sound the session is: how much was taken from the inputs
 * so far, and which position there a record of the service refers to, by its
 * offsets or, live, by what has been sent.  Pure; zeroed by its owner.
 */
struct buf;

struct position {
	int64_t ns;		/* of sound taken so far */
	int64_t base;		/* ms, where the service's offsets begin */
	int64_t left;		/* where the last connection ended */
	int64_t voice;		/* where the user began to speak, or 0 */
	int64_t quiet;		/* where the user stopped, by an offset from
				 * the service, or 0 */
	int64_t said;		/* until here the user's words are placed */
};

void position_sound(struct position *, size_t samples, int rate);
int64_t position_ms(const struct position *);

/* Appends at_ms and to_ms, each after a comma, for the session's record with
 * this header at ms t; nothing if it is not about the user's speech, or its
 * position is unknown. */
void position_members(struct position *, const char *type, const char *head,
    size_t n, int64_t t, struct buf *out);

#endif
