/*
 * Nothing marks raw PCM as such.  So what is known to be something else is
 * refused first, then what would be noise.
 */
#include "stream/guess.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/foreign.h"
#include "base/utf8.h"
#include "sound/pcm.h"

enum {
	PAIRS = 1000,		/* samples needed to recognise two channels */
	LOOK = 32,		/* bytes needed to recognise another format */
	REST = 256,		/* samples: fewer of them say nothing, unless
				 * they are all */
	LISTEN = 16 << 10	/* bytes to judge by sound: this, or half a
				 * second */
};

/* Whether it is text: UTF-8 without control characters. */
static bool
is_text(const unsigned char *p, size_t n)
{
	unsigned state = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if ((p[i] < ' ' && (p[i] < '\t' || p[i] > '\r')) ||
		    p[i] == 0x7f)
			return false;
	return n > 0 && utf8_feed(&state, p, n);
}

/* Whether it is text of another kind: bytes of some old alphabet, or 16 bits
 * each without a mark. */
static bool
is_words(const unsigned char *p, size_t n)
{
	size_t ascii = 0, wide = 0, spaces = 0, i;

	if (n < LOOK)
		return false;
	n = n < LISTEN ? n : LISTEN;
	for (i = 0; i < n && (p[i] >= ' ' || (p[i] >= '\t' && p[i] <= '\r')) &&
	    p[i] != 0x7f; i++)
		ascii += p[i] < 0x7f;
	if (i == n)
		return ascii > n / 4 * 3;
	for (i = 0; i + 1 < n && p[i + 1] == 0 && (p[i] >= ' ' ||
	    (p[i] >= '\t' && p[i] <= '\r')) && (p[i] < 0x7f ||
	    p[i] >= 0xa0); i += 2) {
		wide++;
		spaces += p[i] == ' ';
	}
	return wide == n / 2 && spaces > wide / 40;
}

/* Whether every second sample is zero, and only those: two channels of which
 * one is silent, or samples of 32 bits. */
static bool
holed(const unsigned char *p, size_t n)
{
	double power[2] = { 0, 0 };
	size_t i;

	for (i = 0; i < n / 2; i++)
		power[i & 1] += pcm_get(p + 2 * i) * pcm_get(p + 2 * i);
	return n / 4 >= PAIRS && (power[0] > 0) != (power[1] > 0) &&
	    power[0] + power[1] > 16.0 * 16 * (double)(n / 4);
}

/* Whether the two bytes of each sample are nearly equal in one of the tables,
 * but not the same: each is a sample, of 8 bits.  A tone may have a few pairs
 * so by chance, and of a quiet sample the upper byte tells nothing. */
static bool
alike(const unsigned char *p, size_t n, const int16_t table[256])
{
	double low = 0, high = 0, lows = 0, highs = 0, both = 0, a, b;
	unsigned char seen[65536 / 8] = { 0 };
	size_t i, count = 0, apart = 0, pairs = 0;

	for (i = 0; i + 1 < n; i += 2) {
		if (p[i + 1] == 0 || p[i + 1] == 0xff)
			continue;
		a = table[p[i]];
		b = table[p[i + 1]];
		low += a;
		high += b;
		lows += a * a;
		highs += b * b;
		both += a * b;
		apart += p[i] != p[i + 1];
		pairs += (seen[32 * p[i] + p[i + 1] / 8] >> (p[i + 1] & 7) &
		    1) == 0;
		seen[32 * p[i] + p[i + 1] / 8] |= (unsigned char)(1 <<
		    (p[i + 1] & 7));
		count++;
	}
	if (count < PAIRS || pairs < 200 || apart <= count / 8)
		return false;
	lows -= low * low / (double)count;
	highs -= high * high / (double)count;
	both -= low * high / (double)count;
	return highs > 1024.0 * 1024 * (double)count &&
	    both > 0.8 * sqrt(lows * highs);
}

/* Whether it is samples of 8 bits: signed, unsigned, mu-law or A-law. */
static bool
narrow(const unsigned char *p, size_t n)
{
	static const enum pcm_format forms[] = { PCM_U8, PCM_ULAW, PCM_ALAW };
	unsigned char all[256];
	int16_t table[256];
	struct buf out;
	struct pcm_in in;
	size_t i, k;
	bool found = false;

	buf_init(&out, 2 * sizeof(all));
	for (i = 0; i <= sizeof(forms) / sizeof(*forms) && !found; i++) {
		for (k = 0; k < 256; k++)
			all[k] = (unsigned char)(i == 0 ? k ^ 0x80 : k);
		pcm_in_init(&in, i == 0 ? PCM_U8 : forms[i - 1], 1);
		buf_clear(&out);
		(void)pcm_in_add(&in, all, sizeof(all), &out);
		for (k = 0; k < 256; k++)
			table[k] = (int16_t)pcm_get(out.data + 2 * k);
		found = alike(p, n, table);
	}
	buf_done(&out);
	return found;
}

/* Whether neighbours are far more alike with the upper bit turned: samples
 * without a sign, of which every second one or so is at the other end. */
static bool
lifted(const unsigned char *p, size_t n)
{
	double steps = 0, turned = 0, power = 0, d;
	int a, b = 0, v, w = 0;
	size_t i;

	n = n < LISTEN ? n : LISTEN;
	for (i = 0; i < n / 2; i++, b = a, w = v) {
		a = pcm_get(p + 2 * i);
		v = a < 0 ? a + 32768 : a - 32768;
		if (i == 0)
			continue;
		d = a - b;
		steps += d * d;
		d = v - w;
		turned += d * d;
		power += (double)v * v;
	}
	return n / 2 >= PAIRS && turned < steps / 8 &&
	    power > 64.0 * 64 * (double)(n / 2);
}

/* Whether it may be sound, rather than noise. */
static bool
sounds(const struct guess *g, const unsigned char *p, size_t len)
{
	size_t n = len / 2, half = (size_t)g->rate / 2, i;

	if (n > half)
		n = half;
	/* a header may be quiet and what follows it not */
	for (i = 0; i < n; i += LISTEN / 8)
		if ((i == 0 || n - i >= REST) && pcm_noise(p + 2 * i, n - i <
		    LISTEN / 8 ? n - i : LISTEN / 8))
			return false;
	return true;
}

/* Whether the samples of each pair are nearly equal: two channels from one
 * microphone, as from arecord -f cd.  In a single channel they differ as much
 * as any neighbours, except in a tone of a quarter of the rate, in which every
 * second sample changes its sign. */
static bool
paired(const unsigned char *p, size_t len)
{
	double within = 0, across = 0, alike = 0, power = 0, a, b, c;
	size_t n = len / 4, i;

	for (i = 0; i + 1 < n; i++) {
		a = pcm_get(p + 4 * i);
		b = pcm_get(p + 4 * i + 2);
		c = pcm_get(p + 4 * i + 4);
		within += (a - b) * (a - b);
		across += (b - c) * (b - c);
		alike += a * c;
		power += a * a;
	}
	return n >= PAIRS && power / (double)n > 4 * 4 &&
	    alike > -power / 2 && within < across / 64;
}

enum guess_verdict
guess_sound(const struct guess *g, const unsigned char *p, size_t n,
    char *why, size_t size)
{
	size_t look = n < LOOK ? n : LOOK;
	size_t whole = (size_t)g->rate < LISTEN ? (size_t)g->rate : LISTEN;
	const struct foreign *file = foreign_file(p, n, g->whole);

	if (look < LOOK && !g->whole)
		return GUESS_MORE;
	if (file != NULL)
		snprintf(why, size, "%s is not read%s", file->name,
		    foreign_remedy(file));
	else if (!g->named && (is_text(p, look) || is_words(p, n)))
		snprintf(why, size, "text, not sound and no stream (which "
		    "begins with {\" and has a record a line); gl-session -t "
		    "takes text");
	else if (g->named && n > 0)
		snprintf(why, size, "neither a stream (it would begin with "
		    "{\") nor a WAV file");
	else if (n < whole && !g->whole)
		return GUESS_MORE;
	else if (!sounds(g, p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be noise: "
		    "not sound, or sound of another form (sox FILE out.wav "
		    "makes WAV of it); -r takes it all the same");
	else if (lifted(p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be wrong: "
		    "it looks like samples without a sign (sox FILE out.wav "
		    "makes WAV of it); -r takes it all the same");
	else if (narrow(p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be wrong: "
		    "it looks like samples of 8 bits (sox FILE out.wav makes "
		    "WAV of it); -r takes it all the same");
	else if (holed(p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be wrong: "
		    "every second sample is zero, as of two channels of which "
		    "one is silent, or of samples of 32 bits (sox makes WAV "
		    "of it); -r takes it all the same");
	else if (paired(p, n))
		snprintf(why, size, "as raw PCM this would be too long and too "
		    "low: it looks like two channels (arecord -c 1 -r %d, or "
		    "sox, makes one of them); -r takes it all the same",
		    g->rate);
	else
		return GUESS_PCM;
	return GUESS_NOT;
}
