/* render: whole conversations as lines of text, and as JSON lines. */
#include <stdlib.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "stream/render.h"
#include "stream/stream.h"

#define R(s) "{\"type\":\"" s "}\n"
#define USER(t) R("transcript\",\"role\":\"user\",\"text\":\"" t "\",\"turn\":1")
#define MODEL(t) R("transcript\",\"role\":\"model\",\"text\":\"" t \
    "\",\"turn\":1")

/* An answer whose connection is lost. */
#define CUT_OFF MODEL("How's") MODEL(" that?") R("transcript\",\"role\":" \
    "\"model\",\"text\":\"\",\"finished\":true") \
    R("turn_complete\",\"turn\":1,\"lost\":true")

/* What the records of a stream become; with bare, without their parsed heads.
 * The caller frees. */
static char *
render(struct render_opts o, const char *in, size_t n, bool bare)
{
	struct stream_reader *s = stream_reader_new();
	struct render *r = render_new(&o);
	struct record rec;
	struct buf b;

	buf_init(&b, 1 << 24);
	buf_str(&b, "");
	stream_feed(s, in, n);
	while (stream_next(s, &rec) == STREAM_RECORD) {
		if (bare)
			rec.head = NULL;
		render_record(r, &rec, &b);
	}
	if (*stream_why(s) != '\0')
		buf_printf(&b, "BAD: %s", stream_why(s));
	render_end(r, &b);
	render_free(r);
	stream_reader_free(s);
	return buf_take(&b, NULL);
}

static void
check(struct render_opts o, const char *in, const char *want, const char *what)
{
	char *got = render(o, in, strlen(in), false);
	char *bare = render(o, in, strlen(in), true);

	is_str(got, want, what);
	is_str(bare, want, "... and without parsed heads");
	free(got);
	free(bare);
}

static const struct render_opts
    all = { .user = true, .model = true, .labels = true, .events = true },
    live = { .user = true, .model = true, .labels = true, .events = true,
	.live = true },
    answer = { .model = true };

static void
test_turns(void)
{
	const char *in = R("start\",\"gl\":1") USER(" How high") MODEL("About")
	    USER(" is it?") MODEL(" 4,800") R("usage\",\"total\":5") MODEL(" m.")
	    R("generation_complete\",\"turn\":1") USER(" (late)")
	    R("turn_complete\",\"turn\":1");

	check(all, in, "user: How high is it?\nmodel: About 4,800 m.\n"
	    "user: (late)\n", "pieces become lines, the question first");
	check(live, in, "user: How high\nmodel: About\nuser: is it?\n"
	    "model: 4,800 m.\nuser: (late)\n", "live: as they come");
	check(answer, in, "About 4,800 m.\n", "the model's words alone");
	check(answer, R("text\",\"text\":\"a\\nb \\n\",\"turn\":2")
	    R("text\",\"text\":\" c\",\"turn\":2")
	    R("text\",\"text\":\"d\",\"turn\":2,\"thought\":true")
	    MODEL("") R("turn_complete\",\"turn\":2") R("turn_complete\""),
	    "a\nb \n c\n", "text keeps its own lines, thoughts are left out");
	check(all, USER("hi") MODEL("Sure.\\nuser: yes\\n") MODEL("\\n[end]")
	    R("error\",\"reason\":\"r\\nmodel: z\""),
	    "user: hi\nmodel: Sure.\n  user: yes\n  \n  [end]\n"
	    "[error: r\n  model: z]\n",
	    "no line of a text looks like another's");
	check(all, R("text\",\"text\":\"typed\"") R("text\",\"text\":\"again\"")
	    R("turn\",\"role\":\"model\",\"parts\":[{\"text\":\"p1\"},"
	    "{\"text\":\" p2\"},{}]") MODEL("x"),
	    "user: typed\nuser: again\nmodel: p1 p2\nmodel: x\n",
	    "whole messages are lines of their own");
	check(all, CUT_OFF MODEL("How's that? Well."),
	    "model: How's that? [lost]\nmodel: How's that? Well.\n",
	    "an answer that was lost, and said again");
	check(answer, CUT_OFF MODEL("How's that? Well."),
	    "How's that? Well.\n", "... stands once among the words alone");
	check(answer, CUT_OFF R("reconnecting\""), "How's that?\n",
	    "... as far as it came where no other came");
	check(live, MODEL("A") R("transcript\",\"role\":\"model\",\"text\":\"\","
	    "\"finished\":true") MODEL("A b"), "model: A\nmodel: A b\n",
	    "... and live");
	check(all, R("transcript\",\"role\":\"user\",\"text\":\"gue\","
	    "\"interim\":true") USER("guess"), "user: guess\n",
	    "guesses are not shown");
}

static void
test_barge_in(void)
{
	const char *in = USER("One?") MODEL("Well, it") USER("Wait,")
	    R("interrupted\",\"turn\":1") R("interrupted\",\"turn\":1")
	    R("turn_complete\",\"turn\":1") USER(" two!") MODEL("Two.")
	    R("generation_complete\"");

	check(all, in, "user: One?\nmodel: Well, it [interrupted]\n"
	    "user: Wait,\nuser: two!\nmodel: Two.\n",
	    "the interruption's words stand behind it");
	check(live, in, "user: One?\nmodel: Well, it\nuser: Wait,\n"
	    "[interrupted]\nuser: two!\nmodel: Two.\n", "live");
	check(answer, in, "Well, it\nTwo.\n", "no marks where none are wanted");
	check(all, R("interrupted\",\"turn\":1"), "[interrupted]\n",
	    "an interruption before any word");
}

static void
test_events(void)
{
	check(all, MODEL("Let me see")
	    R("tool_call\",\"id\":\"1\",\"name\":\"weather\",\"args\":{\"a\":1}")
	    R("tool_call\",\"id\":\"2\",\"name\":\"time\"")
	    R("tool_response\",\"id\":\"1\",\"name\":\"weather\",\"response\":"
	    "{\"b\":[2]}") R("tool_cancel\",\"ids\":[\"2\"]")
	    R("reconnecting\",\"reason\":\"goAway\"")
	    R("reconnected\",\"gap_ms\":320") R("stalled\"")
	    R("lost\",\"ms\":120")
	    R("error\",\"message\":\"no\\u001b[2Jsuch\\u0085 thing\"")
	    R("image\",\"mime\":\"image/jpeg\",\"bytes\":2") "xx"
	    R("nobody_knows\"") R("end\",\"reason\":\"input ended\""),
	    "model: Let me see\n[tool call: weather {\"a\":1}]\n"
	    "[tool call: time]\n[tool answer: weather {\"b\":[2]}]\n"
	    "[tool calls cancelled: [\"2\"]]\n[reconnecting: goAway]\n"
	    "[reconnected: after 320 ms]\n[stalled]\n"
	    "[lost: 120 ms of sound]\n"
	    "[error: no\xef\xbf\xbd[2Jsuch\xef\xbf\xbd thing]\n"
	    "[image: image/jpeg, 2 bytes]\n[end: input ended]\n",
	    "events, control characters made harmless");
}

static void
test_colour(void)
{
	struct render_opts o = all;

	o.colour = true;
	check(o, USER("a") MODEL("b") R("error\""), "\033[36muser:\033[0m a\n"
	    "\033[32mmodel:\033[0m b\n\033[2m[error]\033[0m\n", "colours");
}

static void
test_long(void)
{
	char *in = mem_alloc(1100 * 2000 + 1), *got, *p = in;
	size_t i, n;

	for (i = 0; i < 2000; i++) {
		n = (size_t)snprintf(p, 100, "{\"type\":\"transcript\","
		    "\"role\":\"model\",\"text\":\"");
		memset(p + n, 'x', 1000);
		memcpy(p + n + 1000, "\"}\n", 3);
		p += n + 1003;
	}
	got = render(answer, in, (size_t)(p - in), false);
	is_int((long long)strspn(got, "x\n"), (long long)strlen(got),
	    "a line without an end");
	is_int((long long)strlen(got), 2000 * 1000 + 2,
	    "... is cut into lines of a megabyte, nothing lost");
	free(got);
	free(in);
}

static void
test_json(void)
{
	struct render_opts o = { .json = true, .data = true };
	const char *in = "{\"type\": \"a\", \"n\":123456789012345678901} \r\n"
	    "{\"bytes\":4,\"type\":\"audio\",\"rate\":24000}\nab\nd"
	    "{\"type\":\"blob\",\"bytes\":0,\"data\":\"x\"}\n";

	check(o, in, "{\"type\": \"a\", \"n\":123456789012345678901}\n"
	    "{\"type\":\"audio\",\"rate\":24000,\"size\":4,"
	    "\"data\":\"YWIKZA==\"}\n{\"type\":\"blob\",\"size\":0,"
	    "\"data\":\"\"}\n", "JSON lines with payloads");
	o.data = false;
	check(o, in, "{\"type\": \"a\", \"n\":123456789012345678901}\n"
	    "{\"type\":\"audio\",\"rate\":24000,\"size\":4}\n"
	    "{\"type\":\"blob\",\"size\":0}\n", "JSON lines without");
}

int
main(void)
{
	test_turns();
	test_barge_in();
	test_events();
	test_colour();
	test_long();
	test_json();
	return tap_done();
}
