/* wav: headers of every writer we met, byte by byte, cut at every byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/mem.h"
#include "sound/wav.h"

static void
le(struct buf *b, uint32_t v, int n)
{
	for (; n > 0; n--, v >>= 8)
		buf_byte(b, v & 0xff);
}

static void
chunk(struct buf *b, const char *tag, uint32_t len)
{
	buf_add(b, tag, 4);
	le(b, len, 4);
}

static void
fmt(struct buf *b, unsigned tag, unsigned ch, uint32_t rate, unsigned bits)
{
	chunk(b, "fmt ", 16);
	le(b, tag, 2);
	le(b, ch, 2);
	le(b, rate, 4);
	le(b, rate * ch * bits / 8, 4);
	le(b, ch * bits / 8, 2);
	le(b, bits, 2);
}

static void
another(struct buf *b, uint32_t size)
{
	chunk(b, "RIFF", size);
	buf_add(b, "WAVE", 4);
}

static void
begin(struct buf *b, uint32_t size)
{
	buf_init(b, 1 << 20);
	another(b, size);
}

struct got {
	char data[64];
	size_t n;
	bool bad;
	int end;
	struct wav w;
};

static void
read_wav(struct got *g, const char *p, size_t n, size_t piece)
{
	const void *data;
	size_t k, used, len;

	memset(g, 0, sizeof(*g));
	wav_init(&g->w);
	while (n > 0 && !g->bad) {
		k = n < piece ? n : piece;
		switch (wav_read(&g->w, p, k, &used, &data, &len)) {
		case WAV_BAD:
			g->bad = true;
			break;
		case WAV_DATA:
			if (g->n + len <= sizeof(g->data))
				memcpy(g->data + g->n, data, len);
			g->n += len;
			break;
		case WAV_MORE:
		case WAV_NEXT:
			break;
		}
		p += used;
		n -= used;
	}
	if ((len = wav_rest(&g->w, &data)) > 0 &&
	    g->n + len <= sizeof(g->data)) {
		memcpy(g->data + g->n, data, len);
		g->n += len;
	}
	g->end = wav_end(&g->w);
}

/* In pieces of all sizes: the same samples, format and end. */
static void
good(struct buf *b, const char *data, size_t n, enum pcm_format f, int ch,
    int rate, const char *what)
{
	struct got g;
	size_t piece, wrong = 0;

	for (piece = 1; piece <= b->len; piece++) {
		read_wav(&g, b->data, b->len, piece);
		wrong += g.bad || g.end != 0 || g.n != n ||
		    memcmp(g.data, data, n) != 0 || g.w.format != f ||
		    g.w.channels != ch || g.w.rate != rate;
	}
	if (!ok(wrong == 0, what))
		printf("# %zu wrong: %s, %zu bytes\n", wrong, g.w.why, g.n);
	buf_done(b);
}

static void
test_good(void)
{
	struct buf b;

	begin(&b, 36 + 4);
	fmt(&b, 1, 1, 16000, 16);
	chunk(&b, "data", 4);
	buf_add(&b, "abcd", 4);
	good(&b, "abcd", 4, PCM_S16, 1, 16000, "the plainest file");

	begin(&b, 0xffffffff);
	fmt(&b, 1, 2, 44100, 16);
	chunk(&b, "LIST", 5);
	buf_add(&b, "INFOx\0", 6);
	chunk(&b, "data", 0xffffffff);
	buf_add(&b, "abcdefgh", 8);
	good(&b, "abcdefgh", 8, PCM_S16, 2, 44100, "ffmpeg into a pipe");

	begin(&b, 0x7ffff024);
	fmt(&b, 1, 1, 8000, 8);
	chunk(&b, "data", 0x7ffff000);
	buf_add(&b, "abc", 3);
	good(&b, "abc", 3, PCM_U8, 1, 8000, "sox into a pipe");

	begin(&b, 36);
	fmt(&b, 1, 1, 24000, 24);
	chunk(&b, "data", 0);
	buf_add(&b, "abcdef", 6);
	good(&b, "abcdef", 6, PCM_S24, 1, 24000, "a writer that never came "
	    "back to its sizes");

	begin(&b, 36 + 12);
	fmt(&b, 1, 1, 24000, 32);
	chunk(&b, "data", 0);
	chunk(&b, "LIST", 4);
	buf_add(&b, "INFO", 4);
	good(&b, "", 0, PCM_S32, 1, 24000, "no sound but tags");

	begin(&b, 36 + 4 + 8 + 5 + 1 + 8 + 4);
	chunk(&b, "JUNK", 5);
	buf_add(&b, "xxxxx\0", 6);
	fmt(&b, 3, 1, 48000, 32);
	chunk(&b, "fact", 4);
	le(&b, 1, 4);
	chunk(&b, "data", 4);
	buf_add(&b, "abcd", 4);
	chunk(&b, "id3 ", 3);
	buf_add(&b, "tag\0", 4);
	good(&b, "abcd", 4, PCM_F32, 1, 48000, "floats among other chunks");

	begin(&b, 0);
	chunk(&b, "fmt ", 40);
	le(&b, 0xfffe | 8u << 16, 4);
	le(&b, 96000, 4);
	le(&b, 96000 * 24, 4);
	le(&b, 24 | 24u << 16, 4);
	le(&b, 22 | 24u << 16, 4);
	le(&b, 255, 4);
	buf_add(&b, "\1\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 16);
	chunk(&b, "data", 24);
	buf_add(&b, "abcdefghijklmnopqrstuvwx", 24);
	good(&b, "abcdefghijklmnopqrstuvwx", 24, PCM_S24, 8, 96000,
	    "WAVE_FORMAT_EXTENSIBLE with 8 channels");
}

static void
test_cut(void)
{
	struct buf b;
	struct got g;
	size_t n, wrong = 0;

	begin(&b, 36 + 6);
	fmt(&b, 1, 1, 16000, 16);
	chunk(&b, "data", 6);
	buf_add(&b, "abcdef", 6);
	for (n = 0; n < b.len; n++) {
		read_wav(&g, b.data, n, 7);
		wrong += g.bad || g.end != -1 || g.w.why[0] == '\0' ||
		    g.n != (n < 44 ? 0 : n - 44);
	}
	is_int((long long)wrong, 0, "a cut at each byte is told");
	read_wav(&g, b.data, 46, 100);
	is_str(g.w.why, "cut short: the last 4 bytes of sound are missing",
	    "how much is missing");
	read_wav(&g, b.data, 30, 100);
	is_str(g.w.why, "the input ends inside the WAV header", "in the header");
	buf_done(&b);
}

/* Several files, and what stands behind them. */
static void
test_several(void)
{
	struct buf b;
	struct got g;
	size_t piece, wrong = 0;

	begin(&b, 0x7fffefff);
	fmt(&b, 1, 1, 22050, 16);
	chunk(&b, "data", 0x7fffefdb);
	buf_add(&b, "abRIRIFFRdef", 12);
	another(&b, 36 + 4);
	fmt(&b, 1, 1, 16000, 16);
	chunk(&b, "data", 4);
	buf_add(&b, "RIFFLIST\2\0\0\0xx", 14);
	good(&b, "abRIRIFFRdefRIFF", 16, PCM_S16, 1, 16000,
	    "a placeholder, then another file");
	begin(&b, 36 + 400);
	fmt(&b, 1, 1, 22050, 16);
	chunk(&b, "data", 400);
	buf_add(&b, "abcd", 4);
	another(&b, 36 + 4);
	fmt(&b, 1, 1, 16000, 16);
	chunk(&b, "data", 4);
	buf_add(&b, "efgh\xff\xee\xdd\xcc\xff\xee\xdd\xcc\1", 13);
	for (piece = 1; piece <= b.len; piece++) {
		read_wav(&g, b.data, b.len, piece);
		wrong += g.bad || g.end == 0 || g.n != 8 ||
		    memcmp(g.data, "abcdefgh", 8) != 0 ||
		    strstr(g.w.why, "396 bytes of its sound") == NULL ||
		    g.w.junk != 9;
	}
	is_int((long long)wrong, 0, "one cut short, another, bytes behind it");
	buf_done(&b);
}

static void
test_large(void)
{
	struct buf b;
	struct got g;

	buf_init(&b, 200);
	buf_add(&b, "RF64\xff\xff\xff\xffWAVE", 12);
	chunk(&b, "ds64", 28);
	le(&b, 1000, 4);
	le(&b, 0, 4);
	le(&b, 6, 4);
	le(&b, 0, 4);
	le(&b, 3, 4);
	le(&b, 0, 4);
	le(&b, 0, 4);
	fmt(&b, 1, 1, 16000, 16);
	chunk(&b, "data", UINT32_MAX);
	buf_add(&b, "abcdef", 6);
	good(&b, "abcdef", 6, PCM_S16, 1, 16000, "RF64");
	buf_init(&b, 200);
	buf_add(&b, "RIFX\0\0\0\x2aWAVEfmt \0\0\0\x10\0\1\0\1"
	    "\0\0\x3e\x80\0\0\x7d\0\0\2\0\x10" "data\0\0\0\6abcdef",
	    50);
	read_wav(&g, b.data, b.len, 3);
	ok(!g.bad && g.end == 0 && g.n == 6 && g.w.big && g.w.rate == 16000,
	    "RIFX");
	buf_done(&b);
}

/* A whole file of four bytes of sound, of each kind. */
static void
file(struct buf *b, int kind)
{
	static const char guid[] = "\xf3\xac\xd3\x11\x8c\xd1\0\xc0\x4f\x8e"
	    "\xdb\x8a";
	static const char w64[] = "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04"
	    "\xc1\0\0";

	if (kind == 0) {
		another(b, 40);
		fmt(b, 1, 1, 16000, 16);
		chunk(b, "data", 4);
	} else if (kind == 1) {
		buf_add(b, "RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0", 20);
		le(b, 76, 8);
		le(b, 4, 8);
		le(b, 2, 12);
		fmt(b, 1, 1, 16000, 16);
		chunk(b, "data", UINT32_MAX);
	} else {
		buf_add(b, w64, 16);
		le(b, 112, 8);
		chunk(b, "wave", 0);
		b->len -= 4;
		buf_add(b, guid, 12);
		buf_add(b, "fmt ", 4);
		buf_add(b, guid, 12);
		le(b, 40, 8);
		fmt(b, 1, 1, 16000, 16);
		memmove(b->data + b->len - 24, b->data + b->len - 16, 16);
		b->len -= 8;
		buf_add(b, "data", 4);
		buf_add(b, guid, 12);
		le(b, 28, 8);
	}
	buf_add(b, "abcd", 4);
	if (kind == 2)
		le(b, 0, 4);	/* to eight */
}

/* Each kind of file behind each other, and behind one that was cut. */
static void
test_mixed(void)
{
	struct buf b;
	struct got g;
	size_t piece, wrong, n;
	char what[80];
	int i, k;

	for (i = 0; i < 9; i++) {
		buf_init(&b, 1000);
		file(&b, i / 3);
		file(&b, i % 3);
		snprintf(what, sizeof(what), "a file of kind %d behind one of "
		    "kind %d", i % 3, i / 3);
		good(&b, "abcdabcd", 8, PCM_S16, 1, 16000, what);
		buf_init(&b, 1000);
		file(&b, i / 3);
		n = b.len - (i / 3 == 2 ? 4 : 0);
		b.len = n - 2;
		file(&b, i % 3);
		for (wrong = 0, piece = 1; piece <= b.len; piece++) {
			read_wav(&g, b.data, b.len, piece);
			wrong += g.bad || g.n != 6 || memcmp(g.data, "ababcd",
			    6) != 0 || strstr(g.w.why, "2 bytes of its sound") ==
			    NULL;
		}
		snprintf(what, sizeof(what), "of kind %d behind the half of "
		    "one of kind %d", i % 3, i / 3);
		if (!ok(wrong == 0, what))
			printf("# %zu bytes, %s\n", g.n, g.w.why);
		buf_done(&b);
	}
	for (k = 1; k <= 30; k++) {
		buf_init(&b, 1000);
		file(&b, k % 3);
		for (i = 0; i < k; i++)
			buf_byte(&b, i == k / 2 ? '\n' : 'R');
		n = b.len;
		file(&b, k / 2 % 3);
		for (wrong = 0, piece = 1; piece <= b.len; piece++) {
			read_wav(&g, b.data, b.len, piece);
			wrong += g.bad || g.n != 8 || g.end == 0 ||
			    g.w.junk != (uint64_t)k;
		}
		snprintf(what, sizeof(what), "%d bytes of junk between", k);
		if (!ok(wrong == 0, what))
			printf("# %zu bytes, %s\n", g.n, g.w.why);
		read_wav(&g, b.data, n, 7);
		ok(g.n == 4 && g.end != 0 && g.w.junk == (uint64_t)k,
		    "and at the end");
		buf_done(&b);
	}
}

/* What ffmpeg reads as well. */
static void
test_lenient(void)
{
	struct buf b;

	begin(&b, 36 + 4 + 8 + 4 + 8 + 4);
	fmt(&b, 1, 1, 16000, 16);
	chunk(&b, "data", 4);
	buf_add(&b, "abcd", 4);
	chunk(&b, "LIST", 4);
	buf_add(&b, "INFO", 4);
	chunk(&b, "data", 4);
	buf_add(&b, "efgh", 4);
	good(&b, "abcdefgh", 8, PCM_S16, 1, 16000, "two chunks of sound");
	begin(&b, 36 + 8 + 5 + 5 + 8 + 4);
	fmt(&b, 1, 1, 16000, 8);
	chunk(&b, "LIST", 5);
	buf_add(&b, "INFOx", 5);
	chunk(&b, "data", 5);
	buf_add(&b, "abcde", 5);
	chunk(&b, "id3 ", 4);
	buf_add(&b, "ID3x", 4);
	good(&b, "abcde", 5, PCM_U8, 1, 16000, "chunks that are not padded");
	begin(&b, 60 + 4);
	chunk(&b, "fmt ", 40);
	le(&b, 0xfffe | 1u << 16, 4);
	le(&b, 16000, 4);
	le(&b, 32000, 4);
	le(&b, 2 | 16u << 16, 4);
	le(&b, 22 | 16u << 16, 4);
	le(&b, 4, 4);
	buf_add(&b, "\1\0\0\0\x21\7\xd3\x11\x86\x44\xc8\xc1\xca\0\0\0", 16);
	chunk(&b, "data", 4);
	buf_add(&b, "abcd", 4);
	good(&b, "abcd", 4, PCM_S16, 1, 16000, "Ambisonics");
}

static void
bad(struct buf *b, const char *why)
{
	struct got g;
	char what[100];

	read_wav(&g, b->data, b->len, 5);
	snprintf(what, sizeof(what), "refused: %s", why);
	if (!ok(g.bad && g.end == -1 && strstr(g.w.why, why) != NULL, what))
		printf("# %s\n", g.w.why);
	buf_done(b);
}

static void
bad_fmt(unsigned tag, unsigned ch, uint32_t rate, unsigned bits,
    const char *why)
{
	struct buf b;

	begin(&b, 100);
	fmt(&b, tag, ch, rate, bits);
	bad(&b, why);
}

static void
test_bad(void)
{
	struct buf b;

	buf_init(&b, 100);
	buf_str(&b, "RIFFxxxxAIFFLIST");
	bad(&b, "not a WAV file");
	buf_init(&b, 100);
	buf_str(&b, "RIFFxxxxWEBPVP8 ");
	bad(&b, "a WebP picture");
	begin(&b, 100);
	chunk(&b, "data", 10);
	bad(&b, "sound before the fmt chunk");
	begin(&b, 100);
	chunk(&b, "fmt ", 15);
	bad(&b, "too short");
	begin(&b, 100);
	fmt(&b, 1, 1, 16000, 16);
	fmt(&b, 1, 2, 16000, 16);
	bad(&b, "two fmt chunks");
	bad_fmt(6, 1, 8000, 16, "16 bits in A-law (format 6)");
	bad_fmt(85, 1, 8000, 0, "MP3 (format 85) in a WAV file");
	bad_fmt(86, 1, 8000, 0, "a codec (format 86) in a WAV file");
	buf_init(&b, 100);
	buf_str(&b, "RIFFxxxxRMIDdata");
	bad(&b, "a MIDI file");
	bad_fmt(1, 1, 8000, 40, "40 bits in integers");
	bad_fmt(3, 1, 8000, 16, "16 bits in floats");
	bad_fmt(1, 0, 8000, 16, "0 channels; 1 to 8");
	bad_fmt(1, 9, 8000, 16, "9 channels");
	bad_fmt(1, 1, 999, 16, "a rate of 999 Hz; 1000 to 384000");
	bad_fmt(1, 1, 0xffffffff, 16, "a rate of 4294967295 Hz");
}

static void
test_head(void)
{
	unsigned char h[WAV_HEAD];
	char file[WAV_HEAD + 4];
	struct got g;

	is_int(wav_head(h, 24000, 2, 4), 0, "a header of our own");
	memcpy(file, h, WAV_HEAD);
	memcpy(file + WAV_HEAD, "abcd", 4);
	read_wav(&g, file, sizeof(file), 3);
	ok(!g.bad && g.end == 0 && g.n == 4 && g.w.rate == 24000 &&
	    g.w.channels == 2 && g.w.format == PCM_S16 && g.w.riff == 40,
	    "reads back");
	is_int(wav_head(h, 24000, 1, WAV_UNKNOWN), 0, "for a pipe");
	memcpy(file, h, WAV_HEAD);
	read_wav(&g, file, sizeof(file), 3);
	ok(!g.bad && g.end == 0 && g.n == 4, "reads back to its end");
	is_int(wav_head(h, 24000, 1, WAV_MAX), 0, "the longest file");
	ok(h[4] == 0xfe && h[7] == 0xff && h[40] == 0xda,
	    "fills 4 GiB to the last frame");
	is_int(wav_head(h, 24000, 1, WAV_MAX + 1), -1, "one byte more");
	ok(h[4] == 0xff && h[40] == 0xff, "has open sizes");
}

/* With room for RF64. */
static void
test_long(void)
{
	const uint64_t most = WAV_MAX - (WAV_HEAD_LONG - WAV_HEAD);
	unsigned char h[WAV_HEAD_LONG];
	char file[WAV_HEAD_LONG + 4];
	struct got g;

	wav_head_long(h, 24000, 2, 4);
	memcpy(file, h, sizeof(h));
	memcpy(file + sizeof(h), "abcd", 4);
	read_wav(&g, file, sizeof(file), 3);
	ok(!g.bad && g.end == 0 && g.n == 4 && g.w.rate == 24000 &&
	    g.w.channels == 2 && g.w.riff == sizeof(file) - 8,
	    "a long header reads back");
	wav_head_long(h, 24000, 2, WAV_UNKNOWN);
	memcpy(file, h, sizeof(h));
	read_wav(&g, file, sizeof(file), 3);
	ok(!g.bad && g.end == 0 && g.n == 4, "to the end of its input");
	wav_head_long(h, 24000, 1, most);
	ok(memcmp(h, "RIFF\xfe\xff\xff\xff", 8) == 0, "the longest WAV");
	wav_head_long(h, 24000, 1, most + 2);
	ok(memcmp(h, "RF64\xff\xff\xff\xffWAVEds64", 16) == 0,
	    "two bytes more are RF64");
	wav_head_long(h, 24000, 2, UINT64_C(5) << 32);
	memcpy(file, h, sizeof(h));
	read_wav(&g, file, sizeof(file), 3);
	ok(!g.bad && g.w.data64 == UINT64_C(5) << 32 &&
	    g.w.riff == (UINT64_C(5) << 32) + 72 && g.n == 4,
	    "of which every byte counts");
	is_str(g.w.why, "cut short: the last 21474836476 bytes of sound are "
	    "missing", "also those that are missing");
}

int
main(void)
{
	test_good();
	test_cut();
	test_bad();
	test_several();
	test_mixed();
	test_lenient();
	test_large();
	test_head();
	test_long();
	return tap_done();
}
