#ifndef MIC_REFERENCE_H
#define MIC_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a loudspeaker played, by its own frame numbers, and when; yields the
 * sound at any time, at another rate, without what nobody hears (mic/rumble).
 * Keeps the last eight seconds.  Pure.
 * Times are nanoseconds of one clock.
 */
struct reference;

/* rate is that of reference_read()'s output; early: what sounds may be told any
 * time before, as by a file. */
struct reference *reference_new(int rate, bool early);
void reference_free(struct reference *);

enum {
	REFERENCE_UNKNOWN = -1,	/* for ns */
	REFERENCE_LOUD = 24	/* the peak from which something is playing */
};

/*
 * Adds samples, s16 mono, from this frame on, the first of which sounds at ns.
 * start: it started the device.  False if rate, frame or time are impossible:
 * nothing is added.
 */
bool reference_add(struct reference *, int64_t frame, int rate, bool start,
    int64_t ns, const void *p, size_t samples);
/* The device was stopped: what was added from this frame on was not played. */
void reference_stop(struct reference *, int64_t frame);

/* What reference_read() found. */
struct reference_found {
	bool none;		/* nothing was ever added */
	bool late;		/* what sounds then was not added yet, or what
				 * was added leads nowhere near it */
	bool wild;		/* the device just started: its times mean
				 * little yet */
	bool sound;		/* it plays, but its time is still unknown */
	bool begun;		/* a new line begins here */
};

/*
 * Reads n samples of what sounds from `from` seconds after ns on.  The stamps
 * tell when a device's sound begins; from then on it is read continuously,
 * along a line that only reference_steer() changes.
 */
void reference_read(struct reference *, int64_t ns, double from, int n,
    int16_t *out, struct reference_found *);

/* Reads again n samples that end where the last ones did, along the present
 * line; n is a multiple of step. */
void reference_again(struct reference *, int step, int n, int16_t *out);

/* Read that many seconds later, and faster by that fraction. */
void reference_steer(struct reference *, double later, double faster);
/* How much slower than nominal the reader's clock is, by its own stamps: that
 * tells the speed, unless it is known better. */
void reference_clock(struct reference *, double slow, bool known);
/* Moves the line in time; the stamps are judged against it from now on. */
void reference_move(struct reference *, double later);
/* By how many seconds altogether it was moved since it began. */
double reference_moved(const struct reference *);
/* Begins a new line where the stamps say. */
void reference_anew(struct reference *);
/* By roughly how many seconds the stamps have fallen behind the line; and by
 * how many the last one. */
double reference_beside(const struct reference *);
double reference_off(const struct reference *);

/* Until when there is sound, in seconds after ns; a time long ago if there is
 * none. */
double reference_until(const struct reference *, int64_t ns);

/* How much faster than nominal the device runs, relative to the microphone. */
double reference_ppm(const struct reference *);

#endif
