/*
 * Nothing marks raw PCM as such.  So what is known to be something else is
 * refused first, then what would be noise.
 */
#include "stream/guess.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

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
 * so by chance, and of a quiet sample the upper byte tells nothing: where it
 * has few values the lower one depends on it, as the peaks are near. */
static bool
alike(const unsigned char *p, size_t n, const int16_t table[256])
{
	double low = 0, high = 0, lows = 0, highs = 0, both = 0, a, b;
	unsigned char seen[65536 / 8] = { 0 };
	bool upper[256] = { false };
	size_t i, count = 0, apart = 0, pairs = 0, values = 0;

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
		values += !upper[p[i + 1]];
		upper[p[i + 1]] = true;
		count++;
	}
	if (count < PAIRS || pairs < 200 || values <= 16 || apart <= count / 8)
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

/* What one byte in so many looks like: how its values are spread, how far that
 * is from a uniform spread (0 to 1), and how much each is like the next. */
struct lane {
	double share[64];
	double skew, like;
};

static void
look_at(struct lane *l, const unsigned char *p, size_t n, size_t step)
{
	double same = 0, power = 0;
	size_t i, count = 0, last = 0;

	*l = (struct lane){ 0 };
	for (i = 0; i < n; last = i, i += step, count++) {
		l->share[p[i] / 4]++;
		same += (double)(signed char)p[i] * (signed char)p[last];
		power += (double)(signed char)p[i] * (signed char)p[i];
	}
	for (i = 0; i < 64; i++) {
		l->share[i] /= (double)count;
		l->skew += fabs(l->share[i] - 1.0 / 64) / 2;
	}
	l->like = power > 0 ? fabs(same) / power : 1;
}

/* How much samples of that kind are like the next, or the one after it where
 * there are two channels. */
static double
smooth(enum pcm_format f, const unsigned char *p, size_t n)
{
	double one = 0, two = 0, power = 0, a, b, c;
	size_t i;

	for (i = 0; i + 2 < n; i++) {
		a = pcm_law(f, p[i]);
		b = pcm_law(f, p[i + 1]);
		c = pcm_law(f, p[i + 2]);
		one += a * b;
		two += a * c;
		power += a * a;
	}
	return power > 0 ? fmax(one, two) / power : 0;
}

/* Whether both bytes of the samples have the same few values more often than
 * others, as each is a sample, of mu-law or A-law.  Both bytes of a loud tone
 * may be alike too, but do not follow one another. */
static bool
lawful(const unsigned char *p, size_t n)
{
	struct lane low, high;
	double shared = 0;
	size_t i, values = 0;

	if (n / 2 < PAIRS)
		return false;
	look_at(&low, p, n, 2);
	look_at(&high, p + 1, n - 1, 2);
	for (i = 0; i < 64; i++) {
		shared += fmin(low.share[i], high.share[i]);
		values += high.share[i] > 0;
	}
	return values > 8 && shared > 0.75 && low.skew > 0.2 &&
	    high.skew > 0.2 && (smooth(PCM_ULAW, p, n) > 0.6 ||
	    smooth(PCM_ALAW, p, n) > 0.6);
}

/* Whether it repeats itself nearly unchanged after at most 64 samples of 16
 * bits: a tone, of which all else that may be thought is chance. */
static bool
tone(const unsigned char *p, size_t n)
{
	enum { LAGS = 64 };
	double most = 0, apart, power, a, b;
	size_t i, lag;

	for (lag = 1; lag <= LAGS && lag < n / 4; lag++) {
		for (apart = power = 0, i = lag; i < n / 2; i++) {
			a = pcm_get(p + 2 * i);
			b = pcm_get(p + 2 * (i - lag));
			apart += (a - b) * (a - b);
			power += a * a + b * b;
		}
		if (power > 0)
			most = fmax(most, 1 - apart / power);
	}
	return most > 0.99;
}

/* The second half as well: before it there may be silence. */
static bool
either(bool (*test)(const unsigned char *, size_t), const unsigned char *p,
    size_t n)
{
	size_t half = n / 2 - n / 2 % 24;	/* whole samples of any size */

	return test(p, n) || test(p + half, n - half);
}

static bool
letter(unsigned c)
{
	return (c >= ' ' && c != 0x7f) || (c >= '\t' && c <= '\r') ||
	    c == 0x1b;
}

/* Whether it is text of 16 bits a letter without a mark: Latin, or Greek to
 * Arabic. */
static bool
is_wide(const unsigned char *p, size_t n)
{
	size_t i, spaces = 0;

	for (i = 0; i + 1 < n; i += 2) {
		if (p[i + 1] > 6 || (p[i + 1] == 0 && (!letter(p[i]) ||
		    (p[i] > 0x7f && p[i] < 0xa0))))
			return false;
		spaces += p[i] == ' ';
	}
	return spaces > n / 80;
}

/* Whether it is text of another kind: bytes of some other alphabet, or 16 bits
 * each.  Hundreds of samples have a control character among them, unless they
 * are the same few again and again, or soft mu-law; text has spaces, lines. */
static bool
is_words(const unsigned char *p, size_t n)
{
	enum { MANY = 1024, DIFFERENT = 12 };
	size_t ascii = 0, values = 0, gaps = 0, i;
	bool seen[256] = { false };

	if (n < LOOK)
		return false;
	n = n < LISTEN ? n : LISTEN;
	for (i = 0; i < n && letter(p[i]); i++) {
		ascii += p[i] < 0x7f;
		values += !seen[p[i]];
		gaps += p[i] == ' ' || p[i] == '\n';
		seen[p[i]] = true;
	}
	if (i < n)
		return is_wide(p, n);
	return ascii > n / 4 * 3 || (n >= MANY && values >= DIFFERENT &&
	    gaps > n / 500 && !tone(p, n) && !either(lawful, p, n));
}

/* Whether some of what would be high bytes are noise, and others are not: they
 * are parts of samples of 3, 4 or 8 bytes. */
static bool
longer(const unsigned char *p, size_t n)
{
	enum { THIRDS = 3, EIGHTHS = 8, EACH = 250 };
	struct lane l;
	size_t i, from, step;
	bool noise, sound;

	for (step = THIRDS; step <= EIGHTHS; step += EIGHTHS - THIRDS) {
		if (n / step < EACH)
			continue;
		noise = sound = false;
		from = step == THIRDS ? 0 : 1;
		for (i = from; i < step; i += from + 1) {
			look_at(&l, p + i, n - i, step);
			noise |= l.skew < 0.2 && l.like < 0.6;
			sound |= l.skew > 0.45;
		}
		if (noise && sound)
			return true;
	}
	return false;
}

/* How many of the bytes may begin a float below full scale, or are zero. */
static double
exponents(const unsigned char *p, size_t n, size_t step, double *zero)
{
	struct lane l;
	double all;
	size_t i;

	look_at(&l, p, n, step);
	all = *zero = l.share[0];
	for (i = 0x30 / 4; i < 0x40 / 4; i++)
		all += l.share[i] + l.share[i + 0x80 / 4];
	return all;
}

/* Whether one byte in four or eight is the exponent of a float, and another
 * that would be of its kind in samples of 16 bits is not. */
static bool
floats(const unsigned char *p, size_t n)
{
	enum { EACH = 250 };
	double zero, none;
	size_t i, j, step;

	for (step = 4; step <= 8 && n / step >= EACH; step += 4)
		for (i = 0; i < step; i++)
			if (exponents(p + i, n - i, step, &zero) > 0.95 &&
			    zero < 0.5)
				for (j = i & 1; j < step; j += 2)
					if (exponents(p + j, n - j, step,
					    &none) < 0.5)
						return true;
	return false;
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

/* How many bytes at p are at most -60 dBFS. */
static size_t
silence(const unsigned char *p, size_t n)
{
	enum { LEAST = 32 };
	size_t i = 0;

	while (i + 1 < n && abs(pcm_get(p + i)) <= LEAST)
		i += 2;
	/* whole samples of any other form */
	return i - i % 24;
}

enum guess_verdict
guess_sound(const struct guess *g, const unsigned char *p, size_t n,
    size_t *silent, char *why, size_t size)
{
	size_t look = n < LOOK ? n : LOOK;
	size_t whole = (size_t)g->rate < LISTEN ? (size_t)g->rate : LISTEN;
	const struct foreign *file = foreign_file(p, n, g->whole);

	*silent = silence(p, n);
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
	else if (*silent > 0 && (n >= whole || g->whole || g->hushed))
		return GUESS_SILENCE;
	else if (n < whole && !g->whole)
		return GUESS_MORE;
	else if (either(lawful, p, n) && !tone(p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be noise: "
		    "it looks like mu-law or A-law (sox -t ul -r 8000 -c 1 "
		    "FILE out.wav, or -t al, makes WAV of it); -r takes it "
		    "all the same");
	else if (!sounds(g, p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be noise: "
		    "not sound, or sound of another form (sox FILE out.wav "
		    "makes WAV of it); -r takes it all the same");
	else if (lifted(p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be wrong: "
		    "it looks like samples without a sign (sox FILE out.wav "
		    "makes WAV of it); -r takes it all the same");
	else if (narrow(p, n) && !tone(p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be wrong: "
		    "it looks like samples of 8 bits (sox FILE out.wav makes "
		    "WAV of it); -r takes it all the same");
	else if ((either(longer, p, n) || either(floats, p, n)) && !tone(p, n))
		snprintf(why, size, "as raw PCM (s16le) this would be noise: "
		    "it looks like samples of 24, 32 or 64 bits (sox makes "
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
