/*
 * Sound: s16le mono and the ways into it.  The only user of speexdsp's
 * resampler.  Nothing here knows where the sound comes from or goes to.
 */
#include "sound/pcm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <speex/speex_resampler.h>

#include "base/buf.h"
#include "base/mem.h"

size_t
pcm_width(enum pcm_format f)
{
	switch (f) {
	case PCM_U8: return 1;
	case PCM_S16: return 2;
	case PCM_S24: return 3;
	default: return 4;
	}
}

int
pcm_get(const void *p)
{
	const unsigned char *b = p;
	int v = b[0] | b[1] << 8;

	return v < 32768 ? v : v - 65536;
}

static int
clip(int v)
{
	return v > 32767 ? 32767 : v < -32768 ? -32768 : v;
}

void
pcm_put(void *p, int value)
{
	unsigned char *b = p;
	unsigned v = (unsigned)clip(value);

	b[0] = v & 0xff;
	b[1] = v >> 8 & 0xff;
}

/* One sample of any format on the scale of 32 bits. */
static int64_t
sample(enum pcm_format f, const unsigned char *p)
{
	uint32_t u;
	float x;

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
	case PCM_F32:
		break;
	}
	u = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
	memcpy(&x, &u, sizeof(x));
	if (isnan(x))
		return 0;
	return x >= 1 ? INT32_MAX : x <= -1 ? INT32_MIN :
	    (int64_t)((double)x * 2147483648.0);
}

/* The mean of a frame's channels, rounded to 16 bits. */
static void
frame(const struct pcm_in *in, const unsigned char *p, char *out)
{
	size_t width = pcm_width(in->format);
	int64_t sum = 0;
	int i;

	for (i = 0; i < in->channels; i++, p += width)
		sum += sample(in->format, p);
	/* an offset keeps the division among positive numbers */
	sum = sum / in->channels + ((int64_t)1 << 31) + (1 << 15);
	pcm_put(out, (int)(sum >> 16) - 32768);
}

void
pcm_in_init(struct pcm_in *in, enum pcm_format format, int channels)
{
	in->format = format;
	in->channels = channels;
	in->have = 0;
}

/* Completes the frame of which a part was kept; how much of p that took. */
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
	if (in->format == PCM_S16 && in->channels == 1)
		memcpy(to, p, n / 2 * 2);
	else
		for (i = 0; i < n / size; i++)
			frame(in, p + i * size, to + 2 * i);
	buf_added(out, n / size * 2);
	complete(in, p + n / size * size, n % size, size);
	return 0;
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

/* At most `most` samples go out for the n that go in. */
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
