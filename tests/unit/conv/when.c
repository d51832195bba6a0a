/* when: a call's clock, live, of a file sent fast, of runs in one file. */
#include "../../tap.h"
#include "base/buf.h"
#include "conv/when.h"
#include "stream/stream.h"

static struct buf in;
static int64_t calls[64];

static void
say(const char *record)
{
	buf_printf(&in, "{\"type\":\"%s}\n", record);
}

/* Silence of n ms at 1000 Hz. */
static void
sound(const char *members, int n)
{
	int i;

	buf_printf(&in, "{\"type\":\"audio\",\"rate\":1000,%s,\"bytes\":%d}\n",
	    members, n * 2);
	for (i = 0; i < n; i++)
		buf_add(&in, "\0", 2);
}

/* Runs what was gathered; the time of each record is in calls. */
static void
run(struct when *w)
{
	struct stream_reader *s = stream_reader_new();
	struct record rec;
	size_t n = 0;

	*w = (struct when){ 0 };
	stream_feed(s, in.data, in.len);
	while (stream_next(s, &rec) == STREAM_RECORD && n < 64) {
		when_record(w, &rec);
		calls[n++] = w->call;
	}
	stream_reader_free(s);
	buf_clear(&in);
}

static void
test_live(void)
{
	struct when w;

	say("start\"");
	sound("\"side\":\"user\",\"t\":300,\"at_ms\":0", 100);
	sound("\"side\":\"user\",\"t\":420,\"at_ms\":100", 100);
	say("voice_activity\",\"t\":700,\"state\":\"end\",\"at_ms\":150");
	sound("\"turn\":1,\"t\":900", 5000);
	say("transcript\",\"role\":\"user\",\"t\":1000,\"at_ms\":50,"
	    "\"to_ms\":150");
	sound("\"side\":\"user\",\"t\":9000,\"at_ms\":200", 100);
	say("text\",\"t\":9500");
	run(&w);
	is_int(calls[1], 300, "the user's sound where it came");
	is_int(calls[2], 400, "... and what follows right behind it");
	is_int(calls[4], 900, "the model's by its time");
	is_int(calls[5], 350, "words by the place in the input");
	is_int(calls[6], 9000, "behind a pause of the microphone's");
	is_int(calls[7], 9500, "what is typed when it was");
	is_int(when_input(&w, 250), 9050, "a place in the last piece");
	is_int(when_came(&w, 250), 9050, "... came then");
	is_int(when_sent(&w, 450), 450, "a place of the call was sent then");
	is_int(w.zero, 300, "the call begins with its first sound");
	when_done(&w);
}

static void
test_fast(void)
{
	struct when w;
	int i;

	for (i = 0; i < 10; i++)
		sound("\"side\":\"user\",\"t\":100", 1000);
	say("voice_activity\",\"t\":400,\"state\":\"end\",\"at_ms\":3000");
	say("transcript\",\"role\":\"user\",\"t\":420,\"at_ms\":1000,"
	    "\"to_ms\":3000");
	sound("\"turn\":1,\"t\":900", 500);
	say("voice_activity\",\"t\":1000,\"state\":\"end\",\"at_ms\":8000");
	sound("\"turn\":2,\"t\":1300", 500);
	say("voice_activity\",\"t\":1310,\"state\":\"end\",\"at_ms\":9000");
	sound("\"turn\":2,\"t\":1320", 500);
	say("interrupted\",\"turn\":2,\"t\":1330");
	sound("\"turn\":3,\"t\":1340", 500);
	run(&w);
	is_int(calls[9], 9100, "sound sent fast is as long as it is");
	is_int(calls[11], 1100, "words by the place in it");
	is_int(calls[12], 3580, "an answer behind what it answers");
	is_int(calls[14], 8400, "... and the next one too");
	is_int(calls[16], 8420, "a turn stays together");
	is_int(calls[17], 8430, "... up to what interrupts it");
	is_int(calls[18], 9130, "the next one is another");
	when_done(&w);

	say("transcript\",\"role\":\"user\",\"t\":420,\"at_ms\":60000,"
	    "\"to_ms\":63000");
	say("transcript\",\"role\":\"user\",\"t\":430,\"at_ms\":600000,"
	    "\"to_ms\":610000");
	sound("\"turn\":1,\"t\":900", 500);
	run(&w);
	is_int(calls[0], 60000, "without the sound, by the place alone");
	is_int(calls[2], 610470, "and an answer behind it");
	when_done(&w);
}

static void
test_runs(void)
{
	struct when w;

	say("start\",\"time\":\"2026-11-28T23:59:50Z\"");
	sound("\"side\":\"user\",\"t\":100,\"at_ms\":0", 1000);
	say("start\",\"time\":\"2026-11-29T00:01:50.500Z\"");
	sound("\"side\":\"user\",\"t\":100,\"at_ms\":0", 1000);
	say("transcript\",\"role\":\"user\",\"t\":900,\"at_ms\":500,"
	    "\"to_ms\":600");
	say("start\"");
	say("text\",\"t\":1");
	run(&w);
	is_int(calls[1], 100, "the first run");
	is_int(calls[3], 120600, "the next one by the clock on the wall");
	is_int(calls[4], 121100, "its places are its own");
	is_int(calls[6], 122401, "one without that clock behind it");
	when_done(&w);

	say("start\"");
	say("text\",\"t\":1000");
	say("start\"");
	say("text\",\"t\":2000");
	run(&w);
	is_int(calls[3], 2000, "a start of a program's that joined is none");
	when_done(&w);
}

static void
test_wall(void)
{
	is_int(when_wall("1970-01-01T00:00:00Z"), 0, "the epoch");
	is_int(when_wall("2026-11-28T20:00:00.250Z"), 1795896000250,
	    "thousandths");
	is_int(when_wall(NULL), -1, "nothing");
	is_int(when_wall("2026-11-28"), -1, "no time");
	is_int(when_wall("1969-12-31T23:59:59Z"), -1, "before the epoch");
}

int
main(void)
{
	buf_init(&in, 8 << 20);
	test_live();
	test_fast();
	test_runs();
	test_wall();
	buf_done(&in);
	return tap_done();
}
