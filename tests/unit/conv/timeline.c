/* timeline, chart and page: what happened when, and that its page is
 * harmless. */
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "conv/chart.h"
#include "conv/page.h"
#include "conv/summary.h"
#include "sound/pcm.h"
#include "stream/render.h"
#include "stream/stream.h"
#include "conv/timeline.h"

static struct timeline *
gather(const struct buf *in, struct summary **figures)
{
	struct summary *sum;
	struct stream_reader *s = stream_reader_new();
	struct timeline *l = timeline_new();
	struct record rec;

	stream_feed(s, in->data, in->len);
	sum = summary_new();
	while (stream_next(s, &rec) == STREAM_RECORD) {
		timeline_record(l, &rec);
		summary_record(sum, l, &rec);
	}
	if (*stream_why(s) != '\0')
		printf("# %s\n", stream_why(s));
	stream_reader_free(s);
	timeline_finish(l);
	summary_finish(sum, l);
	*figures = sum;
	return l;
}

static void
piece(struct buf *b, int rate, const char *extra, int value, int n)
{
	char p[2];
	int i;

	buf_printf(b, "{\"type\":\"audio\",\"rate\":%d%s,\"bytes\":%d}\n",
	    rate, extra, n * 2);
	pcm_put(p, value);
	for (i = 0; i < n; i++)
		buf_add(b, p, 2);
}

static void
sound(struct buf *b, const char *extra, int value, int n)
{
	piece(b, 1000, extra, value, n);
}

static void
say(struct buf *b, const char *record)
{
	buf_printf(b, "{\"type\":\"%s}\n", record);
}

/* A call with everything in it. */
static void
call(struct buf *b)
{
	sound(b, ",\"t\":1000", 16384, 500);
	say(b, "transcript\",\"t\":1400,\"role\":\"user\",\"text\":\" How\"");
	say(b, "transcript\",\"t\":1500,\"role\":\"user\",\"text\":\" high?\"");
	sound(b, ",\"t\":2000,\"turn\":1", 32767, 2000);
	sound(b, ",\"t\":2010,\"turn\":1", 32767, 2000);
	say(b, "transcript\",\"t\":2020,\"turn\":1,\"role\":\"model\",\"text\":"
	    "\"<b>&\\\"'\\u0007\"");
	say(b, "transcript\",\"t\":3900,\"role\":\"user\",\"text\":\"Stop\"");
	say(b, "interrupted\",\"t\":4000,\"turn\":1");
	say(b, "turn_complete\",\"t\":4010,\"turn\":1");
	say(b, "tool_call\",\"t\":5000,\"id\":\"a\",\"name\":\"</svg>\"");
	say(b, "tool_call\",\"t\":5000,\"id\":\"b\",\"name\":\"x\"");
	say(b, "tool_response\",\"t\":5500,\"id\":\"a\",\"name\":\"</svg>\","
	    "\"response\":{}");
	say(b, "tool_cancel\",\"t\":5600,\"ids\":[\"b\",\"c\"]");
	say(b, "image\",\"t\":5700,\"mime\":\"image/png\"");
	say(b, "reconnecting\",\"t\":6000,\"reason\":\"goAway\"");
	say(b, "reconnected\",\"t\":6300,\"gap_ms\":300");
	say(b, "reconnected\",\"t\":7000,\"gap_ms\":100");
	sound(b, ",\"t\":8000,\"turn\":2", 1000, 1000);
	say(b, "played\",\"turn\":1,\"ms\":1500,\"interrupted\":true");
	say(b, "error\",\"t\":8100,\"reason\":\"no\"");
	say(b, "usage\",\"t\":8200,\"total\":77");
	say(b, "turn_complete\",\"t\":8300,\"turn\":2");
	say(b, "end\",\"t\":9500,\"reason\":\"done\"");
}

static void
test_gather(const struct timeline *l)
{
	const struct loud *u = &l->lane[SIDE_USER],
	    *m = &l->lane[SIDE_MODEL];

	const struct timeline_item *q = NULL, *tool = NULL, *gap = NULL;
	size_t i;

	for (i = l->nitems; i > 0; i--) {
		if (l->items[i - 1].kind == TIMELINE_WORDS)
			q = &l->items[i - 1];
		if (l->items[i - 1].kind == TIMELINE_TOOL)
			tool = &l->items[i - 1];
		if (l->items[i - 1].kind == TIMELINE_GAP)
			gap = &l->items[i - 1];
	}
	is_int(l->first, 1000, "where it begins");
	is_int(l->now, 9500, "and ends");
	is_int(u->peak[20], 128, "the user's loudness");
	is_int(u->end, 1500, "the user's end");
	is_int(m->peak[3499 / 50], 255, "the model speaks");
	is_int(m->peak[3600 / 50], 0, "not after it was cut off");
	is_int(m->peak[8500 / 50], 7, "and again, softly");
	is_int((long long)l->nspans, 2, "two turns of sound");
	is_int(l->spans[0].from, 2000, "the first from");
	is_int(l->spans[0].to, 6000, "to where it would have ended");
	is_int(l->spans[0].cut, 3500, "cut where the player says");
	is_int(l->spans[1].cut, -1, "the second is whole");
	is_int(tool[0].to, 5500, "a call answered");
	ok(tool[1].state == TIMELINE_CANCELLED && tool[1].to == 5600,
	    "a call cancelled");
	is_int(gap[0].to - gap[0].from, 300, "a gap");
	is_int(gap[1].from, 6900, "a gap told only at its end");
	is_int((long long)l->nitems, 10, "items");
	is_str(q->text.data, " How high?", "the question in one item");
	is_int(q->from, 1000, "... where its sound begins");
	is_int((long long)q->nwords, 2, "... of two words");
	is_int(q[1].who, SIDE_MODEL, "the answer");
	ok(q[1].cut && q[1].heard == 0, "... of one word that was cut off");
	is_str(q[2].text.data, "Stop", "the interruption in its own");
	is_int(q[2].who, SIDE_USER, "... which is the user's");
}

static void
draw(const struct timeline *l, const struct summary *s, struct buf *b)
{
	struct page p = { .timeline = l, .summary = s, .name = "<call>" };

	buf_clear(b);
	page_write(&p, b);
}

static void
test_page(const struct timeline *l, const struct summary *s)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	draw(l, s, &b);
	ok(strstr(b.data, "&lt;b&gt;&amp;&quot;&#39;\xef\xbf\xbd") != NULL,
	    "words are escaped");
	ok(strstr(b.data, "<b>") == NULL && strstr(b.data, "<call>") == NULL,
	    "... everywhere");
	ok(strstr(b.data, "&lt;/svg&gt;") != NULL, "a tool's name too");
	ok(strstr(b.data, "default-src 'none'") != NULL, "nothing is loaded");
	ok(strstr(b.data, "2 turns, 1 interruption, 2 tool calls, 1 picture, "
	    "2 reconnections, 1 error") != NULL, "what happened");
	ok(strstr(b.data, "8.5 s") != NULL, "its length");
	ok(strstr(b.data, ">77 (") != NULL, "its tokens");
	ok(strstr(b.data, "2.5 s not heard") != NULL, "what was not heard");
	ok(strstr(b.data, "<s title=\"not heard\">&lt;b&gt;") != NULL,
	    "... is struck out");
	ok(strstr(b.data, "\n</html>\n") != NULL, "the page is whole");
	buf_clear(&b);
	chart_file(l, &b);
	ok(strncmp(b.data, "<svg xmlns=", 11) == 0 &&
	    strstr(b.data, "\n</svg>\n") != NULL, "the drawing alone");
	ok(strstr(b.data, "href") == NULL, "... without links");
	buf_done(&b);
}

/* Broken clocks, sound without times, nothing at all. */
static void
test_odd(void)
{
	struct timeline *l;
	struct summary *s;
	struct buf b, out;
	int i;

	buf_init(&b, 64 << 20);
	buf_init(&out, 64 << 20);
	l = gather(&b, &s);
	draw(l, s, &out);
	ok(strstr(out.data, "0.0 s") != NULL, "an empty conversation");
	summary_free(s);
	timeline_free(l);
	sound(&b, "", 100, 300);
	sound(&b, ",\"turn\":1", 100, 400);
	sound(&b, ",\"turn\":2,\"t\":-5", 100, 400);
	sound(&b, ",\"channels\":0", 100, 400);
	l = gather(&b, &s);
	is_int(l->lane[SIDE_MODEL].end, 1100, "without times sound follows "
	    "sound");
	summary_free(s);
	timeline_free(l);
	buf_clear(&b);
	sound(&b, ",\"t\":86399999", 100, 400);
	sound(&b, ",\"t\":99999999999999", 100, 400);
	for (i = 0; i < 100001; i++)
		say(&b, "stalled\"");
	l = gather(&b, &s);
	ok(l->full && l->nitems == 100000, "a ceiling on items");
	draw(l, s, &out);
	ok(!out.failed, "... and still a page");
	summary_free(s);
	timeline_free(l);
	buf_done(&b);
	buf_done(&out);
}

/* Records that last no whole number of ms, and less than one. */
static void
test_short(void)
{
	struct timeline *l;
	struct summary *s;
	struct buf b;
	int i;

	buf_init(&b, 8 << 20);
	for (i = 0; i < 10000; i++)
		piece(&b, 16000, ",\"turn\":1", 100, 10);
	l = gather(&b, &s);
	is_int(l->lane[SIDE_MODEL].end, 6250, "pieces of 0.625 ms add up");
	is_int((long long)l->lane[SIDE_MODEL].n, 126, "... and their loudness");
	is_int(l->spans[0].to, 6250, "... and their turn");
	summary_free(s);
	timeline_free(l);
	buf_clear(&b);
	for (i = 0; i < 3000; i++)
		piece(&b, 11025, "", 100, 220);
	l = gather(&b, &s);
	is_int(l->lane[SIDE_USER].end, 59863, "a minute of 19.95 ms each");
	summary_free(s);
	timeline_free(l);
	buf_clear(&b);
	piece(&b, 16000, ",\"t\":0", 100, 10);
	piece(&b, 16000, ",\"t\":1000", 100, 10);
	l = gather(&b, &s);
	is_int(l->lane[SIDE_USER].end, 1000, "a stamp begins anew");
	summary_free(s);
	timeline_free(l);
	buf_done(&b);
}

/* Of an answer that was cut off before its first sound nothing was heard. */
static void
test_unheard(void)
{
	struct timeline *l;
	struct summary *s;
	struct buf b;

	buf_init(&b, 8 << 20);
	sound(&b, ",\"turn\":1,\"t\":100", 100, 500);
	say(&b, "transcript\",\"role\":\"model\",\"turn\":2,\"t\":900,"
	    "\"text\":\"Well,\"");
	say(&b, "interrupted\",\"turn\":2,\"t\":910");
	l = gather(&b, &s);
	is_int((long long)l->items[0].heard, 0, "cut off before any sound");
	summary_free(s);
	timeline_free(l);
	buf_clear(&b);
	say(&b, "text\",\"turn\":2,\"t\":900,\"text\":\"Well,\"");
	say(&b, "interrupted\",\"turn\":2,\"t\":910");
	l = gather(&b, &s);
	is_int((long long)l->items[0].heard, 5, "text was there to be read");
	summary_free(s);
	timeline_free(l);
	buf_done(&b);
}

int
main(void)
{
	struct timeline *l;
	struct summary *s;
	struct buf b;

	buf_init(&b, 1 << 20);
	call(&b);
	l = gather(&b, &s);
	test_gather(l);
	test_page(l, s);
	summary_free(s);
	timeline_free(l);
	buf_done(&b);
	test_odd();
	test_short();
	test_unheard();
	return tap_done();
}
