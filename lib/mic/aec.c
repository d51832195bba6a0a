/*
 * The order of things.  Both devices' stamps become lines in time; along them
 * what was played is brought to the microphone's samples (mic/reference); the
 * filter takes out what follows from it (mic/echo), what is left is turned
 * down (mic/suppress), and the guard decides whether all that can be trusted.
 *
 * What is played is taken a little earlier than its stamps say, since the
 * filter cannot look ahead and stamps err.
 */
#include "mic/aec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mic/echo.h"
#include "mic/reference.h"
#include "mic/suppress.h"
#include "mic/track.h"

enum {
	AFTER_MS = 60,		/* the room's own end behind the tail */
	/* Whether stamps are right is seen once what they are of sounds ... */
	SOUNDS_MS = 140,
	CLEAR_MS = 60		/* ... and was explained for so long */
};

#define SAME 0.003		/* s: the same mistake as before */
#define AHEAD 0.008		/* s: how much earlier */

struct aec {
	struct aec_config c;
	struct reference *reference;
	struct track mic;
	int64_t at;		/* samples of the microphone so far */
	struct echo *echo;
	struct suppress *suppress;
	struct guard guard;
	int16_t *played, *left;
	int far_left;		/* ms that the loudspeaker is still heard */
	/* stamps say that the line is another one */
	double wrong;		/* by so much they were wrong before */
	int asked_ms;		/* of the loudspeaker, since they say so */
	int good_ms;		/* of it, explained by the line as it is */
};

struct aec *
aec_new(const struct aec_config *c)
{
	struct aec *a = mem_alloc(sizeof(*a));

	a->c = *c;
	a->reference = reference_new(c->rate);
	track_init(&a->mic, c->rate);
	a->echo = echo_new(c->rate, c->samples, c->tail_ms);
	a->suppress = suppress_new(c->rate, c->samples);
	guard_init(&a->guard, c->samples * 1000 / c->rate);
	a->played = mem_resize(NULL, (size_t)c->samples, sizeof(int16_t));
	a->left = mem_resize(NULL, (size_t)c->samples, sizeof(int16_t));
	return a;
}

void
aec_free(struct aec *a)
{
	if (a == NULL)
		return;
	reference_free(a->reference);
	echo_free(a->echo);
	suppress_free(a->suppress);
	free(a->played);
	free(a->left);
	free(a);
}

bool
aec_played(struct aec *a, int64_t frame, int rate, bool start, int64_t ns,
    const void *p, size_t samples)
{
	return reference_add(a->reference, frame, rate, start, ns, p,
	    samples);
}

void
aec_stopped(struct aec *a, int64_t frame)
{
	reference_stop(a->reference, frame);
}

void
aec_gap(struct aec *a)
{
	track_restart(&a->mic);
}

int
aec_delay(const struct aec *a)
{
	return suppress_delay(a->suppress);
}

bool
aec_ready(const struct aec *a, int64_t ns)
{
	return reference_until(a->reference, ns) > AHEAD +
	    (double)a->c.samples / a->c.rate;
}

/* Whether the loudspeaker can be heard in this frame. */
static bool
hear_far(struct aec *a)
{
	int frame_ms = a->c.samples * 1000 / a->c.rate, i;

	for (i = 0; i < a->c.samples; i++)
		if (abs(a->played[i]) >= REFERENCE_LOUD) {
			a->far_left = a->c.tail_ms + AFTER_MS;
			return true;
		}
	a->far_left -= frame_ms;
	return a->far_left > 0;
}

/* What was played while this frame was captured. */
static void
find_played(struct aec *a, int64_t ns, struct reference_found *f)
{
	double from, to;
	bool told = a->mic.open || !a->mic.set;
	enum track_news news = track_stamp(&a->mic, a->at, ns);

	from = track_when(&a->mic, (double)a->at, ns);
	to = track_when(&a->mic, (double)(a->at + a->c.samples), ns);
	a->at += a->c.samples;
	reference_read(a->reference, ns, from + AHEAD, to + AHEAD,
	    a->c.samples, a->played, f);
	if (news == TRACK_JUMPED && !told)
		f->jumped = true;
}

/*
 * Stamps that have left the line: the echo tells which of the two is right.
 * Until it has, nobody can be told from an echo in another place.
 */
static bool
in_question(struct aec *a, bool far, const struct suppress_heard *h)
{
	double beside = reference_beside(a->reference);
	int hop = a->c.samples * 1000 / a->c.rate;

	if (beside == 0)
		beside = track_beside(&a->mic);
	if (beside == 0 || fabs(beside - a->wrong) < SAME) {
		a->asked_ms = a->good_ms = 0;
		return false;
	}
	if (far)
		a->asked_ms += hop;
	if (far && a->asked_ms > SOUNDS_MS && !h->near &&
	    guard_explained(&a->guard))
		a->good_ms += hop;
	if (a->good_ms >= CLEAR_MS)
		a->wrong = beside;
	return true;
}

bool
aec_frame(struct aec *a, int64_t ns, const int16_t *mic, int16_t *out)
{
	struct reference_found f;
	struct suppress_heard h;
	bool far, changed, asked;

	find_played(a, ns, &f);
	far = hear_far(a) || f.sound;
	if (f.wild && far && a->c.guard) {
		/* nothing is to be learnt from it */
		memset(out, 0, (size_t)a->c.samples * sizeof(*out));
		return false;
	}
	echo_run(a->echo, mic, a->played, a->left);
	if (f.unsure)
		suppress_calm(a->suppress);
	suppress_run(a->suppress, mic, a->left, far, out, &h);
	changed = guard_frame(&a->guard, far, &h, f.none, f.late,
	    f.jumped ? "the time stamps jumped" : f.unsure ?
	    "the loudspeaker has started anew" : NULL);
	asked = in_question(a, far, &h);
	a->mic.doubt = far && guard_doubt(&a->guard);
	reference_doubt(a->reference, a->mic.doubt);
	if (a->c.guard && (guard_shut(&a->guard, far) ||
	    (far && (f.unsure || (asked && h.near)))))
		memset(out, 0, (size_t)a->c.samples * sizeof(*out));
	return changed;
}

void
aec_news(struct aec *a, struct aec_news *n)
{
	n->state = a->guard.state;
	n->why = a->guard.why;
	n->erle = a->guard.erle;
	n->delay_ms = echo_delay(a->echo);
	if (n->delay_ms >= 0)
		n->delay_ms -= AHEAD * 1000;
	n->drift_ppm = track_ppm(&a->mic) - reference_ppm(a->reference);
}
