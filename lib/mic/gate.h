#ifndef MIC_GATE_H
#define MIC_GATE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which of a microphone's sound passes: all of it, what is said while a key is
 * held, or what a detector takes for speech; none while the loudspeaker plays
 * (half duplex).  Pure.  Times are milliseconds: `t` is the stream's, and `at`
 * is when a frame's first sample was captured, on the clock of the keys and of
 * the loudspeaker's news.
 */
struct gate;

enum gate_mode { GATE_OPEN, GATE_KEY, GATE_SPEECH };

struct gate_config {
	enum gate_mode mode;
	int rate;		/* samples per second */
	int samples;		/* per frame */
	int64_t preroll;	/* kept from before a start */
	int64_t tail;		/* and after a release */
	int64_t hangover;	/* silence needed to end speech */
	int64_t onset;		/* speech needed to begin it */
	int64_t margin;		/* still closed after the loudspeaker ended */
	int64_t quiet;		/* nothing passes for so long: reported once */
	bool muted;		/* digital silence counts as nothing */
};

struct gate_ops {
	/* A frame passes. */
	void (*sound)(void *arg, int64_t t, const int16_t *p, int samples);
	/* The user starts (true) or ends an activity. */
	void (*activity)(void *arg, int64_t t, bool start);
	/* Nothing has passed for a while and nothing is about to. */
	void (*quiet)(void *arg, int64_t t);
};

void gate_defaults(struct gate_config *);

struct gate *gate_new(const struct gate_config *, const struct gate_ops *,
    void *arg);
void gate_free(struct gate *);

/* The next frame (at most `samples`); speech is the detector's opinion. */
void gate_frame(struct gate *, int64_t t, int64_t at, const int16_t *p, int n,
    bool speech);

/* The key was pressed or released at this time, at most 500 ms ago. */
void gate_key(struct gate *, int64_t at, bool down);
bool gate_down(const struct gate *);

/* The loudspeaker plays from this time on, or fell silent then.  While it
 * plays, repeat that at least every two seconds: lack of news opens the
 * gate. */
void gate_playing(struct gate *, int64_t now, int64_t at);
void gate_silent(struct gate *, int64_t at);

/* The input has ended: ends an open activity. */
void gate_end(struct gate *);

#endif
