/*
 * The stages in order.  The stamps of both devices say where in time a device's
 * sound begins (mic/reference); those of a sound server are off by milliseconds
 * for half a second after a start, and drift and step afterwards.  So the
 * microphone's sound is kept for that long, and from then on the echo itself
 * shows how the time line continues: the filter's residual (mic/echo) shows how
 * late or early the line is (mic/steer), and after a start the filter learnt
 * earlier finds the echo again (mic/seek).  The residual is turned down
 * (mic/suppress), and the guard decides whether the result can be trusted.
 *
 * What is played is taken a little earlier than the line says, since the filter
 * cannot look ahead and the line may be off.
 */
#include "mic/aec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mic/agree.h"
#include "mic/echo.h"
#include "mic/reference.h"
#include "mic/rumble.h"
#include "mic/second.h"
#include "mic/seek.h"
#include "mic/steer.h"
#include "mic/suppress.h"
#include "mic/track.h"
#include "mic/volume.h"

enum {
	AFTER_MS = 60,		/* the room's decay after the tail */
	VOICE_MS = 100,		/* after which a voice is believed */
	AGAIN_MS = 500,		/* of loudspeaker sound without a clear echo */
	FOUND_MS = 400,		/* after which an echo found again, */
	ENOUGH = 2		/* with so many frames explained, will do */
};

#define AHEAD 0.030		/* s: how much earlier the reference is read */
#define ASTRAY 0.010		/* s off all stamps: the line restarts in the
				 * next silence, */
#define LOST 0.030		/* or at once */
#define AUDIBLE 3e-6		/* -55 dBFS: a frame that can be explained: */
#define PROVEN 0.1		/* so little is left, of half its power: 7 dB */
#define MAYBE 0.5		/* the score from which it may be a voice */
#define LOUD 1e-3		/* -30 dBFS: of what is played */
#define TRUSTED 6.0		/* dB of ERLE from which the lag counts */

struct aec {
	struct aec_config c;
	struct reference *reference;
	struct track mic;
	struct rumble rumble;
	int64_t at;		/* samples of the microphone so far */
	struct echo *echo;
	struct agree *agree;
	struct suppress *suppress;
	struct second *second;	/* or NULL, */
	int16_t *first, *deep;	/* the first's output, delayed; this one's */
	float share;		/* of the first in the output */
	struct guard guard;
	struct steer steer;
	struct volume volume;
	struct seek *seek;
	int16_t *clean, *played, *left;
	int16_t *past;		/* the microphone's sound, delayed */
	int far_left;		/* ms that the loudspeaker remains audible */
	bool loud;		/* it is: an echo would be heard */
	bool learnt;		/* the filter has explained an echo */
	bool blind;		/* sound is kept until it can be cancelled */
	bool lost;		/* and the echo is at another delay */
	bool found;		/* that delay, so what was learnt is good */
	/* of the sound searched and what came then: ms, and explained frames */
	int found_ms, explained;
	bool again;		/* it was searched for twice */
	int near_ms;		/* since when somebody speaks near by */
	bool doubted;		/* whether the last frame is a voice */
	bool late;		/* the last frame's reference was not there */
};

static void
open_second(struct aec *a)
{
	size_t n = (size_t)a->c.samples;

	a->second = second_new(a->c.rate, a->c.samples);
	if (a->second == NULL)
		return;
	a->first = mem_alloc((n + (size_t)second_delay(a->second)) *
	    sizeof(*a->first));
	a->deep = mem_alloc(n * sizeof(*a->deep));
	a->share = 1;
}

struct aec *
aec_new(const struct aec_config *c)
{
	struct aec *a = mem_alloc(sizeof(*a));

	a->c = *c;
	a->reference = reference_new(c->rate, c->early);
	track_init(&a->mic, c->rate);
	a->echo = echo_new(c->rate, c->samples,
	    c->tail_ms + (int)(AHEAD * 1000));
	a->agree = agree_new(c->rate, c->samples);
	a->suppress = suppress_new(c->rate, c->samples);
	open_second(a);
	guard_init(&a->guard, c->samples * 1000 / c->rate);
	steer_init(&a->steer, c->rate);
	volume_init(&a->volume);
	a->seek = seek_new(c->rate, c->samples);
	rumble_init(&a->rumble, c->rate);
	a->clean = mem_resize(NULL, (size_t)c->samples, sizeof(int16_t));
	a->played = mem_resize(NULL, (size_t)c->samples, sizeof(int16_t));
	a->left = mem_resize(NULL, (size_t)c->samples, sizeof(int16_t));
	a->past = mem_alloc((size_t)(c->samples + aec_delay(a)) *
	    sizeof(int16_t));
	return a;
}

void
aec_free(struct aec *a)
{
	if (a == NULL)
		return;
	reference_free(a->reference);
	echo_free(a->echo);
	agree_free(a->agree);
	suppress_free(a->suppress);
	second_free(a->second);
	free(a->first);
	free(a->deep);
	seek_free(a->seek);
	free(a->clean);
	free(a->played);
	free(a->left);
	free(a->past);
	free(a);
}

bool
aec_played(struct aec *a, int64_t frame, int rate, bool start, int64_t ns,
    const void *p, size_t samples)
{
	if (!reference_add(a->reference, frame, rate, start, ns, p, samples))
		return false;
	guard_told(&a->guard);
	return true;
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
	reference_anew(a->reference);
}

int
aec_delay(const struct aec *a)
{
	return suppress_delay(a->suppress) +
	    (a->second != NULL ? second_delay(a->second) : 0);
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
	int i, most = 0;
	double sum = 0;

	for (i = 0; i < a->c.samples; i++) {
		most = abs(a->played[i]) > most ? abs(a->played[i]) : most;
		sum += (double)a->played[i] * a->played[i];
	}
	a->loud = sum > LOUD * 32768 * 32768 * a->c.samples;
	if (most >= REFERENCE_LOUD)
		a->far_left = a->c.tail_ms + AFTER_MS;
	else
		a->far_left -= a->c.samples * 1000 / a->c.rate;
	return a->far_left > 0;
}

static void
forget(struct aec *a)
{
	echo_reset(a->echo);
	volume_init(&a->volume);
	agree_clear(a->agree);
	a->learnt = a->found = false;
}

/* What was played while this frame was captured. */
static void
find_played(struct aec *a, int64_t ns, bool far, struct reference_found *f)
{
	double from, beside = fabs(reference_beside(a->reference));

	(void)track_stamp(&a->mic, a->at, ns);
	from = track_when(&a->mic, (double)a->at, ns);
	a->at += a->c.samples;
	reference_clock(a->reference, track_skew(&a->mic), a->learnt);
	/* the line wants what the loudspeaker was not given yet: if the stamps
	 * do not, it lost sound that they know of */
	if (beside > LOST || (beside > ASTRAY && !far) ||
	    (a->late && fabs(reference_off(a->reference)) > ASTRAY))
		reference_anew(a->reference);
	/* the echo was followed to where nothing is told in time: it is learnt
	 * where the stamps say */
	if (a->guard.state == GUARD_LOST && a->late &&
	    reference_moved(a->reference) > 0) {
		reference_anew(a->reference);
		forget(a);
	}
	reference_read(a->reference, ns, from + AHEAD, a->c.samples,
	    a->played, f);
	a->late = f->late;
	volume_apply(&a->volume, a->played, a->c.samples);
}

/* Reads again what was played during the kept sound. */
static void
read_again(struct aec *a)
{
	int n;

	(void)seek_kept(a->seek, &n);
	reference_again(a->reference, a->c.samples, n, seek_played(a->seek));
	volume_apply(&a->volume, seek_played(a->seek), n);
}

/* Searches for the echo in what is kept; false if more has to be heard. */
static bool
find_again(struct aec *a)
{
	bool full = seek_full(a->seek);
	const int32_t *response;
	double later;
	int n;

	if (!full && !seek_soon(a->seek))
		return false;
	response = echo_response(a->echo, &n);
	a->found = seek_find(a->seek, response, n, &later);
	if (a->found) {
		a->explained = a->found_ms = 0;
		reference_move(a->reference, -later);
		read_again(a);
	} else if (full) {
		forget(a);
	}
	return a->found || full;
}

/* After a change of the time line, keeps the microphone's sound until the echo
 * is found on the new one.  True until then. */
static bool
look_for_echo(struct aec *a, const int16_t *mic,
    const struct reference_found *f)
{
	if ((f->begun || f->late) && !a->blind) {
		a->blind = true;
		seek_clear(a->seek);
		suppress_calm(a->suppress);
	}
	if (!a->blind)
		return false;
	if (f->begun)
		a->lost = a->learnt;
	seek_frame(a->seek, mic, a->c.samples);
	if (f->wild || f->late)
		return true;
	read_again(a);
	if (a->lost && !find_again(a))
		return true;
	a->blind = a->lost = false;
	return false;
}

/* The echo itself corrects the time line. */
static void
steer(struct aec *a, const int16_t *mic, bool far,
    const struct suppress_heard *h)
{
	double later, faster;
	bool clear = far && !h->near && a->guard.erle >= TRUSTED;

	steer_frame(&a->steer, mic, a->left, a->c.samples, clear, &later,
	    &faster);
	reference_steer(a->reference, later, faster);
}

/* The echo was not where it was found: searches once more, or starts over. */
static void
look_again(struct aec *a)
{
	a->found = false;
	if (!a->again) {
		a->blind = a->lost = true;
		seek_clear(a->seek);
	} else {
		forget(a);
	}
	a->again = !a->again;
	a->guard.far_ms = 0;
}

/* The second stage also removes more of a voice: so during near-end speech, or
 * while nothing plays, it only listens. */
static void
go_deeper(struct aec *a, const int16_t *played, bool voice, int16_t *out)
{
	int n = a->c.samples, late = second_delay(a->second), i;
	float step = ((voice ? 1 : 0) - a->share) / (float)n;

	memcpy(a->first + late, out, (size_t)n * sizeof(*out));
	memcpy(a->deep, out, (size_t)n * sizeof(*out));
	second_run(a->second, played, a->deep);
	for (i = 0; i < n; i++) {
		a->share += step;
		out[i] = (int16_t)lrintf(a->share * a->first[i] +
		    (1 - a->share) * a->deep[i]);
	}
	memmove(a->first, a->first + n, (size_t)late * sizeof(*out));
}

/* Where there is no echo the microphone's sound is left as it is. */
static void
pass(struct aec *a, const int16_t *mic, int16_t *out)
{
	size_t n = (size_t)a->c.samples;

	memcpy(a->past + aec_delay(a), mic, n * sizeof(*mic));
	if (a->guard.state == GUARD_OPEN && a->guard.none)
		memcpy(out, a->past, n * sizeof(*out));
	memmove(a->past, a->past + n, (size_t)aec_delay(a) * sizeof(*mic));
}

/* How good what was learnt is held to be. */
static enum echo_trust
trust(const struct aec *a)
{
	if (a->guard.none || (a->guard.state != GUARD_OPEN && !a->found))
		return ECHO_LEARN;
	return a->near_ms > 0 ? ECHO_NEAR : ECHO_GOOD;
}

/* Whether an echo that was found again is explained, if only between the words
 * of a voice: what was learnt holds. */
static bool
prove(struct aec *a, bool far, bool there, const struct suppress_heard *h)
{
	if (!a->found)
		return false;
	a->found_ms += a->c.samples * 1000 / a->c.rate;
	if (!there)
		a->explained = 0;
	else if (far && h->mic > AUDIBLE && h->left < PROVEN * h->mic)
		a->explained++;
	if (a->explained < ENOUGH || a->found_ms < FOUND_MS ||
	    !guard_found(&a->guard))
		return false;
	/* what was loud until the echo was found was no voice */
	if (h->near_score < MAYBE)
		suppress_calm(a->suppress);
	return true;
}

/* What follows from the guard's verdict. */
static void
obey(struct aec *a, bool changed)
{
	bool learning = a->learnt && a->guard.state == GUARD_LEARNING;

	if (a->guard.state == GUARD_OPEN && changed) {
		a->learnt = !a->guard.none;
		a->found = a->again = false;
	} else if (learning && changed && !volume_turned(&a->volume)) {
		a->blind = a->lost = true;
		seek_clear(a->seek);
	} else if (learning && !changed && a->guard.far_ms >= AGAIN_MS &&
	    a->guard.erle < TRUSTED) {
		look_again(a);
	}
}

/* Cancels a frame whose echo is located. */
static bool
cancel(struct aec *a, const int16_t *mic, const int16_t *played, bool far,
    const struct reference_found *f, int16_t *out)
{
	struct suppress_heard h;
	const float *kept;
	const char *moved = NULL;
	enum agreed agreed;
	bool changed;

	echo_run(a->echo, mic, played, trust(a), a->left);
	kept = echo_kept(a->echo);
	agreed = kept == NULL ? AGREED :
	    agree_frame(a->agree, mic, kept, a->left);
	if (agreed > AGREED_DOUBTED)
		agree_clear(a->agree);
	if (agreed == AGREED_ELSEWHERE ||
	    (agreed == AGREED_HARDLY && a->near_ms < VOICE_MS))
		moved = "the echo has moved";
	a->doubted = agreed == AGREED_DOUBTED;
	suppress_run(a->suppress, mic, a->left, far, agreed == AGREED &&
	    a->guard.state == GUARD_OPEN && !a->guard.none, out, &h);
	if (a->second != NULL)
		go_deeper(a, played, !far || h.near ||
		    h.near_score > MAYBE, out);
	pass(a, mic, out);
	a->near_ms = h.near ? a->near_ms + a->c.samples * 1000 / a->c.rate : 0;
	steer(a, mic, far, &h);
	volume_frame(&a->volume, mic, a->left, a->c.samples, h.moved);
	changed = guard_frame(&a->guard, !far ? GUARD_SILENT : a->loud ?
	    GUARD_LOUD : GUARD_SOFT, &h, f->none, f->late, moved);
	changed |= prove(a, far, agreed <= AGREED_DOUBTED, &h);
	obey(a, changed);
	return changed;
}

/* Cancels the frames kept in the meantime; the last is the current one. */
static bool
catch_up(struct aec *a, bool far, const struct reference_found *f,
    int16_t *out)
{
	int n, i;
	const int16_t *mic = seek_kept(a->seek, &n);
	const int16_t *played = seek_played(a->seek);
	bool changed = false;

	agree_clear(a->agree);
	for (i = 0; i < n && !a->blind; i += a->c.samples)
		changed |= cancel(a, mic + i, played + i, far, f, out);
	return changed;
}

bool
aec_frame(struct aec *a, int64_t ns, const int16_t *mic, int16_t *out)
{
	struct reference_found f;
	struct suppress_heard none = { 0 };
	bool far, changed, was = a->blind;
	int i;

	for (i = 0; i < a->c.samples; i++)
		a->clean[i] = rumble_next(&a->rumble, mic[i]);
	a->doubted = false;
	find_played(a, ns, a->far_left > 0, &f);
	far = hear_far(a) || f.sound;
	if (look_for_echo(a, a->clean, &f)) {
		memcpy(out, a->clean, (size_t)a->c.samples * sizeof(*out));
		changed = guard_frame(&a->guard, GUARD_SILENT, &none, f.none,
		    f.late,
		    far && a->lost ? "the loudspeaker has started anew" :
		    NULL);
	} else if (was) {
		changed = catch_up(a, far, &f, out);
	} else {
		changed = cancel(a, a->clean, a->played, far, &f, out);
	}
	if (a->c.guard && (guard_shut(&a->guard, far) || a->doubted))
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
	n->drift_ppm = -reference_ppm(a->reference);
}
