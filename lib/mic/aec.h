#ifndef MIC_AEC_H
#define MIC_AEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mic/guard.h"

/*
 * The whole echo canceller.  The loudspeaker's records and the microphone's
 * frames go in, each with its own device's time; frames without echo come out.
 * Pure; times are nanoseconds of one clock.
 */
struct aec;

struct aec_config {
	int rate, samples;	/* of the microphone's frames */
	int tail_ms;		/* of echo to cancel */
	bool early;		/* of the loudspeaker's records: those of a
				 * file may be told long before */
	bool guard;		/* half duplex until the echo is explained */
};

struct aec_news {
	enum guard_state state;
	const char *why;
	double erle;		/* dB */
	double delay_ms;	/* of the echo after the loudspeaker; or < 0 */
	double drift_ppm;	/* of the microphone relative to it */
};

struct aec *aec_new(const struct aec_config *);
void aec_free(struct aec *);

/* As reference_add() and reference_stop(). */
bool aec_played(struct aec *, int64_t frame, int rate, bool start, int64_t ns,
    const void *p, size_t samples);
void aec_stopped(struct aec *, int64_t frame);

/*
 * Takes a microphone frame whose first sample was captured at ns; out may be
 * the same memory.  True if the state changed: aec_news() tells to what.
 */
bool aec_frame(struct aec *, int64_t ns, const int16_t *mic, int16_t *out);
/* Microphone sound was lost before the next frame. */
void aec_gap(struct aec *);

/* For tests: the delay of the output, in samples. */
int aec_delay(const struct aec *);
/* Whether all that the loudspeaker plays up to ns has been added. */
bool aec_ready(const struct aec *, int64_t ns);
void aec_news(struct aec *, struct aec_news *);

#endif
