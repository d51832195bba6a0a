/* intake: every kind of input, in pieces. */
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "stream/intake.h"
#include "sound/wav.h"

static void
show(const struct record *rec, struct buf *b)
{
	buf_add(b, rec->line, rec->line_len - (rec->line_len > 0 &&
	    rec->line[rec->line_len - 1] == '\n'));
	if (rec->payload_len > 0)
		buf_add(b, rec->payload, rec->payload_len);
	buf_byte(b, '|');
	if (strcmp(json_get_str(rec->head, "type", ""), rec->type) != 0 ||
	    json_get_int(rec->head, "bytes", 0) != (int64_t)rec->payload_len)
		buf_str(b, "(head differs)");
}

static void
drain(struct intake *s, struct buf *b)
{
	struct record rec;

	while (intake_next(s, &rec) == STREAM_RECORD)
		show(&rec, b);
}

/* The records of the input in pieces, as text, with how it ended. */
static char *
run(enum intake_form form, const char *p, size_t n, size_t piece)
{
	struct intake_opts o = { .form = form, .rate = 1000, .piece_ms = 3 };
	struct intake *s = intake_new(&o);
	struct buf b;
	size_t k, room;
	void *w;

	buf_init(&b, 1 << 24);
	buf_str(&b, "");
	while (n > 0 && (w = intake_window(s, &room)) != NULL) {
		k = n < piece ? n : piece;
		k = k < room ? k : room;
		memcpy(w, p, k);
		intake_filled(s, k);
		p += k;
		n -= k;
		drain(s, &b);
	}
	intake_ended(s);
	drain(s, &b);
	buf_str(&b, intake_cut(s) == 0 ? "." : intake_why(s));
	intake_free(s);
	return buf_take(&b, NULL);
}

static void
check(enum intake_form form, const char *p, size_t n, const char *want,
    const char *what)
{
	size_t piece;
	char *got, name[100];

	for (piece = 1; piece <= n + 1; piece = piece * 3 + 1) {
		got = run(form, p, n, piece);
		snprintf(name, sizeof(name), "%s, in pieces of %zu", what,
		    piece);
		is_str(got, want, name);
		free(got);
	}
}

#define TEXT "text, not sound and no stream (which begins with {\" and has " \
    "a record a line); gl-session -t takes text"
#define AUDIO(n) "{\"type\":\"audio\",\"rate\":1000,\"bytes\":" #n "}"

static void
test_kinds(void)
{
	static const char stream[] = "{\"type\":\"a\",\"bytes\":3}\nxyz"
	    "{\"type\":\"b\"}\n";
	unsigned char wav[WAV_HEAD + 10];

	check(INTAKE_GUESS, stream, sizeof(stream) - 1, "{\"type\":\"a\","
	    "\"bytes\":3}xyz|{\"type\":\"b\"}|.", "a stream");
	check(INTAKE_NAMED, stream, sizeof(stream) - 4, "{\"type\":\"a\","
	    "\"bytes\":3}xyz|record 2 at byte 26: the input ends inside a "
	    "header line, after 10 bytes and before its newline",
	    "a stream cut short");
	check(INTAKE_GUESS, "\1bcdefghijklmnop", 16, AUDIO(6) "\1bcdef|"
	    AUDIO(6) "ghijkl|" AUDIO(4) "mnop|.", "raw PCM");
	check(INTAKE_PCM, "abcd", 4, AUDIO(4) "abcd|.",
	    "raw PCM that looks like text");
	check(INTAKE_PCM, "{\"cd", 4, AUDIO(4) "{\"cd|.",
	    "raw PCM that looks like a stream");
	check(INTAKE_GUESS, "RI", 2, TEXT, "two bytes of RIFF");
	check(INTAKE_GUESS, "How high?\n", 10, TEXT, "a line of text");
	check(INTAKE_GUESS, "\n { \"type\": \"a\" }\n", 18,
	    " { \"type\": \"a\" }|.", "white space before a stream, and in it");
	check(INTAKE_GUESS, "{ x: 1 }\n", 9, TEXT, "no stream");
	check(INTAKE_GUESS, "\xff\xd8\xff\xe0xxxxJFIF", 12, "a JPEG picture is "
	    "not read; gl-frames makes a stream of it", "a picture");
	check(INTAKE_GUESS, "\x1f\x8b\x08xxxxx", 8, "a gzip file is not read",
	    "a compressed file");
	check(INTAKE_GUESS, "\xc3\xa4h, what is this, that I hear, said he?\n",
	    42, TEXT, "a text that is cut where it is looked at");
	check(INTAKE_GUESS, "fLaCxxxx", 8, "a FLAC file is not read; convert "
	    "it with sox or ffmpeg", "a FLAC file");
	check(INTAKE_NAMED, "xxxxftypisom", 12, "an MP4 file is not read; "
	    "convert it with sox or ffmpeg", "an MP4 file");
	check(INTAKE_GUESS, "\1bc", 3, AUDIO(2) "\1b|half a sample at the end of "
	    "the input", "half a sample");
	check(INTAKE_GUESS, "", 0, ".", "nothing");
	check(INTAKE_NAMED, "", 0, ".", "nothing, named");
	check(INTAKE_NAMED, "abcdef", 6, "neither a stream (it would begin "
	    "with {\") nor a WAV file", "PCM by name is refused");
	wav_head(wav, 1000, 1, 10);
	memcpy(wav + WAV_HEAD, "abcdefghij", 10);
	check(INTAKE_GUESS, (char *)wav, sizeof(wav), AUDIO(6) "abcdef|"
	    AUDIO(4) "ghij|.", "a WAV file");
	check(INTAKE_NAMED, (char *)wav, sizeof(wav) - 2, AUDIO(6) "abcdef|"
	    AUDIO(2) "gh|cut short: the last 2 bytes of sound are missing",
	    "a WAV file cut short");
	check(INTAKE_WAV, "RIFFxxxxAVI ", 12, "an AVI film; convert it with "
	    "ffmpeg", "no WAV file");
}

static void
test_text(void)
{
	char *big = mem_alloc(2 << 20), *got;

	check(INTAKE_TEXT, "{\"gl\":1,\"type\":\"a\",\"bytes\":2}\nxy", 32,
	    "{\"gl\":1,\"type\":\"a\",\"bytes\":2}xy|.",
	    "a stream of ours that is called text");
	check(INTAKE_TEXT, "{\"gl\":1,\"type\":\"a\",\"bytes\":2}\nxywhat is"
	    " this? \r\n\n{\"type\":\"b\"}\nand this?", 71,
	    "{\"gl\":1,\"type\":\"a\",\"bytes\":2}xy|what is this? \r|"
	    "{\"type\":\"b\"}|and this?|.", "lines of text in such a stream");
	check(INTAKE_TEXT, "{\"gl\":1,\"type\":\"a\",\"bytes\":6}\nxyxyx", 35,
	    "record 1 at byte 0: the input ends after 5 of 6 payload bytes",
	    "a payload of such a stream that is cut by one byte");
	check(INTAKE_TEXT, "{\"gl\":1,\"type\":\"a\",\"bytes\":2}\nxy\1\2z\n"
	    "{\"type\":\"b\"}\n", 49, "{\"gl\":1,\"type\":\"a\",\"bytes\":2}xy|"
	    "record 2 at byte 32: the header line is not JSON: not a JSON value "
	    "at byte 0; does the record before it count its payload right in "
	    "\"bytes\"?", "what a damaged record leaves is not text");
	check(INTAKE_TEXT, "{\"gl\":1,\"type\":\"a\"}\n {\"type\":\"b\"}\n", 34,
	    "{\"gl\":1,\"type\":\"a\"}| {\"type\":\"b\"}|.",
	    "a record behind a blank");
	check(INTAKE_TEXT, "FORM 27 is wrong.\n", 18, "{\"type\":\"text\","
	    "\"text\":\"FORM 27 is wrong.\"}|.", "text that begins as a file");
	check(INTAKE_TEXT, "\xff\xd8\xff\xe0xxxxJFIF\n", 13, "a JPEG picture is "
	    "not read; gl-frames makes a stream of it", "a picture is not text");
	check(INTAKE_TEXT, "{\"g", 3, "{\"type\":\"text\",\"text\":\"{\\\"g\"}"
	    "|.", "text that begins as one");
	check(INTAKE_TEXT, "one\r\n\n  \ntwo \"\xff\"\t\nend", 21,
	    "{\"type\":\"text\",\"text\":\"one\"}|"
	    "{\"type\":\"text\",\"text\":\"two \\\"\xef\xbf\xbd\\\"\"}|"
	    "{\"type\":\"text\",\"text\":\"end\"}|.", "lines of text");
	memset(big, 'x', 2 << 20);
	got = run(INTAKE_TEXT, big, 2 << 20, 4000);
	is_str(got, "a line of text longer than 1048512 bytes",
	    "a line over the limit");
	free(got);
	memset(big, '\n', 2 << 20);
	memset(big, 'x', 1048511);
	got = run(INTAKE_TEXT, big, 2 << 20, 65536);
	ok(strlen(got) > 1048511 && got[strlen(got) - 1] == '.',
	    "and one of the limit");
	free(got);
	free(big);
}

/* Who has records to give is not to be read. */
static void
test_held_back(void)
{
	static const char in[] = "{\"type\":\"a\"}\n{\"type\":\"b\"}\n{";
	struct intake_opts o = { .form = INTAKE_NAMED };
	struct intake *s = intake_new(&o);
	struct record rec;
	size_t n;
	void *w = intake_window(s, &n);

	memcpy(w, in, sizeof(in) - 1);
	intake_filled(s, sizeof(in) - 1);
	ok(intake_window(s, &n) == NULL, "records wait: no window");
	is_int(intake_next(s, &rec), STREAM_RECORD, "one of two taken");
	ok(intake_window(s, &n) == NULL, "... still none");
	is_int(intake_next(s, &rec), STREAM_RECORD, "the other");
	is_int(intake_next(s, &rec), STREAM_MORE, "there are no more");
	ok(intake_window(s, &n) != NULL, "now there is");
	intake_filled(s, 0);
	intake_ended(s);
	is_int(intake_next(s, &rec), STREAM_MORE, "nothing at the end");
	ok(intake_window(s, &n) == NULL, "no window after the end");
	is_int(intake_cut(s), -1, "which was in the middle");
	intake_free(s);
}

/* What a FIFO's writer gave, as run() says it, with losses; another follows. */
static void
mends(const char *in, const char *want, const char *what)
{
	struct intake_opts o = { .form = INTAKE_NAMED, .rate = 1000,
	    .piece_ms = 3, .mend = true };
	struct intake *s = intake_new(&o);
	struct record rec;
	enum stream_status st;
	struct buf b;
	size_t n = strlen(in), k, room;
	void *w;

	buf_init(&b, 1 << 16);
	buf_str(&b, "");
	for (;;) {
		w = n > 0 ? intake_window(s, &room) : NULL;
		k = n < 7 ? n : 7;
		if (w != NULL) {
			memcpy(w, in, k);
			intake_filled(s, k);
			in += k;
			n -= k;
		} else {
			intake_ended(s);
		}
		while ((st = intake_next(s, &rec)) == STREAM_RECORD ||
		    st == STREAM_LOST)
			if (st == STREAM_RECORD)
				show(&rec, &b);
			else
				buf_str(&b, "LOST|");
		if (w == NULL)
			break;
	}
	buf_str(&b, intake_cut(s) == 0 ? "." : "CUT");
	is_str(b.data, want, what);
	is_int(n, 0, "... all of it was taken");
	buf_done(&b);
	intake_free(s);
}

static void
test_mend(void)
{
	mends("{\"type\":\"a\"}\n#\n{\"type\":\"b\"}\n{", "{\"type\":\"a\"}|"
	    "LOST|{\"type\":\"b\"}|CUT", "a FIFO: a stream goes on");
	mends("what is neither stream nor sound, and goes on for a while",
	    "LOST|.", "a FIFO: dropped to its end, told once");
	mends("{", "LOST|.", "a FIFO: a byte and no more");
	mends("", ".", "a FIFO: a writer that gives nothing");
}

/* Files whose beginnings pass for text, and texts that begin like files: the
 * verdict is the same wherever the pipe cuts them. */
static void
test_cuts(void)
{
#define BYTES(s) s, sizeof(s) - 1
	static const struct {
		const char *p;
		size_t n;
		const char *want;	/* how the sentence begins; "": text */
	} all[] = {
		{ BYTES("BZh91AY&SY\x1a\x9d\n\x03\0\0\1\x80\n\n"),
		    "a bzip2 file" },
		{ BYTES("BZh91AY&SY\n\n\n\n\0\0\1\x80\n"), "a bzip2 file" },
		{ BYTES("ID3\3\0\0\0\n\nTSSE\0\0\0"), "an MP3 file" },
		{ BYTES("ID3\n\0\0\0\0\n"), "an MP3 file" },
		{ BYTES("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"),
		    "a PDF file" },
		{ BYTES("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "a PDF file" },
		{ BYTES("GIF89a\n\0\n\0\x80\0\0"), "a GIF picture" },
		{ BYTES("GIF87a@\1\n\1\n"), "a GIF picture" },
		{ BYTES("FORM\0\n\n\nAIFF"), "an AIFF file" },
		{ BYTES("OggS\0\2\0\0\0\n\n"), "an Ogg file" },
		{ BYTES("fLaC\0\0\0\"\n"), "a FLAC file" },
		{ BYTES("BM\n\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\n"),
		    "a BMP picture" },
		{ BYTES("YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420\nFRAME\n"),
		    "Y4M video" },
		{ BYTES("SQLite format 3\0\n"), "an SQLite file" },
		{ BYTES("\xff\xfe" "a\0b\0\n\0c\0"), "text in UTF-16" },
		{ BYTES("\x1f\x8b\x08\n\n"), "a gzip file" },
		{ BYTES("GIF89a is what I mean, and nothing else.\nYes\n"), "" },
		{ BYTES("FORM 27\n"), "" },
		{ BYTES("ID3\n"), "" },
		{ BYTES("BMW or Audi?\n"), "" },
		{ BYTES("BZh"), "" },
		{ BYTES("caf\xe9\nGIF8\0\n"), "" },
		{ BYTES("one\nBZh91AY&SY\x1a\x9d\n"), "" },
	};
	char *whole, *cut, name[100];
	size_t i, piece, differ;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		whole = run(INTAKE_TEXT, all[i].p, all[i].n, all[i].n);
		snprintf(name, sizeof(name), "beginning %zu is what it is", i);
		ok(*all[i].want ? strncmp(whole, all[i].want,
		    strlen(all[i].want)) == 0 : strncmp(whole, "{\"type\":"
		    "\"text\"", 14) == 0, name);
		for (differ = 0, piece = 1; piece < all[i].n; piece++) {
			cut = run(INTAKE_TEXT, all[i].p, all[i].n, piece);
			differ += strcmp(cut, whole) != 0;
			free(cut);
		}
		snprintf(name, sizeof(name), "%zu: wherever it is cut", i);
		is_int((long long)differ, 0, name);
		free(whole);
	}
}

int
main(void)
{
	test_mend();
	test_kinds();
	test_text();
	test_cuts();
	test_held_back();
	return tap_done();
}
