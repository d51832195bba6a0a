/*
 * In windows of 20 ms, every 10 ms, and some twenty bands.
 *
 * How loud the residual of an echo is cannot be computed: a small loudspeaker
 * distorts when it is loud, a reverberant room outlasts the filter.  So it is
 * learnt on the way: for each band, and each loudness of the echo in steps of
 * 3 dB, the mean and the spread of the residual relative to the echo that the
 * filter found.  When the sound is well above what the echo alone has ever
 * left, in many bands at once, somebody speaks near by.
 */
#include "mic/suppress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sound/fft.h"

enum {
	BANDS = 22,
	LEVELS = 28,		/* of 3 dB, down from full scale */
	HANG = 20,		/* hops that speech outlasts its last sign */
	ONSET = 3,		/* hops with signs that begin speech */
	KNOWN = 600		/* hops of an echo after which it is known */
};

#define TINY 1e-12
#define SCORE 1.05		/* standard deviations, averaged over bands */
#define SCORE_ON 0.9		/* once speech has begun */
#define MAYBE 0.5		/* below it certainly nobody speaks */
#define LIKELY 0.7		/* from which nothing is attenuated */
#define SHARE 0.55		/* from which it is echo, not a voice */
#define LEAK 0.75		/* from which it is silenced as that */
/* A loudspeaker that clips leaves bursts that nothing predicts, 15 dB and more
 * below the echo; a voice that soft has to stand out by more.  A loudspeaker
 * that usually leaves little does not clip. */
#define SOFT -12.0		/* dB: the residual relative to the echo */
#define SOFT_CLEAN -14.0	/* if that is usually CLEAN */
#define CLEAN -31.0
#define DIRTY -28.5
#define SOFT_SCORE 0.12		/* added to all thresholds per dB below that */
#define SOFT_MOST 2.0
#define LOUD_ECHO 1e-3		/* an echo whose residual is worth a look */
#define SOME_ECHO 1e-4		/* one that makes the residual known */
/* A vowel is in few bands, but there far above what a known echo leaves. */
#define VOWEL 10.0		/* dB over all of that */
#define VOWEL_SOFT -11.5	/* dB: the residual relative to the echo */
#define VOWEL_SCORE 0.3
#define VOWEL_LEAST 4e-5	/* the residual: -47 dBFS */
#define REMOVED 0.55		/* the filter leaves less: the echo is there */
/* A residual louder than the microphone's sound means that the echo has moved.
 * A voice never causes that. */
#define MOVED 1.25
#define MOMENTS 0.25		/* the weight of a hop in that average */
#define FIRST_MEAN -22.0	/* dB, before anything was learnt */
#define FIRST_SPREAD 6.0
#define LEAST_SPREAD 3.0
#define FLOOR_FAR 0.05f		/* lowest gains: far end only, double talk */
#define FLOOR_NEAR 0.6f
/* at most -49 dBFS while nobody speaks, or -48 while somebody may */
#define HUSH 1.2e-5f
#define HUSH_MAYBE 1.6e-5f

struct learnt {
	float mean, spread;
	int count;
};

struct suppress {
	int samples, hop, size, bins;
	struct fft *fft;
	float *window;		/* two hops long */
	float *old_left, *old_echo;	/* the previous hop */
	float *re, *im, *add;	/* add: what overlaps into the next hop */
	float *left_re, *left_im, *echo_re, *echo_im;
	/* smoothed spectra, for the coherence */
	float *s_left, *s_echo, *s_re, *s_im;
	int edge[BANDS + 1];
	float left_band[BANDS], echo_band[BANDS], noise[BANDS], gain[BANDS];
	float rest[BANDS];	/* residual expected from the echo alone */
	struct learnt table[BANDS][LEVELS];
	double score;
	double soft;		/* added to every threshold of the score */
	double usual;		/* dB: expected residual over the echo */
	double with, without;	/* recent powers: of the microphone, and of the
				 * residual */
	bool moved;
	double share;		/* of the residual, coherent with the echo */
	double loud;		/* the echo's power, slowly decaying */
	int signs, hang;
	int echoes;		/* hops of one, up to KNOWN: what is learnt in
				 * them is never forgotten */
	int far_hops;		/* since the loudspeaker was last silent */
};

static double
mel(double f)
{
	return 2595 * log10(1 + f / 700);
}

static void
make_bands(struct suppress *s, int rate)
{
	double top = rate / 2 < 8000 ? rate / 2 : 8000, low = mel(100), f;
	int i;

	for (i = 0; i <= BANDS; i++) {
		f = low + (mel(top) - low) * i / BANDS;
		f = 700 * (pow(10, f / 2595) - 1);
		s->edge[i] = (int)lrint(f * s->size / rate);
		if (i > 0 && s->edge[i] <= s->edge[i - 1])
			s->edge[i] = s->edge[i - 1] + 1;
	}
}

static float *
floats(int n)
{
	return mem_alloc((size_t)n * sizeof(float));
}

struct suppress *
suppress_new(int rate, int samples)
{
	struct suppress *s = mem_alloc(sizeof(*s));
	double pi = acos(-1);
	int i;

	s->samples = samples;
	s->hop = samples / 2;
	for (s->size = 64; s->size < 2 * s->hop; s->size *= 2)
		;
	s->bins = s->size / 2 + 1;
	s->fft = fft_new(s->size);
	s->window = floats(2 * s->hop);
	for (i = 0; i < 2 * s->hop; i++)
		s->window[i] = (float)sin(pi * (i + 0.5) / (2 * s->hop));
	s->old_left = floats(s->hop);
	s->old_echo = floats(s->hop);
	s->re = floats(s->size);
	s->im = floats(s->size);
	s->add = floats(s->hop);
	s->left_re = floats(s->bins);
	s->left_im = floats(s->bins);
	s->echo_re = floats(s->bins);
	s->echo_im = floats(s->bins);
	s->s_left = floats(s->bins);
	s->s_echo = floats(s->bins);
	s->s_re = floats(s->bins);
	s->s_im = floats(s->bins);
	make_bands(s, rate);
	s->usual = FIRST_MEAN;
	for (i = 0; i < BANDS; i++) {
		s->gain[i] = 1;
		s->noise[i] = 1e-8f;
	}
	return s;
}

void
suppress_free(struct suppress *s)
{
	if (s == NULL)
		return;
	fft_free(s->fft);
	free(s->window);
	free(s->old_left);
	free(s->old_echo);
	free(s->re);
	free(s->im);
	free(s->add);
	free(s->left_re);
	free(s->left_im);
	free(s->echo_re);
	free(s->echo_im);
	free(s->s_left);
	free(s->s_echo);
	free(s->s_re);
	free(s->s_im);
	free(s);
}

int
suppress_delay(const struct suppress *s)
{
	return s->hop;
}

void
suppress_calm(struct suppress *s)
{
	s->signs = s->hang = 0;
	s->score = 0;
}

/* The spectra of the residual and of the echo, both from one transform. */
static void
analyse(struct suppress *s, const float *left, const float *echo)
{
	int i, j, h = s->hop, n = s->size;

	for (i = 0; i < h; i++) {
		s->re[i] = s->old_left[i] * s->window[i];
		s->im[i] = s->old_echo[i] * s->window[i];
		s->re[h + i] = left[i] * s->window[h + i];
		s->im[h + i] = echo[i] * s->window[h + i];
	}
	memset(s->re + 2 * h, 0, (size_t)(n - 2 * h) * sizeof(float));
	memset(s->im + 2 * h, 0, (size_t)(n - 2 * h) * sizeof(float));
	fft_forward(s->fft, s->re, s->im);
	for (i = 0; i < s->bins; i++) {
		j = (n - i) & (n - 1);
		s->left_re[i] = (s->re[i] + s->re[j]) / 2;
		s->left_im[i] = (s->im[i] - s->im[j]) / 2;
		s->echo_re[i] = (s->im[i] + s->im[j]) / 2;
		s->echo_im[i] = (s->re[j] - s->re[i]) / 2;
	}
	memcpy(s->old_left, left, (size_t)h * sizeof(float));
	memcpy(s->old_echo, echo, (size_t)h * sizeof(float));
}

/* Band powers, and how much of the residual is coherent with the echo. */
static void
measure(struct suppress *s, struct suppress_heard *h)
{
	/* a sine window halves the power; the sum has one half of the bins */
	double scale = 2.0 / s->size / s->hop, left, echo, coh, leak = 0;
	double with = 0, without = 0, re, im;
	double all = 1e-30;
	const float a = 0.08f;
	float *lr = s->left_re, *li = s->left_im;
	float *er = s->echo_re, *ei = s->echo_im;
	int b, i;

	for (b = 0; b < BANDS; b++) {
		left = echo = 0;
		for (i = s->edge[b]; i < s->edge[b + 1] && i < s->bins; i++) {
			float pl = lr[i] * lr[i] + li[i] * li[i];
			float pe = er[i] * er[i] + ei[i] * ei[i];

			left += pl;
			echo += pe;
			re = lr[i] + er[i];
			im = li[i] + ei[i];
			with += re * re + im * im;
			s->s_left[i] += a * (pl - s->s_left[i]);
			s->s_echo[i] += a * (pe - s->s_echo[i]);
			s->s_re[i] += a * (lr[i] * er[i] + li[i] * ei[i] -
			    s->s_re[i]);
			s->s_im[i] += a * (lr[i] * ei[i] - li[i] * er[i] -
			    s->s_im[i]);
			coh = (s->s_re[i] * s->s_re[i] +
			    s->s_im[i] * s->s_im[i]) /
			    (s->s_left[i] * s->s_echo[i] + 1e-30);
			all += s->s_left[i];
			/* unrelated signals agree a little over few windows */
			if (coh > 0.15)
				leak += s->s_left[i] * (coh - 0.15) / 0.85;
		}
		s->left_band[b] = (float)(left * scale + TINY);
		s->echo_band[b] = (float)(echo * scale + TINY);
		without += left;
		h->left += left * scale / 2;
		h->echo += echo * scale / 2;
	}
	s->with += MOMENTS * (with * scale - s->with);
	s->without += MOMENTS * (without * scale - s->without);
	s->moved = s->without > MOVED * s->with && s->without > 1e-5;
	h->leak += leak * scale / 2;
	s->share = leak / all;
}

static float
db(double power)
{
	return (float)(10 * log10(power + TINY));
}

/* What was learnt at this loudness, or at the nearest known one. */
static struct learnt
known(const struct suppress *s, int b, int level)
{
	struct learnt none = { FIRST_MEAN, FIRST_SPREAD, 0 };
	int d;

	for (d = 0; d < LEVELS; d++) {
		if (level + d < LEVELS && s->table[b][level + d].count > 2)
			return s->table[b][level + d];
		if (level - d >= 0 && s->table[b][level - d].count > 2)
			return s->table[b][level - d];
	}
	return none;
}

static void
learn(struct suppress *s, int b, int level, float value, bool near)
{
	struct learnt *l = &s->table[b][level];
	float w, d;

	if (l->count == 0) {
		*l = known(s, b, level);
		l->count = 0;
	}
	l->count += l->count < 1000;
	w = l->count < 25 ? 1 / (float)(l->count + 1) : 0.04f;
	if (near)
		w = 0.008f;
	d = value - l->mean;
	l->mean += w * d;
	l->spread += w * ((float)fabs(d) * 1.25f - l->spread);
}

/* By how much more a voice this far below the echo has to stand out. */
static void
soften(struct suppress *s, double total, double echo)
{
	double rest = 0, dirt;
	int b;

	for (b = 0; b < BANDS; b++)
		rest += s->rest[b];
	if (echo > LOUD_ECHO)
		s->usual += 0.005 * (db(rest) - db(echo) - s->usual);
	dirt = fmin(fmax((s->usual - CLEAN) / (DIRTY - CLEAN), 0), 1);
	s->soft = SOFT_SCORE * (SOFT_CLEAN + dirt * (SOFT - SOFT_CLEAN) -
	    db(total) + db(echo));
	s->soft = fmin(fmax(s->soft, 0), SOFT_MOST);
}

static bool
vowel(const struct suppress *s, double total)
{
	double rest = 0;
	int b;

	for (b = 0; b < BANDS; b++)
		rest += s->rest[b] + s->noise[b];
	return s->echoes == KNOWN && s->without < REMOVED * s->with &&
	    s->score > VOWEL_SCORE && total > VOWEL_LEAST &&
	    db(total) - db(rest) > VOWEL &&
	    db(total) - db(s->loud) > VOWEL_SOFT;
}

/* Whether somebody speaks near by; `rest` is the residual that the echo alone
 * would leave. */
static void
judge(struct suppress *s, bool explained, struct suppress_heard *h)
{
	double echo = 0, total = 0, score = 0, z;
	float at[BANDS], left, mid;
	struct learnt l;
	int b, level, heard = 0;

	for (b = 0; b < BANDS; b++)
		echo += s->echo_band[b];
	s->loud = echo > s->loud ? echo : s->loud * 0.85 + echo * 0.15;
	level = (int)(-db(s->loud) / 3);
	level = level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
	mid = db(s->loud / BANDS);
	for (b = 0; b < BANDS; b++) {
		at[b] = (db(s->echo_band[b]) + mid) / 2;
		left = db(s->left_band[b]);
		l = known(s, b, level);
		s->rest[b] = (float)pow(10, (at[b] + l.mean) / 10);
		total += s->left_band[b];
		if (s->left_band[b] < 4 * s->noise[b])
			continue;
		z = (left - db(s->rest[b] + s->noise[b])) /
		    fmax(l.spread, LEAST_SPREAD);
		score += z > 3 ? 3 : z < -3 ? -3 : z;
		heard++;
	}
	score = heard > 2 ? score / (heard + 3) : 0;
	s->score += 0.5 * (score - s->score);
	h->near_score = s->score;
	soften(s, total, echo);
	if (explained && echo > SOME_ECHO)
		s->echoes += s->echoes < KNOWN;
	if ((s->score > (s->hang > 0 ? SCORE_ON : SCORE) + s->soft ||
	    (explained && vowel(s, total))) && total > 1e-6 && s->share < SHARE)
		s->signs += s->signs < ONSET + 2;
	else if (s->signs > 0)
		s->signs--;
	if (s->moved)
		s->signs = s->hang = 0;
	if (s->signs >= ONSET)
		s->hang = HANG;
	else if (s->hang > 0)
		s->hang--;
	for (b = 0; b < BANDS && level < LEVELS - 4; b++)
		learn(s, b, level, db(s->left_band[b]) - at[b],
		    s->hang > 0 || s->signs > 1);
}

/* The room's own noise: what a band falls to again and again. */
static void
follow_noise(struct suppress *s)
{
	float *n;
	int b;

	for (b = 0; b < BANDS; b++) {
		n = &s->noise[b];
		if (s->left_band[b] < *n)
			*n += 0.2f * (s->left_band[b] - *n);
		else
			*n *= 1.005f;	/* 2 dB a second */
		if (*n > 1e-5f)
			*n = 1e-5f;
	}
}

/* Keeps the output too soft to be heard. */
static void
hush(struct suppress *s)
{
	float sum = 0, most = s->score < MAYBE ? HUSH : HUSH_MAYBE;
	int b;

	for (b = 0; b < BANDS; b++)
		sum += s->left_band[b] / 2 * s->gain[b] * s->gain[b];
	for (b = 0; b < BANDS && sum > most; b++)
		s->gain[b] *= sqrtf(most / sum);
}

static void
set_gains(struct suppress *s, bool far)
{
	bool near = s->hang > 0;
	float g, least, over = near ? 1 : 4;
	int b;

	for (b = 0; b < BANDS; b++) {
		g = 1 - over * s->rest[b] / (s->left_band[b] + 1e-12f);
		least = near ? FLOOR_NEAR : FLOOR_FAR;
		if (!near && g > 0.3f)
			g = 0.3f;
		if (g < least)
			g = least;
		if (!far)
			g = 1;
		s->gain[b] += (g > s->gain[b] ? 0.7f : 0.4f) *
		    (g - s->gain[b]);
	}
	if (far && !near && (s->moved || s->share > LEAK ||
	    s->score < LIKELY + s->soft))
		hush(s);
}

/* Applies the gains, interpolated between the centres of bands. */
static void
synthesise(struct suppress *s, float *out)
{
	int i, b, j, n = s->size, h = s->hop;
	float g, mid;

	for (b = 0, i = 0; i < s->bins; i++) {
		while (b < BANDS - 1 && i >= s->edge[b + 1])
			b++;
		mid = (float)(s->edge[b] + s->edge[b + 1]) / 2;
		j = i < mid ? b - 1 : b + 1;
		g = s->gain[b];
		if (j >= 0 && j < BANDS && i >= s->edge[0])
			g += (s->gain[j] - g) * (float)fabs(i - mid) /
			    (float)(s->edge[b + 1] - s->edge[b]);
		s->left_re[i] *= g;
		s->left_im[i] *= g;
	}
	for (i = 0; i < s->bins; i++) {
		j = (n - i) & (n - 1);
		s->re[i] = s->re[j] = s->left_re[i];
		s->im[i] = s->left_im[i];
		s->im[j] = -s->left_im[i];
	}
	s->im[0] = s->im[n / 2] = 0;
	fft_inverse(s->fft, s->re, s->im);
	for (i = 0; i < h; i++) {
		out[i] = s->add[i] + s->re[i] * s->window[i];
		s->add[i] = s->re[h + i] * s->window[h + i];
	}
}

static int16_t
whole(float x)
{
	x *= 32768;
	return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : lrintf(x));
}

void
suppress_run(struct suppress *s, const int16_t *mic, const int16_t *left,
    bool far, bool explained, int16_t *out, struct suppress_heard *h)
{
	float l[480], e[480], o[480];	/* a hop at 48 kHz */
	int i, k, hops = s->samples / s->hop;

	memset(h, 0, sizeof(*h));
	for (k = 0; k < hops; k++) {
		for (i = 0; i < s->hop; i++) {
			l[i] = left[i] / 32768.0f;
			e[i] = (float)(mic[i] - left[i]) / 32768.0f;
			h->mic += mic[i] / 32768.0 * mic[i] / 32768.0;
		}
		analyse(s, l, e);
		measure(s, h);
		s->far_hops = far ? s->far_hops + 1 : 0;
		if (far)
			judge(s, explained, h);
		else {
			s->signs = s->hang = 0;
			s->loud = 0;
			follow_noise(s);
		}
		set_gains(s, far);
		synthesise(s, o);
		for (i = 0; i < s->hop; i++)
			out[i] = whole(o[i]);
		mic += s->hop;
		left += s->hop;
		out += s->hop;
	}
	h->mic /= s->samples;
	h->left /= hops;
	h->echo /= hops;
	h->leak /= hops;
	h->near = s->hang > 0;
	h->moved = s->moved;
}
