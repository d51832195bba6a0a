/*
 * Sound: s16le mono and the ways into it.  The only user of speexdsp's
 * resampler.  Nothing here knows where the sound comes from or goes to.
 */
#include "sound/pcm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <speex/speex_resampler.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

size_t
pcm_width(enum pcm_format f)
{
	switch (f) {
	case PCM_ULAW:
	case PCM_ALAW:
	case PCM_U8: return 1;
	case PCM_S16: return 2;
	case PCM_S24: return 3;
	case PCM_F64: return 8;
	default: return 4;
	}
}

/* G.711: sign, exponent and mantissa of a byte. */
static int
ulaw(unsigned c)
{
	int v;

	c = ~c & 0xff;
	v = (((int)(c & 15) << 3) + 0x84) << (c >> 4 & 7);
	return c & 0x80 ? 0x84 - v : v - 0x84;
}

static int
alaw(unsigned c)
{
	int v, e;

	c ^= 0x55;
	e = (int)(c >> 4 & 7);
	v = ((int)(c & 15) << 4) + 8;
	if (e > 0)
		v = (v + 0x100) << (e - 1);
	return c & 0x80 ? v : -v;
}

int
pcm_law(enum pcm_format f, unsigned char c)
{
	return f == PCM_ALAW ? alaw(c) : ulaw(c);
}

static int64_t
whole(double x)
{
	if (isnan(x))
		return 0;
	return x >= 1 ? INT32_MAX : x <= -1 ? INT32_MIN :
	    (int64_t)(x * 2147483648.0);
}

/* One sample of any format, scaled to 32 bits. */
static int64_t
sample(enum pcm_format f, const unsigned char *p)
{
	uint64_t u = 0;
	uint32_t w;
	double d;
	float x;
	int i;

	switch (f) {
	case PCM_U8:
		return ((int64_t)p[0] - 128) * (1 << 24);
	case PCM_S16:
		return (int64_t)pcm_get(p) * (1 << 16);
	case PCM_S24:
		return (int64_t)pcm_get(p + 1) * (1 << 16) + p[0] * (1 << 8);
	case PCM_S32:
		return (int64_t)pcm_get(p + 2) * (1 << 16) +
		    (p[0] | p[1] << 8);
	case PCM_ULAW:
		return (int64_t)ulaw(p[0]) * (1 << 16);
	case PCM_ALAW:
		return (int64_t)alaw(p[0]) * (1 << 16);
	case PCM_F32:
	case PCM_F64:
		break;
	}
	for (i = (int)pcm_width(f) - 1; i >= 0; i--)
		u = u << 8 | p[i];
	if (f == PCM_F64) {
		memcpy(&d, &u, sizeof(d));
		return whole(d);
	}
	w = (uint32_t)u;
	memcpy(&x, &w, sizeof(x));
	return whole(x);
}

static int64_t
sample_of(const struct pcm_in *in, const unsigned char *p, size_t width)
{
	unsigned char turned[8];
	size_t i;

	if (!in->big)
		return sample(in->format, p);
	for (i = 0; i < width; i++)
		turned[i] = p[width - 1 - i];
	return sample(in->format, turned);
}

/* Whether a single channel is wanted, and exists. */
static bool
picked(const struct pcm_in *in)
{
	return in->pick > 0 && in->pick <= in->channels;
}

/* The mean of a frame's channels, rounded to 16 bits. */
static void
frame(struct pcm_in *in, const unsigned char *p, char *out)
{
	size_t width = pcm_width(in->format);
	int64_t sum = 0, v, one = 0;
	int i;

	for (i = 0; i < in->channels; i++, p += width) {
		v = sample_of(in, p, width);
		sum += v;
		if (i + 1 == in->pick)
			one = v;
		in->power[i] += (double)v * (double)v;
	}
	sum = picked(in) ? one : sum / in->channels;
	in->mixed += (double)sum * (double)sum;
	in->frames++;
	/* an offset, so that only positive numbers are shifted */
	sum += ((int64_t)1 << 31) + (1 << 15);
	pcm_put(out, (int)(sum >> 16) - 32768);
}

void
pcm_in_init(struct pcm_in *in, enum pcm_format format, int channels)
{
	memset(in, 0, sizeof(*in));
	in->format = format;
	in->channels = channels;
}

/* Completes the frame of which a part was kept; returns how much of p that
 * took. */
static size_t
complete(struct pcm_in *in, const unsigned char *p, size_t n, size_t size)
{
	size_t take = size - in->have;

	if (take > n)
		take = n;
	memcpy(in->part + in->have, p, take);
	in->have += take;
	return take;
}

int
pcm_in_add(struct pcm_in *in, const void *bytes, size_t n, struct buf *out)
{
	const unsigned char *p = bytes;
	size_t size = pcm_width(in->format) * (size_t)in->channels, used, i;
	char *to = buf_room(out, ((in->have + n) / size) * 2);

	if (to == NULL)
		return -1;
	if (in->have > 0) {
		used = complete(in, p, n, size);
		p += used;
		n -= used;
		if (in->have < size)
			return 0;
		frame(in, in->part, to);
		buf_added(out, 2);
		to += 2;
		in->have = 0;
	}
	if (in->format == PCM_S16 && in->channels == 1 && !in->big)
		memcpy(to, p, n / 2 * 2);
	else
		for (i = 0; i < n / size; i++)
			frame(in, p + i * size, to + 2 * i);
	buf_added(out, n / size * 2);
	complete(in, p + n / size * size, n % size, size);
	return 0;
}

/* The mean power of a sum of squares, in dB. */
static double
power_db(const struct pcm_in *in, double sum)
{
	double p = sum / (double)in->frames / 4611686018427387904.0;

	return p <= 1e-12 ? -120 : 10 * log10(p);
}

const char *
pcm_in_advice(const struct pcm_in *in, char *text, size_t size)
{
	double loudest = -120, db, mixed;
	int i, best = 0, silent = 0;

	if (in->pick > in->channels && in->channels > 0) {
		snprintf(text, size, "there is no channel %d, but %d: %s",
		    in->pick, in->channels, in->channels == 1 ?
		    "it is taken" : "the mean of them is taken");
		return text;
	}
	if (in->channels < 2 || in->frames == 0)
		return NULL;
	mixed = power_db(in, in->mixed);
	for (i = 0; i < in->channels; i++) {
		db = power_db(in, in->power[i]);
		silent += db < -71;	/* 8 of A-law, which has no 0 */
		if (db > loudest) {
			loudest = db;
			best = i + 1;
		}
	}
	if (loudest < -70 || in->pick == best)
		return NULL;
	if (in->pick > 0 && mixed < loudest - 30)
		snprintf(text, size, "channel %d is silent, channel %d is "
		    "not: --channel %d", in->pick, best, best);
	else if (in->pick == 0 && mixed < loudest - 20)
		snprintf(text, size, "the mean of its %d channels cancels or "
		    "drowns them: --channel %d takes the loudest one",
		    in->channels, best);
	else if (in->pick == 0 && silent == in->channels - 1)
		snprintf(text, size, "of its %d channels only channel %d is "
		    "not silent, and the mean of them is %.0f dB quieter: "
		    "--channel %d", in->channels, best, loudest - mixed, best);
	else
		return NULL;
	return text;
}

int
pcm_channel(void *to, const char *text, char *why, size_t size)
{
	static const char *const words[] = { "mix", "left", "right" };
	int *pick = to, i;

	for (i = 0; i < 3; i++)
		if (strcmp(text, words[i]) == 0) {
			*pick = i;
			return CODE_OK;
		}
	if (text[0] >= '1' && text[0] <= '0' + PCM_CHANNELS_MAX &&
	    text[1] == '\0') {
		*pick = text[0] - '0';
		return CODE_OK;
	}
	snprintf(why, size, "mix, left, right or 1 to %d", PCM_CHANNELS_MAX);
	return CODE_USAGE;
}

bool
pcm_noise(const void *bytes, size_t n)
{
	enum { LAGS = 64, LEAST = 64 };
	const unsigned char *p = bytes;
	double mean = 0, power = 0, sum, most = 0;
	size_t i, lag;

	if (n < LEAST)
		return false;
	for (i = 0; i < n; i++)
		mean += pcm_get(p + 2 * i);
	mean /= (double)n;
	for (i = 0; i < n; i++)
		power += (pcm_get(p + 2 * i) - mean) *
		    (pcm_get(p + 2 * i) - mean);
	/* bytes round 128 would be an offset near full scale */
	if (fabs(mean) > 16384)
		return true;
	if (10 * log10(power / (double)n / (32768.0 * 32768) + 1e-12) < -12)
		return false;
	for (lag = 1; lag <= LAGS && lag <= n / 4; lag++) {
		for (sum = 0, i = lag; i < n; i++)
			sum += (pcm_get(p + 2 * i) - mean) *
			    (pcm_get(p + 2 * (i - lag)) - mean);
		if (fabs(sum) > most)
			most = fabs(sum);
	}
	return most < 0.6 * power;
}

void
pcm_gain(void *bytes, size_t samples, double factor)
{
	unsigned char *p = bytes;
	double v;

	for (; samples > 0; samples--, p += 2) {
		v = pcm_get(p) * factor;
		pcm_put(p, v >= 32767 ? 32767 : v <= -32768 ? -32768 :
		    (int)lrint(v));
	}
}

double
pcm_db(double db)
{
	return pow(10, db / 20);
}

void
pcm_level_add(struct pcm_level *l, const void *bytes, size_t samples)
{
	const unsigned char *p = bytes;
	int64_t sum = 0;
	int v;

	l->samples += samples;
	for (; samples > 0; samples--, p += 2) {
		v = pcm_get(p);
		sum += (int64_t)v * v;
		if (abs(v) > l->peak)
			l->peak = abs(v);
	}
	l->sum += (double)sum;
}

static double
decibels(double x)
{
	return x <= 1e-6 ? -120 : 20 * log10(x);
}

double
pcm_level_rms(const struct pcm_level *l)
{
	if (l->samples == 0)
		return -120;
	return decibels(sqrt(l->sum / (double)l->samples) / 32768);
}

double
pcm_level_peak(const struct pcm_level *l)
{
	return decibels(l->peak / 32768.0);
}

enum {
	RATE_QUALITY = 5,	/* speex: 3 is for telephony, 10 the best */
	RATE_PIECE = 1024	/* samples converted at a time */
};

struct pcm_rate {
	int from, to;
	SpeexResamplerState *state;	/* NULL where from == to */
	uint64_t in, out;		/* samples since the last flush */
};

struct pcm_rate *
pcm_rate_new(int from, int to)
{
	struct pcm_rate *r;
	int error = 0;

	if (from < PCM_RATE_MIN || from > PCM_RATE_MAX || to < PCM_RATE_MIN ||
	    to > PCM_RATE_MAX)
		return NULL;
	r = mem_alloc(sizeof(*r));
	r->from = from;
	r->to = to;
	if (from == to)
		return r;
	r->state = speex_resampler_init(1, (spx_uint32_t)from,
	    (spx_uint32_t)to, RATE_QUALITY, &error);
	if (r->state == NULL) {
		free(r);
		return NULL;
	}
	pcm_rate_reset(r);
	return r;
}

void
pcm_rate_free(struct pcm_rate *r)
{
	if (r == NULL)
		return;
	if (r->state != NULL)
		speex_resampler_destroy(r->state);
	free(r);
}

void
pcm_rate_reset(struct pcm_rate *r)
{
	r->in = r->out = 0;
	if (r->state == NULL)
		return;
	speex_resampler_reset_mem(r->state);
	/* the filter's delay is not sound */
	speex_resampler_skip_zeros(r->state);
}

uint64_t
pcm_rate_count(int from, int to, uint64_t samples)
{
	uint64_t f = (uint64_t)from, t = (uint64_t)to;

	/* in two steps, so that no count of samples overflows */
	return samples / f * t + (samples % f * t + f / 2) / f;
}

size_t
pcm_rate_held(const struct pcm_rate *r)
{
	uint64_t all = pcm_rate_count(r->from, r->to, r->in);

	return all > r->out ? (size_t)(all - r->out) : 0;
}

/* Converts n samples into at most `most`. */
static int
convert(struct pcm_rate *r, const spx_int16_t *in, size_t n, uint64_t most,
    struct buf *out)
{
	spx_int16_t to[RATE_PIECE];
	spx_uint32_t used, made, i;
	char *room;

	do {
		used = (spx_uint32_t)n;
		made = most < RATE_PIECE ? (spx_uint32_t)most : RATE_PIECE;
		speex_resampler_process_int(r->state, 0, in, &used, to, &made);
		in += used;
		n -= used;
		most -= made;
		r->out += made;
		room = buf_room(out, made * 2);
		if (room == NULL)
			return -1;
		for (i = 0; i < made; i++)
			pcm_put(room + 2 * i, to[i]);
		buf_added(out, made * 2);
	} while ((n > 0 || made == RATE_PIECE) && most > 0 &&
	    (used > 0 || made > 0));
	return 0;
}

int
pcm_rate_add(struct pcm_rate *r, const void *bytes, size_t samples,
    struct buf *out)
{
	const unsigned char *p = bytes;
	spx_int16_t in[RATE_PIECE];
	size_t n, i;

	if (r->state == NULL)
		return buf_add(out, bytes, samples * 2);
	for (; samples > 0; samples -= n) {
		n = samples < RATE_PIECE ? samples : RATE_PIECE;
		for (i = 0; i < n; i++, p += 2)
			in[i] = (spx_int16_t)pcm_get(p);
		r->in += n;
		if (convert(r, in, n, UINT64_MAX, out) == -1)
			return -1;
	}
	return 0;
}

int
pcm_rate_flush(struct pcm_rate *r, struct buf *out)
{
	spx_int16_t zero[RATE_PIECE] = { 0 };
	uint64_t all = pcm_rate_count(r->from, r->to, r->in);
	int ret = 0;

	while (r->state != NULL && r->out < all && ret == 0)
		ret = convert(r, zero, RATE_PIECE, all - r->out, out);
	pcm_rate_reset(r);
	return ret;
}
