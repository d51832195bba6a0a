#ifndef MIC_GATE_H
#define MIC_GATE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What of a microphone's sound goes on: all of it, what is said while a key is
 * held, what a detector takes for speech; and none of it while the loudspeaker
 * plays (half duplex).  Pure.  Times are milliseconds: `t` is the stream's, and
 * `at` is when a frame's first sample was captured, on the clock of the
 * keys and of the loudspeaker's news.
 */
struct gate;

enum gate_mode { GATE_OPEN, GATE_KEY, GATE_SPEECH };

struct gate_config {
	enum gate_mode mode;
	int rate;		/* samples a second */
	int samples;		/* of a frame */
	int64_t preroll;	/* kept from before a start */
	int64_t tail;		/* and after a release */
	int64_t hangover;	/* silence that ends speech */
	int64_t onset;		/* speech that begins it */
	int64_t margin;		/* closed after the loudspeaker has ended */
	int64_t quiet;		/* nothing goes on for so long: told once */
	bool muted;		/* digital silence counts as nothing */
};

struct gate_ops {
	/* A frame goes on. */
	void (*sound)(void *arg, int64_t t, const int16_t *p, int samples);
	/* The user starts (true) or has ended an activity. */
	void (*activity)(void *arg, int64_t t, bool start);
	/* Nothing has gone on for a while and nothing is about to. */
	void (*quiet)(void *arg, int64_t t);
};

void gate_defaults(struct gate_config *);

struct gate *gate_new(const struct gate_config *, const struct gate_ops *,
    void *arg);
void gate_free(struct gate *);

/* The next frame (at most `samples`); speech is the detector's opinion. */
void gate_frame(struct gate *, int64_t t, int64_t at, const int16_t *p, int n,
    bool speech);

/* The key was pressed or let go at this time, at most 500 ms ago. */
void gate_key(struct gate *, int64_t at, bool down);
bool gate_down(const struct gate *);

/* The loudspeaker plays from this time on, or fell silent at it.  While it
 * plays that is to be said again at least every two seconds: news that stay
 * away open the gate. */
void gate_playing(struct gate *, int64_t now, int64_t at);
void gate_silent(struct gate *, int64_t at);

/* The end: an open activity is ended. */
void gate_end(struct gate *);

#endif
