#ifndef SOUND_PCM_H
#define SOUND_PCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sound as the toolkit keeps it: s16le, one channel, as bytes that need no
 * alignment; "samples" counts pairs of bytes.  Pure.
 */
struct buf;

enum {
	PCM_RATE_MIN = 1000,
	PCM_RATE_MAX = 384000,
	PCM_CHANNELS_MAX = 8
};

/* Sample formats accepted from outside. */
enum pcm_format {
	PCM_U8, PCM_S16, PCM_S24, PCM_S32, PCM_F32, PCM_F64, PCM_ULAW, PCM_ALAW
};

/* Which channel is used, counted from 1; 0 is the mean of all. */
enum { PCM_MIX, PCM_LEFT, PCM_RIGHT };

/* Bytes of one sample. */
size_t pcm_width(enum pcm_format);

/* The sample, of 16 bits, that a byte of PCM_ULAW or PCM_ALAW stands for. */
int pcm_law(enum pcm_format, unsigned char);

/* One sample at p.  Every sample of a call goes through these, so they are
 * here. */
static inline int
pcm_get(const void *p)
{
	const unsigned char *b = p;

	return (int16_t)(uint16_t)(b[0] | b[1] << 8);
}

/* Clipped to 16 bits. */
static inline void
pcm_put(void *p, int value)
{
	unsigned char *b = p;
	unsigned v = (unsigned)(value > 32767 ? 32767 : value < -32768 ?
	    -32768 : value);

	b[0] = v & 0xff;
	b[1] = v >> 8 & 0xff;
}

/*
 * Converts any format to s16le mono, averaging the channels unless one is
 * picked; 8 bits are widened, more than 16 rounded, floats clipped
 * (not-a-number is silence).  A frame split between calls is kept; embedded by
 * its owner, nothing to free.
 */
struct pcm_in {
	enum pcm_format format;
	int channels;
	int pick;			/* PCM_MIX, or a channel; the mean if
					 * there is no such channel */
	bool big;			/* big-endian */
	double power[PCM_CHANNELS_MAX], mixed;	/* sums of squares */
	uint64_t frames;		/* counted in those sums */
	size_t have;			/* bytes kept in part */
	unsigned char part[8 * PCM_CHANNELS_MAX];
};

void pcm_in_init(struct pcm_in *, enum pcm_format, int channels);
/* Appends to out; 0, or -1 if out would exceed its ceiling. */
int pcm_in_add(struct pcm_in *, const void *p, size_t n, struct buf *out);

/* Once all sound has arrived, what is wrong with the choice of channels: a
 * mean that cancels out, a silent channel.  A sentence in text, or NULL if all
 * is well. */
const char *pcm_in_advice(const struct pcm_in *, char *text, size_t size);

/* Parses the value of --channel: mix, left, right or a number; a callback for
 * base/opt.h. */
int pcm_channel(void *to, const char *text, char *why, size_t size);

/* Whether data guessed to be sound is not: loud, and unlike itself a moment
 * before, as compressed data and samples of other widths are. */
bool pcm_noise(const void *p, size_t samples);

/* Multiplies samples in place, clipping. */
void pcm_gain(void *p, size_t samples, double factor);
/* The factor for this many decibels. */
double pcm_db(double db);

/* The level over any number of calls; zero it to start again. */
struct pcm_level {
	double sum;			/* of squares */
	uint64_t samples;
	int peak;			/* 0 to 32768 */
};
void pcm_level_add(struct pcm_level *, const void *p, size_t samples);
/* In dB relative to full scale; -120 for silence or no samples.  The
 * RMS is for tests. */
double pcm_level_rms(const struct pcm_level *);
double pcm_level_peak(const struct pcm_level *);

/*
 * Streaming rate conversion: the filter's delay is removed at the start and
 * added at the end, so that N samples yield exactly pcm_rate_count(from, to,
 * N) after pcm_rate_flush(), each in its place.
 */
struct pcm_rate;

/* Rates must be within PCM_RATE_MIN and _MAX, else NULL. Equal rates pass the
 * sound through. */
struct pcm_rate *pcm_rate_new(int from, int to);
void pcm_rate_free(struct pcm_rate *);
/* Appends to out; -1 where out would pass its ceiling. */
int pcm_rate_add(struct pcm_rate *, const void *p, size_t samples,
    struct buf *out);
/* Appends what is left in the filter, which is then as new; 0 or -1 as
 * above. */
int pcm_rate_flush(struct pcm_rate *, struct buf *out);
/* Discards what is in the filter (barge-in). */
void pcm_rate_reset(struct pcm_rate *);
/* Output samples now held in the filter. */
size_t pcm_rate_held(const struct pcm_rate *);
uint64_t pcm_rate_count(int from, int to, uint64_t samples);

#endif
