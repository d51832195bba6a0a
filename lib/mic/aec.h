#ifndef MIC_AEC_H
#define MIC_AEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mic/guard.h"

/*
 * The echo canceller as a whole.  In go the loudspeaker's records and the
 * microphone's frames, each with the time of its own device, out come frames
 * without echo.  Pure; times are nanoseconds of one clock.
 */
struct aec;

struct aec_config {
	int rate, samples;	/* of the microphone's frames */
	int tail_ms;		/* of echo that is cancelled */
	bool guard;		/* half duplex until the echo is explained */
};

struct aec_news {
	enum guard_state state;
	const char *why;
	double erle;		/* dB */
	double delay_ms;	/* of the echo behind the loudspeaker; or < 0 */
	double drift_ppm;	/* of the microphone against it */
};

struct aec *aec_new(const struct aec_config *);
void aec_free(struct aec *);

/* As reference_add() and reference_stop(). */
bool aec_played(struct aec *, int64_t frame, int rate, bool start, int64_t ns,
    const void *p, size_t samples);
void aec_stopped(struct aec *, int64_t frame);

/*
 * A frame of the microphone, whose first sample was captured at ns; out may be
 * the same memory.  True where the state changed: aec_news() tells to what.
 */
bool aec_frame(struct aec *, int64_t ns, const int16_t *mic, int16_t *out);
/* Sound of the microphone was lost before the next frame. */
void aec_gap(struct aec *);

/* For tests: samples by which the sound that goes out is late. */
int aec_delay(const struct aec *);
/* Whether all that the loudspeaker plays until ns has been added. */
bool aec_ready(const struct aec *, int64_t ns);
void aec_news(struct aec *, struct aec_news *);

#endif
