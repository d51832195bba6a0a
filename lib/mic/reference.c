/*
 * A ring of samples by frame number, and segments: from a start of the device
 * to its stop the frames lie on one time line (mic/track).  The last segments
 * are kept, since the microphone lags: it may still hear what sounded before a
 * stop already known here.
 *
 * Between frames the sound is interpolated by a windowed sinc with 512 phases,
 * cut off at the lower of the two rates; the error of the nearest phase is at
 * most -65 dB.
 */
#include "mic/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mic/rumble.h"
#include "mic/track.h"
#include "sound/pcm.h"

enum {
	KEPT_S = 8,
	SEGMENTS = 16,
	PHASES = 512,
	CROSSINGS = 12		/* of the sinc, on each side */
};

#define WILD 0.5		/* s: a server's stamps are off by tens of
				 * milliseconds at first */
#define AWAY 2.0		/* s: nobody tells so early what sounds */
#define SKEW_MOST 400e-6	/* two quartzes do not differ by more, */
#define SKEW_STAMPS 250e-6	/* or by this, if only the stamps say so */
#define TOWARDS 0.1		/* part of the way to what they say, a frame */
#define AVERAGE 0.01		/* weight of a frame's stamp */
#define STRAY 0.002		/* s: the most that one frame counts */
#define HOMEWARD 0.02		/* part of the offset undone in a second */
#define HOME_MOST 5e-6		/* but no faster */
#define NEVER -1e9

struct segment {
	int64_t first, end;
	bool closed;
	struct track line;
};

struct reference {
	int rate;		/* of the output */
	int from;		/* of the loudspeaker; 0: none yet */
	struct rumble rumble;
	int16_t *ring;
	int64_t size, begin, end;
	struct segment seg[SEGMENTS];	/* seg[count - 1] is the newest */
	int count;
	int64_t serial;		/* of the newest */
	int64_t at_serial;	/* of the one last read from */
	double at;		/* and where that read ended */
	double skew;		/* excess frames of the line, per frame */
	double slow;		/* by the stamps: the reader's clock, */
	bool known;		/* which no longer counts */
	double beside;		/* s: how far stamps lag the line, */
	double apart;		/* and how far the echo wants them to */
	double off;		/* s: by how much the last one did */
	float *kernel;
	int reach;		/* taps on each side */
	float *work;
	bool fresh;		/* nothing has been read yet */
	bool early;		/* what sounds may be told long before */
	bool torn;		/* what was added does not belong together */
};

struct reference *
reference_new(int rate, bool early)
{
	struct reference *r = mem_alloc(sizeof(*r));

	r->rate = rate;
	r->early = early;
	r->fresh = true;
	return r;
}

void
reference_free(struct reference *r)
{
	if (r == NULL)
		return;
	free(r->ring);
	free(r->kernel);
	free(r->work);
	free(r);
}

/* Row p of the kernel is for a point p / PHASES after a frame. */
static void
make_kernel(struct reference *r)
{
	double cut = r->rate < r->from ? 0.94 * r->rate / r->from : 0.97;
	double pi = acos(-1), d, x, w, v, sum;
	int p, i, taps;

	r->reach = (int)ceil(CROSSINGS / cut);
	taps = 2 * r->reach;
	r->kernel = mem_resize(r->kernel, (size_t)taps * PHASES,
	    sizeof(*r->kernel));
	for (p = 0; p < PHASES; p++) {
		sum = 0;
		for (i = 0; i < taps; i++) {
			d = i - (r->reach - 1) - (double)p / PHASES;
			x = pi * d * cut;
			w = d / r->reach;
			/* Blackman's window */
			w = fabs(w) >= 1 ? 0 : 0.42 + 0.5 * cos(pi * w) +
			    0.08 * cos(2 * pi * w);
			v = (fabs(x) < 1e-9 ? 1 : sin(x) / x) * w;
			sum += v;
			r->kernel[p * taps + i] = (float)v;
		}
		for (i = 0; i < taps; i++)
			r->kernel[p * taps + i] /= (float)sum;
	}
}

/* The loudspeaker's rate has changed: starts over. */
static void
set_rate(struct reference *r, int rate)
{
	int64_t need = (int64_t)rate * KEPT_S;

	for (r->size = 1; r->size < need; r->size *= 2)
		;
	r->from = rate;
	r->ring = mem_resize(r->ring, (size_t)r->size, sizeof(*r->ring));
	make_kernel(r);
	rumble_init(&r->rumble, rate);
	r->count = 0;
	r->begin = r->end = 0;
	free(r->work);
	r->work = NULL;
}

static struct segment *
newest(struct reference *r)
{
	return &r->seg[r->count - 1];
}

/* A new time line begins at this frame; it keeps the old speed. */
static void
open_segment(struct reference *r, int64_t frame)
{
	struct segment s = { .first = frame, .end = frame };

	if (r->count > 0) {
		newest(r)->closed = true;
		s.line = newest(r)->line;
		track_restart(&s.line);
	} else {
		track_init(&s.line, r->from);
	}
	if (r->count == SEGMENTS) {
		memmove(r->seg, r->seg + 1, (SEGMENTS - 1) * sizeof(s));
		r->count--;
	}
	r->seg[r->count++] = s;
	r->serial++;
}

static void
put(struct reference *r, const unsigned char *p, size_t n)
{
	int16_t x = 0;

	for (; n > 0; n--, r->end++) {
		if (p != NULL) {
			x = (int16_t)pcm_get(p);
			p += 2;
		}
		r->ring[r->end & (r->size - 1)] = rumble_next(&r->rumble, x);
	}
	if (r->end - r->begin > r->size)
		r->begin = r->end - r->size;
}

void
reference_stop(struct reference *r, int64_t frame)
{
	struct segment *s;

	if (r->count == 0)
		return;
	s = newest(r);
	if (frame < s->first)
		frame = s->first;
	if (frame < s->end)
		s->end = frame;
	s->closed = true;
	r->torn = false;
	if (frame < r->end)
		r->end = frame > r->begin ? frame : r->begin;
}

/* The ring continues at this frame, which may not be the next one. */
static void
go_to(struct reference *r, int64_t frame)
{
	if (frame < r->end && frame >= r->begin) {
		r->end = frame;
	} else if (frame > r->end && frame - r->end < r->size) {
		put(r, NULL, (size_t)(frame - r->end));
	} else if (frame != r->end) {
		r->torn = r->count > 0 && !newest(r)->closed;
		r->begin = r->end = frame;
		r->count = 0;
	}
}

bool
reference_add(struct reference *r, int64_t frame, int rate, bool start,
    int64_t ns, const void *p, size_t n)
{
	struct segment *s;
	bool back = frame < r->end;

	if (rate < PCM_RATE_MIN || rate > PCM_RATE_MAX || frame < 0 ||
	    frame > INT64_MAX / 4 || ns > INT64_MAX / 4)
		return false;
	if (rate != r->from)
		set_rate(r, rate);
	if (n > (size_t)r->size) {
		p = (const char *)p + 2 * (n - (size_t)r->size);
		frame += (int64_t)n - r->size;
		n = (size_t)r->size;
		ns = REFERENCE_UNKNOWN;
	}
	go_to(r, frame);
	if (r->count == 0 || start || back || newest(r)->closed)
		open_segment(r, frame);
	s = newest(r);
	if (ns >= 0)
		(void)track_stamp(&s->line, frame, ns);
	put(r, p, n);
	s->end = r->end;
	return true;
}

/* Whether a segment holds more than silence. */
static bool
loud(const struct reference *r, const struct segment *s)
{
	int64_t k = s->first > r->begin ? s->first : r->begin;

	for (; k < s->end; k++)
		if (abs(r->ring[k & (r->size - 1)]) >= REFERENCE_LOUD)
			return true;
	return false;
}

/* The segment that sounds at a time, or NULL; at: the frame there. */
static struct segment *
sounds(struct reference *r, int64_t ns, double t, double *at, int64_t *serial)
{
	struct segment *s;
	int i;

	for (i = r->count - 1; i >= 0; i--) {
		s = &r->seg[i];
		if (!s->line.set || s->line.open)
			continue;
		*at = track_frame(&s->line, ns, t);
		*serial = r->serial - (r->count - 1 - i);
		if (*at >= (double)s->first)
			return s;
	}
	return NULL;
}

/* Frames [from, from + n) of a segment as floats, with silence beyond its
 * ends. */
static void
fetch(const struct reference *r, const struct segment *s, int64_t from, int n,
    float *out)
{
	int64_t first = s->first > r->begin ? s->first : r->begin, k;
	int i;

	for (i = 0; i < n; i++) {
		k = from + i;
		out[i] = k >= first && k < s->end ?
		    r->ring[k & (r->size - 1)] : 0;
	}
}

static int16_t
tap(const float *x, const float *h, int taps)
{
	float a = 0, b = 0, c = 0, d = 0;
	int i;

	for (i = 0; i + 4 <= taps; i += 4) {
		a += x[i] * h[i];
		b += x[i + 1] * h[i + 1];
		c += x[i + 2] * h[i + 2];
		d += x[i + 3] * h[i + 3];
	}
	for (; i < taps; i++)
		a += x[i] * h[i];
	a += b + c + d;
	return (int16_t)(a > 32767 ? 32767 : a < -32768 ? -32768 : lrintf(a));
}

static void
resample(struct reference *r, const struct segment *s, double p0, double p1,
    int n, int16_t *out)
{
	int64_t base = (int64_t)floor(p0);
	int most = n * 2 * (r->from / r->rate + 1) + 2 * r->reach + 8;
	int taps = 2 * r->reach, i, k, phase;
	double step = (p1 - p0) / n, d;

	if (r->work == NULL)
		r->work = mem_resize(NULL, (size_t)most, sizeof(*r->work));
	k = (int)(p1 - (double)base) + taps + 2;
	fetch(r, s, base - r->reach + 1, k < most ? k : most, r->work);
	for (i = 0; i < n; i++) {
		d = p0 - (double)base + step * i;
		k = (int)d;
		phase = (int)((d - k) * PHASES + 0.5);
		if (phase == PHASES) {
			phase = 0;
			k++;
		}
		out[i] = k < 0 || k + taps > most ? 0 :
		    tap(r->work + k, r->kernel + phase * taps, taps);
	}
}

/* Where the next n samples are read: where the last ones ended or, on another
 * line, where the stamps say. */
static void
find_place(struct reference *r, const struct segment *s, int64_t serial,
    double stamped, double frames, double *p0, double *p1,
    struct reference_found *f)
{
	double d, home;

	f->wild |= stamped - (double)s->first < WILD * r->from;
	f->begun = r->fresh || f->wild || serial != r->at_serial;
	if (f->begun) {
		r->at = stamped;
		r->beside = r->apart = 0;
	}
	r->off = (r->at - stamped) / r->from - r->apart;
	d = r->off - r->beside;
	r->beside += AVERAGE * fmin(fmax(d, -STRAY), STRAY);
	home = fmin(fmax(HOMEWARD * r->beside, -HOME_MOST), HOME_MOST);
	if (!r->known)
		r->skew += TOWARDS * (fmin(fmax(r->slow -
		    track_skew(&s->line), -SKEW_STAMPS), SKEW_STAMPS) -
		    r->skew);
	r->fresh = false;
	r->at_serial = serial;
	*p0 = r->at;
	*p1 = r->at += frames * (1 + r->skew - home);
}

/* Whether a segment begins so much later that nobody would tell it now. */
static bool
away(const struct reference *r, const struct segment *s, int64_t ns,
    double from)
{
	return !r->early && !s->closed && s->line.set && !s->line.open &&
	    track_when(&s->line, (double)s->first, ns) > from + AWAY;
}

void
reference_read(struct reference *r, int64_t ns, double from, int n,
    int16_t *out, struct reference_found *f)
{
	struct segment *s, *last = r->count > 0 ? newest(r) : NULL;
	double stamped = 0, p0, p1;
	int64_t serial = 0;

	memset(out, 0, (size_t)n * sizeof(*out));
	memset(f, 0, sizeof(*f));
	f->none = last == NULL;
	if (f->none)
		return;
	s = sounds(r, ns, from, &stamped, &serial);
	/* the device has started, but its time is not known yet */
	if (!last->closed && (last->line.open || !last->line.set))
		f->wild = f->sound = loud(r, last);
	if (s == NULL) {
		f->late = (r->torn && !r->early) || away(r, last, ns, from);
		return;
	}
	r->torn = false;
	find_place(r, s, serial, stamped, (double)n * r->from / r->rate, &p0,
	    &p1, f);
	if (!s->closed && p1 + r->reach > (double)s->end)
		f->late = true;
	resample(r, s, p0, p1, n, out);
}

void
reference_again(struct reference *r, int step, int n, int16_t *out)
{
	int64_t serial = r->serial - r->count;
	double frames = (double)step * r->from / r->rate * (1 + r->skew), p;
	const struct segment *s = NULL;
	int i;

	memset(out, 0, (size_t)n * sizeof(*out));
	/* the newest segment that was read from */
	for (i = 0; i < r->count; i++)
		if (++serial == r->at_serial)
			s = &r->seg[i];
	if (s == NULL)
		return;
	for (i = 0; i < n; i += step) {
		p = r->at - (n - i) / step * frames;
		if (p >= 0)
			resample(r, s, p, p + frames, step, out + i);
	}
}

void
reference_steer(struct reference *r, double later, double faster)
{
	r->at += later * r->from;
	r->skew += faster;
	r->skew = fmin(fmax(r->skew, -SKEW_MOST), SKEW_MOST);
}

void
reference_clock(struct reference *r, double slow, bool known)
{
	r->slow = slow;
	r->known = known;
}

void
reference_move(struct reference *r, double later)
{
	r->at += later * r->from;
	r->apart += later;
}

void
reference_anew(struct reference *r)
{
	r->fresh = true;
}

double
reference_until(const struct reference *r, int64_t ns)
{
	const struct segment *s;

	if (r->count == 0)
		return NEVER;
	s = &r->seg[r->count - 1];
	if (!s->line.set || s->line.open)
		return NEVER;
	return track_when(&s->line, (double)s->end, ns) -
	    (double)r->reach / r->from;
}

double
reference_beside(const struct reference *r)
{
	return r->beside;
}

double
reference_off(const struct reference *r)
{
	return r->off;
}

double
reference_moved(const struct reference *r)
{
	return r->apart;
}

double
reference_ppm(const struct reference *r)
{
	return r->skew * 1e6;
}
