#ifndef ROOM_H
#define ROOM_H

/*
 * A room for the echo canceller's tests: a loudspeaker and a microphone with
 * clocks of their own, voices of flite and espeak-ng, reverberation, a
 * loudspeaker that distorts; and ears that judge what comes out.  100 s at 16
 * kHz: until 30 s the far end speaks, until 70 s both, until 80 s the near end,
 * then the far end again.  All random numbers come from a seed.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mic/aec.h"
#include "sound/fft.h"
#include "sound/pcm.h"

enum {
	ROOM_RATE = 16000,
	ROOM_SECONDS = 100,
	ROOM_SAMPLES = ROOM_RATE * ROOM_SECONDS,
	ROOM_FRAME = 320,
	ROOM_VOICES = 12,	/* the first half is the far end's */
	ROOM_SPANS = 16
};

struct room {
	/* what it is to be */
	double reverb;		/* s to -60 dB */
	double direct;		/* dB of the direct sound over the reverb */
	bool images;		/* which has one sign, as of image sources: the
				 * lowest sounds are the loudest */
	double near_db;		/* the near voice against the echo */
	double ppm;		/* the microphone's clock is so much slower */
	double jitter;		/* s, of both devices' stamps */
	double bulk;		/* s, of the echo, that stamps do not tell */
	double echo_db;		/* of the echo, to full scale */
	double loss;		/* dB that the microphone hears less of it; 200
				 * with headphones */
	double clip;		/* peak of the loudspeaker; 0: linear */
	bool hard;		/* clipped, not bent */
	int restart;		/* s after which the loudspeaker starts anew */
	double jump, jump_at;	/* s by which the echo moves, and when */
	int loud_rate;		/* of the loudspeaker's frames */
	int next_rate;		/* after a change; 0: none */
	double change_at;	/* s, of that, or of a new numbering */
	bool anew;		/* the numbers begin at 0 once more */
	/* every so many seconds: the echo jumps there or back, as if a sound
	 * server had lost or repeated a piece (stamps may tell of it); it is
	 * silent; the microphone loses sound */
	double glitch_every, glitch, hole, drop;
	bool glitch_told;
	double volume, volume_at;	/* dB by which it is turned, and when */
	double ahead;		/* s, told before it sounds; 0: 80 ms */
	double late, late_at;	/* s for which nothing is told, and when */
	double join_at;		/* s at which the canceller is started */
	double noise_db;	/* of the microphone; 0: -70 */
	double offset;		/* of its samples, and so much again slowly up
				 * and down */
	double other_at;	/* s at which the microphone is moved; 0: never */
	double pause, pause_at;	/* s for which nothing plays, and when */
	bool music;		/* plays instead of the far voice */
	uint64_t seed;
	/* what became of it */
	float *far, *near, *echo;
	int16_t *mic, *out, *loud, *next;
	int loud_n, next_n;
	int span[ROOM_SPANS][2], spans;	/* the near voice over the far one */
	int *voice[ROOM_VOICES], voice_n[ROOM_VOICES];
	double opened;		/* s at which the guard opened first */
	int closings;
	double shut;		/* s at most, until it opened again */
	double cpu;
};

static inline double
room_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

static inline double
room_gauss(uint64_t *seed)
{
	double u = room_random(seed) + 1e-12, v = room_random(seed);

	return sqrt(-2 * log(u)) * cos(2 * acos(-1) * v);
}

static inline const char *
room_words(int i)
{
	static const char *const words[ROOM_VOICES] = {
		"The highest mountain of the Alps is Mont Blanc, on the "
		"border between France and Italy.",
		"You can walk around it in about eleven days, and sleep in a "
		"hut each night.",
		"The weather changes quickly up there, so take warm clothes "
		"even in the middle of August.",
		"Most people begin in the valley of Chamonix and go against "
		"the hands of the clock.",
		"Early trains leave at six forty, and there are seven more "
		"until the evening.",
		"Shall I look for a room with a view, or would you rather "
		"have a quiet one by the garden?",
		"Stop, wait a moment please.",
		"No, that is not what I asked for.",
		"Could you tell me the price in euros instead?",
		"Hold on, how long does the train take?",
		"Yes, go on, but a little faster.",
		"What about the weather tomorrow morning?"
	};

	return words[i];
}

/* A voice as 16 kHz samples, by the synthesiser's options; NULL where it is not
 * there. */
static inline int *
room_voice(int i, const char *flite, const char *espeak, int *n)
{
	char command[400], path[64];
	unsigned char head[44], *pcm;
	struct pcm_rate *r;
	struct buf out;
	int *v, k, rate, got;
	FILE *f;

	snprintf(path, sizeof(path), "room-%ld.wav", (long)getpid());
	if (i < ROOM_VOICES / 2)
		snprintf(command, sizeof(command),
		    flite[0] == '-' ? "espeak-ng %s -w %s '%s'" :
		    "flite -voice %s -o %s -t '%s'", flite, path,
		    room_words(i));
	else
		snprintf(command, sizeof(command), "espeak-ng %s -w %s '%s'",
		    espeak, path, room_words(i));
	if (system(command) != 0 || (f = fopen(path, "rb")) == NULL)
		return NULL;
	got = (int)fread(head, 1, sizeof(head), f);
	rate = head[24] | head[25] << 8;
	pcm = malloc(4 << 20);
	got = (int)fread(pcm, 1, 4 << 20, f) / 2;
	fclose(f);
	remove(path);
	buf_init(&out, 16 << 20);
	r = pcm_rate_new(rate, ROOM_RATE);
	if (r != NULL) {
		(void)pcm_rate_add(r, pcm, (size_t)got, &out);
		(void)pcm_rate_flush(r, &out);
	}
	pcm_rate_free(r);
	free(pcm);
	*n = (int)out.len / 2;
	v = malloc((size_t)*n * sizeof(*v) + 1);
	for (k = 0; k < *n; k++)
		v[k] = pcm_get(out.data + 2 * k);
	buf_done(&out);
	return v;
}

/* far: a voice of flite, or options for espeak-ng; near: such options. */
static inline bool
room_cast(struct room *m, const char *far, const char *near)
{
	int i;

	for (i = 0; i < ROOM_VOICES; i++)
		if ((m->voice[i] = room_voice(i, far, near,
		    &m->voice_n[i])) == NULL)
			return false;
	return true;
}

static inline bool
room_voices(struct room *m)
{
	return room_cast(m, "slt", "-s 160");
}

static inline void
room_dismiss(struct room *m)
{
	int i;

	for (i = 0; i < ROOM_VOICES; i++)
		free(m->voice[i]);
}

static inline double
room_rms(const float *x, int n, float above)
{
	double sum = 0;
	int i, k = 0;

	for (i = 0; i < n; i++)
		if (fabsf(x[i]) > above) {
			sum += (double)x[i] * x[i];
			k++;
		}
	return sqrt(sum / (k + 1e-9)) + 1e-9;
}

/* Voices one after the other from t0 to t1, with gaps. */
static inline void
room_say(struct room *m, float *to, int first, int step, double t0, double t1,
    double gap, double rms, bool note)
{
	int half = ROOM_VOICES / 2, base = first < half ? 0 : half;
	int v, i, at = first - base, start;
	double t = t0, g, sum;

	for (;; at = (at + step + half) % half) {
		v = base + at;
		if (t * ROOM_RATE + m->voice_n[v] > t1 * ROOM_RATE)
			return;
		sum = 0;
		for (i = 0, start = 0; i < m->voice_n[v]; i++)
			if (abs(m->voice[v][i]) > 300) {
				sum += (double)m->voice[v][i] * m->voice[v][i];
				start++;
			}
		g = rms / sqrt(sum / (start + 1e-9));
		start = (int)(t * ROOM_RATE);
		for (i = 0; i < m->voice_n[v]; i++)
			to[start + i] += (float)(m->voice[v][i] * g);
		if (note && m->spans < ROOM_SPANS) {
			m->span[m->spans][0] = start;
			m->span[m->spans++][1] = start + m->voice_n[v];
		}
		t += (double)m->voice_n[v] / ROOM_RATE + gap;
	}
}

/* A chord every half second, and a beat. */
static inline void
room_play(float *to, double t0, double t1, uint64_t *seed)
{
	static const int chord[4][3] = { { 0, 4, 7 }, { 9, 12, 16 },
	    { 5, 9, 12 }, { 7, 11, 14 } };
	double f, t, on, pi = acos(-1), v;
	int i, k, h, bar;

	for (i = (int)(t0 * ROOM_RATE); i < t1 * ROOM_RATE; i++) {
		t = (double)i / ROOM_RATE;
		on = fmod(t, 0.5);
		bar = (int)(t / 2) & 3;
		for (k = 0, v = 0; k < 3; k++) {
			f = 196 * pow(2, (chord[bar][k] +
			    ((int)(t / 0.5) & 1) * 12) / 12.0);
			for (h = 1; h <= 8; h++)
				v += sin(2 * pi * f * h * t) / h;
		}
		v *= 1300 * exp(-3 * on);
		v += 5000 * exp(-60 * on) * room_gauss(seed);
		to[i] += (float)v;
	}
}

/* The room's answer to a click: a direct sound, and a tail that fades. */
static inline int
room_answer(struct room *m, float *h, int most, uint64_t *seed)
{
	int n = (int)(m->reverb * 1.1 * ROOM_RATE), i, first;
	double sum = 0, g = pow(10, m->direct / 20);

	n = n < 400 ? 400 : n > most ? most : n;
	first = (int)(0.002 * ROOM_RATE + room_random(seed) * 30);
	for (i = 0; i < n; i++) {
		h[i] = i < first + 12 ? 0 : (float)(room_gauss(seed) *
		    pow(10, -3.0 * i / ROOM_RATE / m->reverb));
		if (m->images)
			h[i] = fabsf(h[i]);
		sum += h[i] * h[i];
	}
	for (i = 0; i < n; i++)
		h[i] /= (float)sqrt(sum);
	h[first] += (float)g;
	for (i = 0, sum = 0; i < n; i++)
		sum += h[i] * h[i];
	for (i = 0; i < n; i++)
		h[i] /= (float)sqrt(sum);
	return n;
}

static inline void
room_convolve(const float *x, int n, const float *h, int hn, float *y)
{
	enum { SIZE = 16384 };
	struct fft *f = fft_new(SIZE);
	float *re = calloc(SIZE, sizeof(*re)), *im = calloc(SIZE, sizeof(*im));
	float *hr = calloc(SIZE, sizeof(*hr)), *hi = calloc(SIZE, sizeof(*hi));
	float r;
	int at, i, step = SIZE - hn;

	memcpy(hr, h, (size_t)hn * sizeof(*h));
	fft_forward(f, hr, hi);
	memset(y, 0, (size_t)n * sizeof(*y));
	for (at = 0; at < n; at += step) {
		for (i = 0; i < SIZE; i++) {
			re[i] = i < step && at + i < n ? x[at + i] : 0;
			im[i] = 0;
		}
		fft_forward(f, re, im);
		for (i = 0; i < SIZE; i++) {
			r = re[i] * hr[i] - im[i] * hi[i];
			im[i] = re[i] * hi[i] + im[i] * hr[i];
			re[i] = r;
		}
		fft_inverse(f, re, im);
		for (i = 0; i < SIZE && at + i < n; i++)
			y[at + i] += re[i];
	}
	fft_free(f);
	free(re);
	free(im);
	free(hr);
	free(hi);
}

/* A signal at a fractional place: by a windowed sinc, whose sines and cosines at
 * whole distances are known. */
static inline float
room_at(const float *x, int n, double at)
{
	static double c[32], s[32];
	int base = (int)floor(at), i, k;
	double w, pi = acos(-1), sum = 0, sine, near = at - base, cw, sw;

	if (base < 0 || base >= n)
		return 0;
	if (near < 1e-9)
		return x[base];
	if (c[15] == 0)
		for (i = -15; i <= 16; i++) {
			c[i + 15] = 0.5 * cos(pi * i / 16.5);
			s[i + 15] = 0.5 * sin(pi * i / 16.5);
		}
	sine = sin(pi * near) / pi;
	cw = cos(pi * near / 16.5);
	sw = sin(pi * near / 16.5);
	for (i = -15; i <= 16; i++) {
		k = base + i;
		if (k < 0 || k >= n)
			continue;
		w = 0.5 + cw * c[i + 15] + sw * s[i + 15];
		sum += (i & 1 ? -x[k] : x[k]) * sine / (near - i) * w;
	}
	return (float)sum;
}

static inline int16_t
room_clip(double x)
{
	return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : lrint(x));
}

/* What the device is given at a rate. */
static inline int16_t *
room_given(const float *x, int rate, int *n)
{
	struct pcm_rate *r = pcm_rate_new(ROOM_RATE, rate);
	struct buf b;
	int16_t v;
	int i;

	buf_init(&b, 32 << 20);
	for (i = 0; i < ROOM_SAMPLES; i++) {
		v = room_clip(x[i]);
		(void)pcm_rate_add(r, &v, 1, &b);
	}
	(void)pcm_rate_flush(r, &b);
	pcm_rate_free(r);
	*n = (int)b.len / 2;
	return (int16_t *)(void *)buf_take(&b, NULL);
}

/* What the rooms of a table have in common: the voices that were read once, and
 * the loudspeaker's level, distance and rate. */
static inline void
room_furnish(struct room *m, const struct room *voices)
{
	memcpy(m->voice, voices->voice, sizeof(m->voice));
	memcpy(m->voice_n, voices->voice_n, sizeof(m->voice_n));
	if (m->echo_db == 0)
		m->echo_db = -24;
	if (m->bulk == 0)
		m->bulk = 0.02;
	m->loud_rate = 24000;
}

/* By how much the echo is late behind the glitches until t, in seconds. */
static inline double
room_glitched(const struct room *m, double t)
{
	if (m->glitch_every <= 0 || (int)(t / m->glitch_every) % 2 == 0)
		return 0;
	return m->glitch;
}

/* Whether a glitch of that many seconds has just begun at t. */
static inline bool
room_glitch(const struct room *m, double t, double seconds)
{
	return m->glitch_every > 0 && t >= m->glitch_every &&
	    fmod(t, m->glitch_every) < seconds;
}

/* Everything that sounds and is captured. */
static inline void
room_make(struct room *m)
{
	uint64_t seed = m->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	float *x = calloc(ROOM_SAMPLES, sizeof(float));
	float *y = calloc(ROOM_SAMPLES, sizeof(float)), h[8192], *other;
	int i, n, k = (int)(m->seed % (ROOM_VOICES / 2));
	double lvl = 32768 * pow(10, m->echo_db / 20), g, noise;

	m->far = x;
	m->near = calloc(ROOM_SAMPLES, sizeof(float));
	m->echo = calloc(ROOM_SAMPLES, sizeof(float));
	m->mic = calloc(ROOM_SAMPLES, sizeof(int16_t));
	m->out = calloc(ROOM_SAMPLES, sizeof(int16_t));
	m->spans = 0;
	if (m->music) {
		room_play(x, 0.3, 70, &seed);
		room_play(x, 80, 100, &seed);
	} else {
		room_say(m, x, k, 1, 0.3, 70, 0.25, 3000, false);
		room_say(m, x, k, -1, 80, 100, 0.25, 3000, false);
	}
	for (i = (int)(m->pause_at * ROOM_RATE);
	    i < (m->pause_at + m->pause) * ROOM_RATE; i++)
		x[i] = 0;
	n = ROOM_VOICES / 2 + (k + 2) % (ROOM_VOICES / 2);
	room_say(m, m->near, n, 1, 31, 69, 1.6, 1000, true);
	n = m->spans;
	room_say(m, m->near, n, 1, 71, 80, 0.3, 1000, false);
	for (i = 0; i < ROOM_SAMPLES; i++)
		x[i] = room_clip(x[i]);
	m->loud = room_given(x, m->loud_rate, &m->loud_n);
	if (m->next_rate > 0)
		m->next = room_given(x, m->next_rate, &m->next_n);
	/* what it makes of it */
	for (i = 0; i < ROOM_SAMPLES; i++)
		y[i] = m->clip <= 0 ? x[i] : m->hard ?
		    (float)fmin(fmax(x[i], -m->clip), m->clip) :
		    (float)(m->clip * tanh(x[i] / m->clip));
	n = room_answer(m, h, 8192, &seed);
	room_convolve(y, ROOM_SAMPLES, h, n, m->echo);
	if (m->other_at > 0) {
		n = room_answer(m, h, 8192, &seed);
		other = calloc(ROOM_SAMPLES, sizeof(float));
		room_convolve(y, ROOM_SAMPLES, h, n, other);
		i = (int)(m->other_at * ROOM_RATE);
		memcpy(m->echo + i, other + i, (size_t)(ROOM_SAMPLES - i) *
		    sizeof(float));
		free(other);
	}
	for (i = 0; i < ROOM_SAMPLES; i++)
		y[i] = room_at(m->echo, ROOM_SAMPLES,
		    i * (1 + m->ppm * 1e-6) - ROOM_RATE * (m->bulk +
		    (i > m->jump_at * ROOM_RATE ? m->jump : 0) +
		    room_glitched(m, (double)i / ROOM_RATE)));
	g = lvl / room_rms(y, ROOM_SAMPLES, 100);
	for (i = 0; i < ROOM_SAMPLES; i++)
		m->echo[i] = room_glitch(m, (double)i / ROOM_RATE, m->hole) ?
		    0 : (float)(y[i] * g *
		    (i > m->volume_at * ROOM_RATE ?
		    pow(10, m->volume / 20) : 1));
	g = lvl * pow(10, m->near_db / 20) /
	    room_rms(m->near, ROOM_SAMPLES, 100);
	noise = 32768 * pow(10, (m->noise_db < 0 ? m->noise_db : -70) / 20);
	for (i = 0; i < ROOM_SAMPLES; i++) {
		m->near[i] *= (float)g;
		m->mic[i] = room_clip(m->echo[i] * pow(10, -m->loss / 20) +
		    m->near[i] + noise * room_gauss(&seed) + m->offset *
		    (1 + sin(12 * acos(-1) * i / ROOM_RATE)));
	}
	free(y);
}

static inline void
room_free(struct room *m)
{
	free(m->far);
	free(m->near);
	free(m->echo);
	free(m->mic);
	free(m->out);
	free(m->loud);
	free(m->next);
	m->far = m->near = m->echo = NULL;
	m->mic = m->out = m->loud = m->next = NULL;
}

/* What has been told of the loudspeaker. */
struct room_told {
	const int16_t *p;	/* of this rate, so many frames */
	int rate, n;
	int at;			/* the next one */
	int64_t number;		/* and its number */
	bool changed, paused;
};

/* The loudspeaker is another one from now on. */
static inline bool
room_change(const struct room *m, struct room_told *l)
{
	if ((m->next_rate == 0 && !m->anew) || l->changed ||
	    l->at < m->change_at * l->rate)
		return false;
	l->changed = true;
	if (m->anew)
		l->number = 0;
	if (m->next_rate == 0)
		return true;
	l->at = (int)((double)l->at / l->rate * m->next_rate);
	l->p = m->next;
	l->n = m->next_n;
	l->rate = m->next_rate;
	return true;
}

/* What sounds until t, unless the news are late. */
static inline void
room_tell(const struct room *m, struct room_told *l, struct aec *a, double t,
    int64_t zero, uint64_t *seed)
{
	double ahead = m->ahead > 0 ? m->ahead : 0.08;
	int64_t ns;
	bool start;
	int per;

	if (m->late > 0 && t >= m->late_at && t < m->late_at + m->late)
		return;
	for (;;) {
		per = l->rate / 50;
		if (m->pause > 0 && l->at >= m->pause_at * l->rate &&
		    l->at < (m->pause_at + m->pause) * l->rate) {
			aec_stopped(a, l->number);
			l->at += per;
			l->number += per;
			l->paused = true;
			continue;
		}
		if ((double)l->at / l->rate >= t + ahead ||
		    l->at + per > l->n)
			return;
		start = m->restart > 0 && l->at > 0 &&
		    l->at % (m->loud_rate * m->restart) == 0;
		if (start)
			aec_stopped(a, l->number);
		start |= l->paused;
		l->paused = false;
		if (room_change(m, l)) {
			start = true;
			per = l->rate / 50;
		}
		ns = zero + (int64_t)(1e9 * ((double)l->at / l->rate +
		    (m->glitch_told ? room_glitched(m, t) : 0) +
		    m->jitter * room_random(seed)));
		if ((double)l->at / l->rate >= m->join_at)
			(void)aec_played(a, l->number, l->rate, start, ns,
			    l->p + l->at, (size_t)per);
		l->at += per;
		l->number += per;
	}
}

/* All of it through a canceller. */
static inline void
room_run(struct room *m, const struct aec_config *c)
{
	uint64_t seed = m->seed + 77;
	int64_t zero = INT64_C(5000000000), ns;
	struct room_told l = { .p = m->loud, .rate = m->loud_rate,
	    .n = m->loud_n };
	struct aec *a = aec_new(c);
	struct aec_news news;
	clock_t t0 = clock();
	double t, since = 0;
	int i, delay;

	m->opened = -1;
	m->closings = 0;
	m->shut = 0;
	for (i = 0; i + ROOM_FRAME <= ROOM_SAMPLES; i += ROOM_FRAME) {
		t = (double)i / ROOM_RATE * (1 + m->ppm * 1e-6);
		room_tell(m, &l, a, t, zero, &seed);
		if (t < m->join_at || room_glitch(m, t, m->drop))
			continue;
		ns = zero + (int64_t)(1e9 * (t + m->jitter *
		    room_random(&seed)));
		if (!aec_frame(a, ns, m->mic + i, m->out + i))
			continue;
		aec_news(a, &news);
		if (getenv("ROOM_TALK") != NULL)
			fprintf(stderr, "%.2f s: %s (%s) erle %.1f delay %.1f "
			    "drift %.1f\n", (double)i / ROOM_RATE,
			    guard_name(news.state), news.why, news.erle,
			    news.delay_ms, news.drift_ppm);
		if (news.state == GUARD_OPEN && m->opened < 0)
			m->opened = (double)i / ROOM_RATE;
		else if (news.state == GUARD_OPEN && t - since > m->shut)
			m->shut = t - since;
		since = t;
		if (news.state == GUARD_LEARNING && m->opened >= 0)
			m->closings++;
	}
	m->cpu = (double)(clock() - t0) / CLOCKS_PER_SEC * 60 / ROOM_SECONDS;
	delay = aec_delay(a);
	memmove(m->out, m->out + delay, (size_t)(ROOM_SAMPLES - delay) * 2);
	aec_free(a);
}

static inline double
room_db(double power)
{
	return 10 * log10(power + 1e-9);
}

/* Echo return loss enhancement from a to b seconds, where there is echo. */
static inline double
room_erle(const struct room *m, double a, double b)
{
	double e, o, es = 0, os = 0, least = pow(32768 * pow(10, -2.25), 2);
	int i, k;

	for (i = (int)(a * ROOM_RATE); i + 320 <= b * ROOM_RATE; i += 320) {
		for (k = 0, e = o = 0; k < 320; k++) {
			e += (double)m->echo[i + k] * m->echo[i + k];
			o += (double)m->out[i + k] * m->out[i + k];
		}
		if (e / 320 < least)
			continue;
		es += e;
		os += o;
	}
	return room_db(es) - room_db(os);
}

/* As gl-emulator's ear: how often speech begins, and seconds of it. */
static inline int
room_ear(const struct room *m, double a, double b, double *seconds)
{
	double sum, v;
	int i, k, run = 0, quiet = 0, on = 0, frames = 0;
	bool speech = false;

	for (i = (int)(a * ROOM_RATE); i + 160 <= b * ROOM_RATE; i += 160) {
		for (k = 0, sum = 0; k < 160; k++)
			sum += (double)m->out[i + k] * m->out[i + k];
		v = room_db(sum / 160 / 32768 / 32768);
		frames += speech;
		if (!speech) {
			run = v >= -45 ? run + 1 : 0;
			if (run < 6)
				continue;
			speech = true;
			quiet = 0;
			on++;
			if (getenv("ROOM_TALK") != NULL)
				fprintf(stderr, "%.2f s: heard\n", i / 16000.0);
		} else {
			quiet = v >= -48 ? 0 : quiet + 1;
			if (quiet < 80)
				continue;
			speech = false;
			run = 0;
		}
	}
	if (seconds != NULL)
		*seconds += frames / 100.0;
	return on;
}

static inline void
room_mel(const double *power, double *band)
{
	double low = 2595 * log10(1 + 100 / 700.0), f, g, up, down, step;
	int i, b;

	step = (2595 * log10(1 + 7600 / 700.0) - low) / 25;
	for (b = 0; b < 24; b++)
		band[b] = 1e3;
	for (i = 0; i <= 256; i++) {
		f = i * ROOM_RATE / 512.0;
		g = (2595 * log10(1 + f / 700) - low) / step;
		for (b = 0; b < 24; b++) {
			up = g - b;
			down = b + 2 - g;
			up = up < down ? up : down;
			if (up > 0)
				band[b] += up * power[i];
		}
	}
	for (b = 0; b < 24; b++)
		band[b] = 10 * log10(band[b]);
}

/* How much is taken out of the near voice in [from, to), in dB, on the mean of
 * its bands that are within 35 dB of the loudest. */
static inline double
room_cut_span(const struct room *m, int from, int to)
{
	struct fft *f = fft_new(512);
	int n = (to - from - 512) / 160, i, k, b, count = 0;
	double (*o)[24] = calloc((size_t)n, sizeof(*o));
	double (*r)[24] = calloc((size_t)n, sizeof(*r));
	double po[257], pr[257], most = -99, sum = 0, d;
	float re[512], im[512];

	for (i = 0; i < n; i++) {
		for (k = 0; k < 512; k++) {
			float w = (float)(0.5 - 0.5 * cos(2 * acos(-1) * k /
			    511));

			re[k] = w * m->out[from + i * 160 + k];
			im[k] = w * m->near[from + i * 160 + k];
		}
		fft_forward(f, re, im);
		for (k = 0; k <= 256; k++) {
			int j = (512 - k) & 511;
			double a = re[k] + re[j], c = im[k] - im[j];
			double e = im[k] + im[j], g = re[j] - re[k];

			po[k] = (a * a + c * c) / 4;
			pr[k] = (e * e + g * g) / 4;
		}
		room_mel(po, o[i]);
		room_mel(pr, r[i]);
		for (b = 0; b < 24; b++)
			most = r[i][b] > most ? r[i][b] : most;
	}
	for (i = 0; i < n; i++)
		for (b = 0; b < 24; b++) {
			if (r[i][b] <= most - 35)
				continue;
			d = o[i][b] - r[i][b];
			sum += d < 0 ? d : 0;
			count++;
		}
	free(o);
	free(r);
	fft_free(f);
	return sum / (count + 1e-9);
}

static inline double
room_cut(const struct room *m)
{
	double sum = 0;
	int i;

	for (i = 0; i < m->spans; i++)
		sum += room_cut_span(m, m->span[i][0], m->span[i][1]);
	return sum / (m->spans + 1e-9);
}

/* Of the barge-ins, those that an ear hears within 600 ms. */
static inline int
room_heard(const struct room *m)
{
	int i, n = 0;
	double t;

	for (i = 0; i < m->spans; i++) {
		t = (double)m->span[i][0] / ROOM_RATE;
		n += room_ear(m, t - 0.05, t + 0.6, NULL) > 0;
	}
	return n;
}

/* Speech heard although nobody spoke, in the 45 s after the guard opened. */
static inline int
room_false(const struct room *m, double *seconds)
{
	*seconds = 0;
	return room_ear(m, m->opened, 30.8, seconds) +
	    room_ear(m, 82, 99.9, seconds);
}

#endif
