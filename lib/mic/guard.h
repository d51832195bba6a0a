#ifndef MIC_GUARD_H
#define MIC_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether a canceller can be trusted.  Until it has shown that it explains the
 * echo, and whenever it no longer does, the microphone is muted while the
 * loudspeaker can be heard.  Pure.
 */
struct suppress_heard;

enum guard_state {
	GUARD_WAITING,		/* the loudspeaker reports nothing, not yet or
				 * for two seconds: nothing is played */
	GUARD_LEARNING,		/* half duplex */
	GUARD_OPEN,		/* the echo is explained */
	GUARD_LOST		/* half duplex: no news of the loudspeaker */
};

enum guard_far {
	GUARD_SILENT,		/* nothing of the loudspeaker can be heard */
	GUARD_SOFT,
	GUARD_LOUD		/* so loud that an echo would be heard */
};

struct guard {
	int hop_ms;		/* per frame */
	enum guard_state state;
	bool none;		/* while open: there is no echo */
	const char *why;	/* of the last change; NULL at first */
	double mic, left, leak;	/* smoothed powers, while it is heard */
	double now, low, lowest;	/* of the microphone at any time, and
				 * the least of it, lately and before that */
	int low_ms;
	int64_t far_ms;		/* of the loudspeaker, since it closed */
	int good_ms, bad_ms, still_ms, late_ms, quiet_ms;
	int untold_ms;		/* since the last news */
	int moved_ms, echo_ms;
	double erle;		/* dB, as last measured */
};

void guard_init(struct guard *, int frame_ms);

/*
 * Judges a frame: how loud the loudspeaker is in it; what was measured; none:
 * it never reported anything; late: what it plays was not reported in time;
 * jumped: why the times are no longer reliable, or NULL.  True if the state
 * changed.
 */
bool guard_frame(struct guard *, enum guard_far, const struct suppress_heard *,
    bool none, bool late, const char *jumped);

/* The echo that had moved was found at its new place: what was learnt holds.
 * True if the state changed. */
bool guard_found(struct guard *);

/* There were news of the loudspeaker. */
void guard_told(struct guard *);

/* Whether this frame must be silenced: what is played is not known, or the echo
 * is not learnt yet.  After two seconds without news nothing is played. */
bool guard_shut(const struct guard *, bool far);

/* The state's name in records. */
const char *guard_name(enum guard_state);

#endif
