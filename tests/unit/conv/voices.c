/* voices: the sound of a conversation, one side and both. */
#include <stdbool.h>
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "stream/stream.h"
#include "conv/voices.h"

static bool slow;		/* has enough after each piece */

static int
collect(void *arg, const void *p, size_t n)
{
	return buf_add(arg, p, n) == -1 ? -1 : slow;
}

/* A record of n samples of one value; extra goes into its header. */
static void
sound(struct buf *b, const char *extra, int rate, int value, int n)
{
	char p[2];
	int i;

	buf_printf(b, "{\"type\":\"audio\",\"rate\":%d%s,\"bytes\":%d}\n", rate,
	    extra, n * 2);
	pcm_put(p, value);
	for (i = 0; i < n; i++)
		buf_add(b, p, 2);
}

/* Runs what stands in `in` through voices; out gets the samples.  Returns the
 * rate. */
static int
run(struct voices_opts o, struct buf *in, struct buf *out)
{
	struct stream_reader *s = stream_reader_new();
	struct voices *v;
	struct record rec;
	int rate;

	buf_init(out, 128 << 20);
	o.write = collect;
	o.arg = out;
	v = voices_new(&o);
	stream_feed(s, in->data, in->len);
	while (stream_next(s, &rec) == STREAM_RECORD)
		while (voices_record(v, &rec) == 1)
			;
	if (*stream_why(s) != '\0')
		printf("# %s\n", stream_why(s));
	while (voices_end(v) == 1)
		;
	rate = voices_rate(v);
	voices_free(v);
	stream_reader_free(s);
	buf_done(in);
	buf_init(in, 64 << 20);
	return rate;
}

/* The samples as runs: "100x3 0x2 ...". */
static char *
runs(const struct buf *b, size_t channels, size_t channel)
{
	struct buf t;
	size_t i = 2 * channel, n;
	int v;

	buf_init(&t, 1 << 20);
	buf_str(&t, "");
	while (i < b->len) {
		v = pcm_get(b->data + i);
		for (n = 0; i < b->len && pcm_get(b->data + i) == v; n++)
			i += 2 * channels;
		buf_printf(&t, "%s%dx%zu", t.len > 0 ? " " : "", v, n);
	}
	return buf_take(&t, NULL);
}

static void
check(struct voices_opts o, struct buf *in, const char *left,
    const char *right, const char *what)
{
	struct buf out;
	char *got;

	run(o, in, &out);
	got = runs(&out, right != NULL ? 2 : 1, 0);
	is_str(got, left, what);
	free(got);
	if (right != NULL) {
		got = runs(&out, 2, 1);
		is_str(got, right, "... and the right channel");
		free(got);
	}
	buf_done(&out);
}

static const struct voices_opts model = { .who = VOICES_MODEL },
    user = { .who = VOICES_USER }, stereo = { .who = VOICES_BOTH },
    heard = { .who = VOICES_MODEL, .heard = true };

static void
talk(struct buf *b)
{
	sound(b, "", 1000, 5, 10);
	sound(b, ",\"turn\":1", 1000, 7, 20);
	sound(b, ",\"role\":\"user\",\"turn\":1", 1000, 6, 10);
	sound(b, ",\"role\":\"model\"", 1000, 8, 5);
}

static void
test_sides(struct buf *b)
{
	struct buf out;

	talk(b);
	check(model, b, "7x20 8x5", NULL, "the model");
	talk(b);
	check(user, b, "5x10 6x10", NULL, "the user");
	buf_str(b, "{\"type\":\"audio\",\"rate\":1000,\"turn\":1,\"channels\":2,"
	    "\"bytes\":9}\n");
	buf_add(b, "\2\0\4\0\2\0\4\0\1", 9);
	sound(b, ",\"turn\":1,\"channels\":9", 1000, 9, 9);
	sound(b, ",\"turn\":1", 999, 9, 9);
	check(model, b, "3x2", NULL, "two channels; what makes no sense is "
	    "left out");
	sound(b, ",\"turn\":1", 24000, 100, 2400);
	sound(b, ",\"turn\":2", 16000, 100, 1600);
	is_int(run(model, b, &out), 24000, "the first rate holds");
	is_int((long long)out.len, 2 * 4800, "and the second becomes it");
	buf_done(&out);
	is_int(run(model, b, &out), 0, "no sound has no rate");
	buf_done(&out);
}

static void
test_heard(struct buf *b)
{
	sound(b, ",\"turn\":1,\"t\":100", 1000, 1, 300);
	buf_str(b, "{\"type\":\"interrupted\",\"turn\":1,\"t\":150}\n");
	sound(b, ",\"turn\":2,\"t\":400", 1000, 2, 300);
	sound(b, ",\"turn\":2,\"t\":401", 1000, 2, 300);
	buf_str(b, "{\"type\":\"interrupted\",\"turn\":2,\"t\":800}\n"
	    "{\"type\":\"played\",\"turn\":2,\"ms\":310,\"interrupted\":true}\n"
	    "{\"type\":\"played\",\"turn\":7,\"ms\":1}\n");
	sound(b, ",\"turn\":3", 1000, 3, 30);
	buf_str(b, "{\"type\":\"interrupted\",\"turn\":3}\n");
	sound(b, ",\"turn\":4,\"t\":900", 1000, 4, 40);
	buf_str(b, "{\"type\":\"played\",\"turn\":4,\"ms\":10}\n"
	    "{\"type\":\"interrupted\",\"turn\":4,\"t\":930}\n"
	    "{\"type\":\"played\",\"turn\":4,\"ms\":39,"
	    "\"interrupted\":false}\n");
	check(heard, b, "1x50 2x310 3x30 4x40", NULL, "what was heard: by the "
	    "clock, by the player, unknown, after all whole");
}

static void
test_both(struct buf *b)
{
	int i;

	for (i = 0; i < 10; i++) {
		char t[32];

		snprintf(t, sizeof(t), ",\"t\":%d", 5000 + i * 20 + i % 3);
		sound(b, t, 1000, 1, 20);
	}
	sound(b, ",\"turn\":1,\"t\":5400", 1000, 2, 100);
	sound(b, ",\"turn\":1,\"t\":5401", 1000, 2, 900);
	sound(b, ",\"t\":6000", 1000, 3, 20);
	buf_str(b, "{\"type\":\"interrupted\",\"turn\":1,\"t\":6100}\n");
	sound(b, ",\"turn\":2,\"t\":6300", 1000, 4, 50);
	buf_str(b, "{\"type\":\"usage\",\"t\":20000}\n");
	sound(b, ",\"turn\":3,\"t\":20000", 1000, 5, 1);
	sound(b, ",\"turn\":3,\"t\":9000000000", 1000, 6, 1);
	check(stereo, b, "1x200 0x800 3x20 0x13982",
	    "0x400 2x700 0x200 4x50 0x13650 5x1 6x1",
	    "both, placed by their times");
	talk(b);
	check(stereo, b, "5x10 0x20 6x10 0x5", "0x10 7x20 0x10 8x5",
	    "both, without times one after the other");

	/* after a break of over an hour times count from there */
	sound(b, ",\"t\":1000", 1000, 1, 500);
	sound(b, ",\"turn\":1,\"t\":2000", 1000, 2, 1000);
	sound(b, ",\"t\":7200000", 1000, 3, 500);
	sound(b, ",\"turn\":2,\"t\":7201000", 1000, 4, 500);
	buf_str(b, "{\"type\":\"interrupted\",\"turn\":2,\"t\":7201300}\n");
	sound(b, ",\"t\":7202000", 1000, 5, 500);
	check(stereo, b, "1x500 0x500 3x500 0x1500 5x500",
	    "0x1000 2x1000 4x300 0x1200",
	    "a break in the clock is closed up");
}

/* 80 MiB of one turn at once: held back in part only, all there at the end. */
static void
test_large(struct buf *b)
{
	struct voices_opts o = heard;
	struct buf out;

	buf_str(b, "{\"type\":\"audio\",\"rate\":1000,\"turn\":1,"
	    "\"bytes\":300000}\n");
	buf_added(b, buf_room(b, 300000) != NULL ? 300000 : 0);
	o.rate = 48000;
	run(o, b, &out);
	is_int((long long)out.len, 48 * 300000, "a long turn, held and kept");
	buf_done(&out);

	/* over half of it is written before it is known how much was heard */
	buf_str(b, "{\"type\":\"audio\",\"rate\":1000,\"turn\":1,\"t\":0,"
	    "\"bytes\":1600000}\n");
	buf_added(b, buf_room(b, 1600000) != NULL ? 1600000 : 0);
	buf_str(b, "{\"type\":\"played\",\"turn\":1,\"ms\":780000,"
	    "\"interrupted\":true}\n");
	run(o, b, &out);
	is_int((long long)out.len, 2 * 48 * 780000,
	    "a long turn, and how much of it was heard");
	buf_done(&out);
}

int
main(void)
{
	struct buf b;

	buf_init(&b, 64 << 20);
	test_sides(&b);
	test_heard(&b);
	test_both(&b);
	test_large(&b);
	slow = true;
	test_sides(&b);
	test_heard(&b);
	test_both(&b);
	test_large(&b);
	buf_done(&b);
	return tap_done();
}
