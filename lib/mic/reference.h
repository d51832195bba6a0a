#ifndef MIC_REFERENCE_H
#define MIC_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a loudspeaker played, by its own frame numbers, and when; from it the
 * sound at any time, at another rate.  The last eight seconds are kept.  Pure.
 * Times are nanoseconds of one clock.
 */
struct reference;

/* The rate of what reference_read() gives. */
struct reference *reference_new(int rate);
void reference_free(struct reference *);

enum {
	REFERENCE_UNKNOWN = -1,	/* for ns */
	REFERENCE_LOUD = 24	/* a peak from which something is played */
};

/*
 * Samples, s16 of one channel, from this frame on, the first of which sounds
 * at ns.  start: the device was started with it.  False where the rate is
 * impossible: nothing is added.
 */
bool reference_add(struct reference *, int64_t frame, int rate, bool start,
    int64_t ns, const void *p, size_t samples);
/* The device was stopped: what was added from this frame on never sounded. */
void reference_stop(struct reference *, int64_t frame);

/* What reference_read() came upon. */
struct reference_found {
	bool none;		/* nothing was ever added */
	bool late;		/* what sounds then has not been added yet */
	bool wild;		/* the device has started: its times mean
				 * little yet */
	bool sound;		/* it plays, and its time is not known yet */
	bool begun;		/* from here on the line is another one */
};

/*
 * n samples of what sounds from `from` seconds behind ns on.  The stamps
 * tell where in time a device's sound begins; from then on it is read in one
 * piece, along a line of which only reference_steer() decides.
 */
void reference_read(struct reference *, int64_t ns, double from, int n,
    int16_t *out, struct reference_found *);

/* The same once more, of n samples that end where the last ones did, along the
 * line as it is now; n is a multiple of step. */
void reference_again(struct reference *, int step, int n, int16_t *out);

/* To be read by so many seconds later, and faster by so much, of one. */
void reference_steer(struct reference *, double later, double faster);
/* Another place in time, against which the stamps are judged from now on. */
void reference_move(struct reference *, double later);
/* The line begins anew where the stamps say. */
void reference_anew(struct reference *);
/* By how many seconds the stamps have fallen behind the line, by and large. */
double reference_beside(const struct reference *);

/* Until when there is sound, in seconds behind ns; a time long ago where there
 * is none. */
double reference_until(const struct reference *, int64_t ns);

/* How much faster than its rate the device runs, against the microphone. */
double reference_ppm(const struct reference *);

#endif
