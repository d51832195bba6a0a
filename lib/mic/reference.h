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
	bool unsure;		/* the device started a moment before */
	bool wild;		/* so short that its times mean nothing yet */
	bool sound;		/* it plays, and its time is not known yet */
	bool jumped;		/* the stamps moved, and nothing told why */
};

/*
 * n samples of what sounds from `from` to `to` seconds behind ns.  Where one
 * call's end is the next one's beginning the sound is of one piece.
 */
void reference_read(struct reference *, int64_t ns, double from, double to,
    int n, int16_t *out, struct reference_found *);

/* Until when there is sound, in seconds behind ns; a time long ago where there
 * is none. */
double reference_until(const struct reference *, int64_t ns);

/* As track_beside(), of the line that the device is on now. */
double reference_beside(const struct reference *);
/* Whether something else than the stamps says that their line is wrong. */
void reference_doubt(struct reference *, bool doubt);

/* How much faster than its rate the device runs. */
double reference_ppm(const struct reference *);

#endif
