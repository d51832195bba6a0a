#ifndef MIC_GUARD_H
#define MIC_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether a canceller can be trusted.  Until it has shown that it explains the
 * echo, and again whenever it no longer does, the microphone is deaf while the
 * loudspeaker can be heard.  Pure.
 */
struct suppress_heard;

enum guard_state {
	GUARD_WAITING,		/* the loudspeaker has told nothing yet */
	GUARD_LEARNING,		/* half duplex */
	GUARD_OPEN,		/* the echo is explained */
	GUARD_LOST		/* half duplex: no news of the loudspeaker */
};

struct guard {
	int hop_ms;		/* of a frame */
	enum guard_state state;
	const char *why;	/* of the last change; NULL at first */
	double mic, left, leak;	/* powers, smoothed, while it is heard */
	int64_t far_ms;		/* of the loudspeaker, since it closed */
	int good_ms, bad_ms, still_ms, late_ms, quiet_ms;
	int moved_ms;
	double erle;		/* dB, as last measured */
};

void guard_init(struct guard *, int frame_ms);

/*
 * A frame: whether the loudspeaker can be heard in it, what was measured,
 * whether what it plays was not told in time, and why the times cannot be
 * relied on any longer (NULL: they can).
 * True where the state has changed.
 */
bool guard_frame(struct guard *, bool far, const struct suppress_heard *,
    bool none, bool late, const char *jumped);

/* Whether this frame is to be silence. */
bool guard_shut(const struct guard *, bool far);

/* A name as records have it. */
const char *guard_name(enum guard_state);

#endif
