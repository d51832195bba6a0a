/* captions, spread: words in time, cues by the usual limits. */
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "conv/captions.h"
#include "conv/spread.h"
#include "conv/timeline.h"
#include "stream/stream.h"

/* Speech of so many ms at ms `at`, by its peaks. */
static void
speak(struct loud *k, int64_t at, int64_t ms)
{
	int64_t i;

	if (k->peak == NULL)
		k->peak = calloc(1, 4096);
	for (i = at / LOUD_STEP; i < (at + ms) / LOUD_STEP; i++)
		k->peak[i] = 100;
	k->n = (size_t)(at + ms) / LOUD_STEP;
	k->end = at + ms;
	k->sound = true;
}

static void
test_spread(void)
{
	static const char text[] = "One two. Three four";
	static const char wide[] = "\xe4\xbb\x8a\xe5\xa4\xa9\xe3\x80\x82"
	    "\xe6\x98\x8e\xe5\xa4\xa9\xe4\xb8\x8b\xe9\x9b\xa8";
	struct loud k = { 0 };
	struct spread_word *w;
	size_t n;

	w = spread(text, strlen(text), 1000, 2900, NULL, &n);
	is_int((long long)n, 4, "four words");
	is_int(w[0].from, 1000, "without sound from the beginning");
	is_int(w[3].to, 2900, "... to the end");
	is_int((long long)w[2].at, 9, "where the third is");
	free(w);
	speak(&k, 1000, 400);
	speak(&k, 3000, 1000);
	w = spread(text, strlen(text), 0, 5000, &k, &n);
	is_int(w[0].from, 1000, "with sound where it begins");
	is_int(w[1].to, 1400, "a sentence ends at a pause");
	is_int(w[2].from, 3000, "... and the next begins behind it");
	is_int(w[3].to, 4000, "the last word ends with the sound");
	free(w);
	w = spread(wide, strlen(wide), 0, 5000, &k, &n);
	is_int((long long)n, 2, "text without spaces, by its own marks");
	is_int((long long)w[1].at, (long long)w[0].len, "... and nothing lost");
	is_int(w[1].from, 3000, "... each at its pause");
	free(w);
	ok(spread(" \n", 2, 0, 1, &k, &n) == NULL && n == 0, "no words");
	w = spread("x", 1, 10, 5, NULL, &n);
	ok(w[0].from == 10 && w[0].to == 10, "no time");
	free(w);
	loud_done(&k);
}

static struct timeline *
gather(const char *records)
{
	struct stream_reader *s = stream_reader_new();
	struct timeline *l = timeline_new();
	struct record rec;

	stream_feed(s, records, strlen(records));
	while (stream_next(s, &rec) == STREAM_RECORD)
		timeline_record(l, &rec);
	stream_reader_free(s);
	timeline_finish(l);
	return l;
}

static void
check(const char *records, bool vtt, bool labels, const char *wanted,
    const char *what)
{
	struct captions_opts o = { .vtt = vtt, .user = true, .model = true,
	    .labels = labels };
	struct timeline *l = gather(records);
	struct buf b;

	buf_init(&b, 1 << 20);
	captions_write(l, &o, &b);
	is_str(b.len > 0 ? b.data : "", wanted, what);
	buf_done(&b);
	timeline_free(l);
}

/* No line over 42, no cue over two lines or back in time. */
static void
test_limits(void)
{
	struct captions_opts o = { .user = true, .labels = true };
	struct buf in, out;
	struct timeline *l;
	const char *p, *end;
	int i, lines = 0, longest = 0, most = 0, n;

	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_str(&in, "{\"type\":\"transcript\",\"role\":\"user\",\"t\":1,"
	    "\"at_ms\":0,\"to_ms\":90000,\"text\":\"");
	for (i = 0; i < 300; i++)
		buf_printf(&in, "%.*s%s ", i % 11 + 1, "abcdefghijk", i % 17 ==
		    0 ? "." : i % 7 == 0 ? "," : "");
	buf_str(&in, "\"}\n");
	l = gather(in.data);
	captions_write(l, &o, &out);
	for (p = out.data; *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		n = (int)(end - p);
		lines = n == 0 ? 0 : lines + 1;
		most = lines > most ? lines : most;
		longest = n > longest ? n : longest;
	}
	ok(longest <= 42 && longest > 30, "lines of at most 42 characters");
	is_int(most, 4, "number, time, two lines");
	timeline_free(l);
	buf_done(&in);
	buf_done(&out);
}

/* The service's offsets of words, on its clock; a word in two pieces. */
static void
test_offsets(void)
{
	struct timeline *l = gather("{\"type\":\"transcript\",\"role\":"
	    "\"user\",\"t\":1,\"at_ms\":12000,\"to_ms\":13000,"
	    "\"start_ms\":2000,\"end_ms\":3000,\"text\":\" One two thr\","
	    "\"words\":[{\"word\":\"One\",\"startOffset\":\"2s\","
	    "\"endOffset\":\"2.1s\"},{\"word\":\"two\",\"startOffset\":"
	    "\"2.7s\",\"endOffset\":\"2.85s\"},{\"word\":\"thr\","
	    "\"startOffset\":\"2.9s\",\"endOffset\":\"3s\"}]}\n"
	    "{\"type\":\"transcript\",\"role\":\"user\",\"t\":2,"
	    "\"at_ms\":13000,\"to_ms\":13400,\"text\":\"ee four.\"}\n");
	struct timeline_item *m = &l->items[0];

	is_int((long long)m->nwords, 4, "four words, one of two pieces");
	is_int(m->words[0].from, 12000, "the first by its offset, moved");
	is_int(m->words[0].to, 12100, "... and its end");
	is_int(m->words[1].from, 12700, "the second behind a pause");
	is_int(m->words[2].from, 12900, "the third");
	is_int((long long)m->words[2].len, 5, "... whole");
	ok(m->words[2].to > 13000 && m->words[2].to < 13400, "... in time");
	timeline_free(l);
}

int
main(void)
{
	test_spread();
	test_offsets();
	test_limits();
	check("{\"type\":\"transcript\",\"role\":\"user\",\"t\":0,\"text\":"
	    "\"\xe4\xbb\x8a\xe5\xa4\xa9\xe3\x80\x82\xe6\x98\x8e\xe5\xa4\xa9 "
	    "a\xc2\x9b\"}\n", false, false,
	    "1\n00:00:00,000 --> 00:00:01,366\n\xe4\xbb\x8a\xe5\xa4\xa9\xe3\x80"
	    "\x82\xe6\x98\x8e\xe5\xa4\xa9 a\xef\xbf\xbd\n\n",
	    "no space where there is none, and no C1");
	check("{\"type\":\"transcript\",\"role\":\"user\",\"t\":9,\"at_ms\":0,"
	    "\"to_ms\":2000,\"text\":\" Is 1 < 2 & 3?\"}\n", false, false,
	    "1\n00:00:00,000 --> 00:00:02,100\nIs 1 \xe2\x80\xb9 2 & 3?\n\n",
	    "SubRip");
	check("{\"type\":\"transcript\",\"role\":\"user\",\"t\":9,"
	    "\"at_ms\":3600000,\"to_ms\":3600100,\"text\":\"<b>--> a\\nb\"}\n",
	    true, true, "WEBVTT\n\n1\n01:00:00.000 --> 01:00:01.000\n"
	    "<v User>&lt;b&gt;--&gt; a b\n\n", "WebVTT, an hour later");
	check("{\"type\":\"text\",\"text\":\"typed\",\"t\":1}\n", false, false,
	    "", "what was typed was not said");
	check("{\"type\":\"transcript\",\"role\":\"user\",\"t\":9,\"at_ms\":0,"
	    "\"to_ms\":500,\"text\":\"One.\"}\n{\"type\":\"transcript\","
	    "\"role\":\"user\",\"t\":9,\"at_ms\":1200,\"to_ms\":1500,"
	    "\"text\":\"Two.\"}\n", false, true,
	    "1\n00:00:00,000 --> 00:00:01,000\nUser: One.\n\n"
	    "2\n00:00:01,200 --> 00:00:02,200\nUser: Two.\n\n",
	    "two utterances that came at one time");
	return tap_done();
}
