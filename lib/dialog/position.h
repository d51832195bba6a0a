#ifndef DIALOG_POSITION_H
#define DIALOG_POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where in the user's sound the session is: what was taken from the inputs so
 * far, and to which place there a record of the service's belongs, by the
 * offsets that it gives or, live, by what has been sent.  Pure; zeroed by its
 * owner.
 */
struct buf;

struct position {
	int64_t ns;		/* of sound that was taken */
	int64_t base;		/* ms, where the service's offsets begin */
	int64_t left;		/* where the last connection ended */
	int64_t voice;		/* where the user began to speak, or 0 */
	int64_t quiet;		/* where the user stopped, by an offset of the
				 * service's, or 0 */
	int64_t said;		/* up to here the user's words have a place */
};

void position_sound(struct position *, size_t samples, int rate);
int64_t position_ms(const struct position *);

/* Appends at_ms and to_ms, each behind a comma, for a record of the session's
 * at ms t, whose header is given; nothing where it is not about the user's
 * speech, or its place is not known. */
void position_members(struct position *, const char *type, const char *head,
    size_t n, int64_t t, struct buf *out);

#endif
