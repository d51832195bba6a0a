/* position: where in the user's sound a record of the service's belongs. */
#include "../../tap.h"
#include "base/buf.h"
#include "dialog/position.h"

static struct buf out;

static const char *
place(struct position *p, int64_t t, const char *type, const char *head)
{
	buf_clear(&out);
	buf_add(&out, "", 0);
	position_members(p, type, head, strlen(head), t, &out);
	return out.len > 0 ? out.data : "";
}

#define VOICE(rest) "voice_activity", "{\"type\":\"voice_activity\"," rest "}"
#define WORDS(rest) "transcript", "{\"type\":\"transcript\"," \
	"\"role\":\"user\"" rest "}"

/* A file sent faster than it plays: only offsets can tell. */
static void
fast(void)
{
	struct position p = { 0 };

	position_sound(&p, 16000 * 60, 16000);
	is_int(position_ms(&p), 60000, "a minute was taken");
	is_str(place(&p, 100, WORDS("")), "", "words without any hint");
	is_str(place(&p, 100, VOICE("\"state\":\"start\"")), "",
	    "speech without an offset, in a fast file");
	is_str(place(&p, 100, VOICE("\"state\":\"start\",\"offset_ms\":0")),
	    ",\"at_ms\":0", "speech from the beginning on");
	is_str(place(&p, 120, VOICE("\"state\":\"end\",\"offset_ms\":2500")),
	    ",\"at_ms\":2500", "until there");
	is_str(place(&p, 121, WORDS("")), ",\"at_ms\":0,\"to_ms\":2500",
	    "its words lie between");
	is_str(place(&p, 122, WORDS("")), "", "more words: nobody knows");
	is_str(place(&p, 130, WORDS(",\"start_ms\":4000,\"end_ms\":5000")),
	    ",\"at_ms\":4000,\"to_ms\":5000", "offsets of the words");
	is_str(place(&p, 130, WORDS(",\"start_ms\":5000,\"end_ms\":4000")),
	    ",\"at_ms\":5000", "an end before the beginning is left out");
	is_str(place(&p, 130, "transcript", "{\"type\":\"transcript\","
	    "\"role\":\"model\",\"start_ms\":1}"), "", "the model's: nothing");
	is_str(place(&p, 130, "audio", "{\"type\":\"audio\"}"), "",
	    "and other records");
	is_str(place(&p, 130, WORDS(",\"start_ms\":-5")), "",
	    "an offset below zero is none");
	is_str(place(&p, 130, "transcript", "{\"type\":\"tran"), "",
	    "what is not JSON");
}

static void
microphone(void)
{
	struct position p = { 0 };

	position_sound(&p, 16000 * 2, 16000);
	is_str(place(&p, 2000, VOICE("\"state\":\"start\"")), ",\"at_ms\":2000",
	    "live: what was sent so far is now");
	position_sound(&p, 24000, 24000);
	is_str(place(&p, 3000, WORDS("")), ",\"at_ms\":2000,\"to_ms\":3000",
	    "words since the speech began");
	position_sound(&p, 8000, 16000);
	is_str(place(&p, 3500, WORDS("")), ",\"at_ms\":3000,\"to_ms\":3500",
	    "the next ones behind them");
}

/* Offsets begin anew with each connection, at what is sent again. */
static void
connections(void)
{
	struct position p = { 0 };

	position_sound(&p, 16000 * 10, 16000);
	place(&p, 10000, "reconnecting", "{\"type\":\"reconnecting\"}");
	position_sound(&p, 16000 * 1, 16000);
	is_str(place(&p, 11000, "reconnected", "{\"type\":\"reconnected\","
	    "\"resent_ms\":2000}"), "", "a change of connections");
	is_str(place(&p, 11000, VOICE("\"state\":\"start\",\"offset_ms\":500")),
	    ",\"at_ms\":8500", "counts from what was sent again");
	is_str(place(&p, 11000, WORDS(",\"start_ms\":9000,\"end_ms\":9500")),
	    ",\"at_ms\":9000,\"to_ms\":9500",
	    "an offset that cannot be is of the whole session");
	place(&p, 12000, "reconnecting", "{\"type\":\"reconnecting\"}");
	place(&p, 12000, "reconnected", "{\"type\":\"reconnected\","
	    "\"resent_ms\":99000}");
	is_str(place(&p, 12000, VOICE("\"state\":\"end\",\"offset_ms\":100")),
	    ",\"at_ms\":100", "more sent again than there was");
}

int
main(void)
{
	buf_init(&out, 4096);
	fast();
	microphone();
	connections();
	buf_done(&out);
	return tap_done();
}
