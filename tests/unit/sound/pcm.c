/* pcm: conversions by hand-made frames, resampling by pulses and tones. */
#include <math.h>
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/mem.h"
#include "sound/pcm.h"

static void
test_samples(void)
{
	unsigned char p[3] = { 0 };
	int v, wrong = 0;

	for (v = -32768; v <= 32767; v++) {
		pcm_put(p + 1, v);
		wrong += pcm_get(p + 1) != v;
	}
	is_int(wrong, 0, "every sample goes in and out");
	pcm_put(p, 40000);
	is_int(pcm_get(p), 32767, "clipped above");
	pcm_put(p, -40000);
	is_int(pcm_get(p), -32768, "clipped below");
}

/* Converts n bytes in pieces of `piece`; samples to v, how many returned. */
static int
convert(enum pcm_format f, int ch, const void *p, size_t n, size_t piece,
    int *v)
{
	const char *s = p;
	struct pcm_in in;
	struct buf b;
	size_t k, i;

	pcm_in_init(&in, f, ch);
	buf_init(&b, 1 << 20);
	for (; n > 0; n -= k, s += k) {
		k = n < piece ? n : piece;
		if (pcm_in_add(&in, s, k, &b) == -1)
			return -1;
	}
	k = b.len / 2;
	for (i = 0; i < k; i++)
		v[i] = pcm_get(b.data + 2 * i);
	buf_done(&b);
	return (int)k;
}

static void
test_formats(void)
{
	static const unsigned char
	    u8[] = { 0, 128, 255, 129 },
	    s16[] = { 0, 128, 255, 127, 1, 0, 255, 255 },
	    s24[] = { 0, 0, 128, 255, 255, 127, 0x80, 1, 0, 0x7f, 1, 0,
		0x80, 0xff, 0xff },
	    s32[] = { 0, 0, 0, 128, 255, 255, 255, 127, 0, 0x80, 1, 0 },
	    f32[] = { 0, 0, 0x80, 0xbf, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x3f,
		0, 0, 0xc0, 0x7f, 0, 0, 0x80, 0x7f, 0, 0, 0x80, 0xff },
	    stereo[] = { 100, 0, 201, 0, 0, 128, 0, 128, 255, 127, 255, 127,
		9 };
	static const struct {
		enum pcm_format f;
		int ch, n, count, want[6];
		const void *p;
		const char *what;
	} t[] = {
		{ PCM_U8, 1, sizeof(u8), 4, { -32768, 0, 32512, 256 }, u8,
		    "8 bit" },
		{ PCM_S16, 1, sizeof(s16), 4, { -32768, 32767, 1, -1 }, s16,
		    "16 bit" },
		{ PCM_S24, 1, sizeof(s24), 5, { -32768, 32767, 2, 1, 0 }, s24,
		    "24 bit, rounded" },
		{ PCM_S32, 1, sizeof(s32), 3, { -32768, 32767, 2 }, s32,
		    "32 bit" },
		{ PCM_F32, 1, sizeof(f32), 6, { -32768, 32767, 16384, 0, 32767,
		    -32768 }, f32, "float, also without a number" },
		{ PCM_S16, 2, sizeof(stereo), 3, { 151, -32768, 32767 },
		    stereo, "two channels, a byte too much" },
		{ PCM_U8, 4, sizeof(u8), 1, { 0 }, u8, "four channels" },
	};
	int v[64], n;
	size_t i, k, piece;
	bool good;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (piece = 1; piece < 9; piece += 3) {
			n = convert(t[i].f, t[i].ch, t[i].p, (size_t)t[i].n,
			    piece, v);
			good = n == t[i].count;
			for (k = 0; good && k < (size_t)n; k++)
				if (v[k] != t[i].want[k]) {
					printf("# %d: %d\n", (int)k, v[k]);
					good = false;
				}
			ok(good, t[i].what);
		}
}

static void
test_ceiling(void)
{
	char zero[2000] = { 0 };
	struct pcm_rate *r = pcm_rate_new(16000, 24000);
	struct pcm_in in;
	struct buf b;

	buf_init(&b, 16);
	pcm_in_init(&in, PCM_S16, 1);
	is_int(pcm_in_add(&in, zero, 16, &b), 0, "room");
	is_int(pcm_in_add(&in, zero, 2, &b), -1, "no room");
	is_int(pcm_rate_add(r, zero, 1000, &b), -1, "no room for more rate");
	pcm_rate_free(r);
	buf_done(&b);
}

static void
test_level(void)
{
	struct pcm_level l = { 0 };
	char p[2000];
	int i;

	ok(pcm_level_rms(&l) <= -120, "nothing is silent");
	for (i = 0; i < 1000; i++)
		pcm_put(p + 2 * i, i % 2 ? 16384 : -16384);
	pcm_level_add(&l, p, 1000);
	ok(fabs(pcm_level_rms(&l) + 6.02) < 0.01, "a square wave's rms");
	ok(fabs(pcm_level_peak(&l) + 6.02) < 0.01, "and peak");
	pcm_gain(p, 1000, pcm_db(-6.0206));
	is_int(pcm_get(p), -8192, "half as loud");
	pcm_gain(p, 1000, 100);
	is_int(pcm_get(p), -32768, "far too loud is clipped");
	is_int(pcm_get(p + 2), 32767, "on both sides");
}

/* n samples of a pulse at `at` (or a 440 Hz tone) through the resampler in
 * uneven pieces; b gets what came out. */
static void
resample(struct pcm_rate *r, int from, size_t n, size_t at, struct buf *b)
{
	char *p = mem_alloc(n * 2);
	size_t i, k, step = 1;

	for (i = 0; i < n; i++)
		pcm_put(p + 2 * i, at == n ? (int)(12000 * sin(6.283185307 *
		    440 * (double)i / from)) : i == at ? 30000 : 0);
	for (i = 0; i < n; i += k) {
		k = n - i < step ? n - i : step;
		pcm_rate_add(r, p + 2 * i, k, b);
		step = step * 3 % 3001 + 1;
	}
	pcm_rate_flush(r, b);
	free(p);
}

static size_t
loudest(const struct buf *b)
{
	size_t i, best = 0;

	for (i = 0; i < b->len / 2; i++)
		if (abs(pcm_get(b->data + 2 * i)) >
		    abs(pcm_get(b->data + 2 * best)))
			best = i;
	return best;
}

static void
test_rate(int from, int to)
{
	struct pcm_rate *r = pcm_rate_new(from, to);
	static const size_t lens[] = { 0, 1, 2, 17, 160, 1023, 4801, 16000 };
	struct pcm_level l = { 0 };
	struct buf b;
	size_t i, n, wrong = 0, at;
	double off = 0, d;
	char what[80];

	buf_init(&b, 64 << 20);
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		n = lens[i];
		buf_clear(&b);
		resample(r, from, n, n / 3, &b);
		if (b.len / 2 != pcm_rate_count(from, to, n))
			wrong++;
		if (n < 1000)
			continue;
		at = loudest(&b);
		d = fabs((double)at - (double)(n / 3) * to / from);
		off = d > off ? d : off;
	}
	snprintf(what, sizeof(what), "%d to %d Hz: no sample lost or added",
	    from, to);
	is_int((long long)wrong, 0, what);
	snprintf(what, sizeof(what), "%d to %d Hz: a pulse stays in its place "
	    "(off by %.2f)", from, to, off);
	ok(off <= (to > from ? (double)to / from : 1.0), what);
	buf_clear(&b);
	resample(r, from, (size_t)from, (size_t)from, &b);
	pcm_level_add(&l, b.data, b.len / 2);
	snprintf(what, sizeof(what), "%d to %d Hz: a tone keeps its level (%.2f"
	    " dB)", from, to, pcm_level_rms(&l));
	ok(fabs(pcm_level_rms(&l) - 20 * log10(12000 / 32768.0 / sqrt(2))) <
	    0.1, what);
	buf_done(&b);
	pcm_rate_free(r);
}

static void
test_same_and_reset(void)
{
	struct pcm_rate *r = pcm_rate_new(24000, 24000);
	struct buf a, b;

	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	resample(r, 24000, 5000, 5000, &a);
	is_int((long long)a.len, 10000, "the same rate passes through");
	is_int(pcm_get(a.data + 2 * 30), (int)(12000 * sin(6.283185307 * 440 *
	    30 / 24000)), "... unchanged");
	pcm_rate_free(r);
	r = pcm_rate_new(16000, 24000);
	buf_clear(&a);
	resample(r, 16000, 5000, 5000, &a);
	pcm_rate_add(r, a.data, 3000, &b);
	ok(pcm_rate_held(r) > 0 && pcm_rate_held(r) < 240,
	    "the filter holds less than 10 ms");
	pcm_rate_reset(r);
	is_int((long long)pcm_rate_held(r), 0, "nothing after a reset");
	buf_clear(&b);
	resample(r, 16000, 5000, 5000, &b);
	ok(a.len == b.len && memcmp(a.data, b.data, a.len) == 0,
	    "and then as new");
	pcm_rate_free(r);
	ok(pcm_rate_new(999, 24000) == NULL && pcm_rate_new(16000, 384001) ==
	    NULL, "rates out of bounds");
	is_int((long long)pcm_rate_count(48000, 16000, UINT64_C(1) << 62),
	    (long long)((UINT64_C(1) << 62) / 3), "counts do not overflow");
	buf_done(&a);
	buf_done(&b);
}

int
main(void)
{
	test_samples();
	test_formats();
	test_ceiling();
	test_level();
	test_rate(16000, 24000);
	test_rate(24000, 16000);
	test_rate(44100, 16000);
	test_rate(24000, 48000);
	test_rate(48000, 8000);
	test_rate(11025, 24000);
	test_same_and_reset();
	return tap_done();
}
