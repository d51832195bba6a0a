/* Live sound gathered into messages (--chunk): how long they are, what sends
 * them early, and that no sample is lost, doubled or moved. */
#include "../../desk.h"
#include "../../messages.h"
#include "../../tap.h"

#include "base/base64.h"

enum { LOUD = 9000, MS = 16 };	/* samples in a ms */

/* What has gone out of the sound: how much in each message, in ms, and all
 * samples; "|" stands for any other message. */
struct heard {
	char lengths[600];
	struct buf pcm;
};

static struct heard
heard(const struct desk *d)
{
	static unsigned char pcm[1 << 16];
	const char *p = d->log.data, *data, *end;
	struct heard h = { "", { 0 } };
	size_t at = 0;
	ssize_t n;

	buf_init(&h.pcm, 1 << 22);
	while (p != NULL && (p = strstr(p, "send 0 ")) != NULL) {
		p += 7;
		end = strchr(p, '\n');
		data = strstr(p, "\"data\":\"");
		if (data == NULL || data > end) {
			at += (size_t)snprintf(h.lengths + at,
			    sizeof(h.lengths) - at, "| ");
			continue;
		}
		data += 8;
		n = base64_decode(pcm, data, strcspn(data, "\""));
		buf_add(&h.pcm, pcm, n > 0 ? (size_t)n : 0);
		at += (size_t)snprintf(h.lengths + at, sizeof(h.lengths) - at,
		    "%zd ", n / 2 / MS);
	}
	return h;
}

static void
went(struct desk *d, const char *lengths, const char *what)
{
	struct heard h = heard(d);

	is_str(h.lengths, lengths, what);
	buf_done(&h.pcm);
	desk_forget(d);
}

static void
begin(struct desk *d, int64_t chunk_ms)
{
	desk_init(d, "models/gemini-3.8-live", BACKEND_GEMINI);
	d->cfg.chunk_ms = chunk_ms;
	desk_begin(d);
	desk_live(d, 0);
	desk_forget(d);
}

/* In real time. */
static void
speak(struct desk *d, int ms, int v)
{
	for (; ms > 0; ms -= 20) {
		desk_sound(d, 20, v, SESSION_LIVE);
		desk_wait(d, 20);
	}
}

static void
test_lengths(void)
{
	struct desk d;

	begin(&d, 0);
	speak(&d, 100, LOUD);
	went(&d, "20 20 20 20 20 ", "without: as it comes");
	desk_clean(&d);

	begin(&d, 100);
	speak(&d, 80, LOUD);
	went(&d, "", "gathered");
	speak(&d, 320, LOUD);
	went(&d, "100 100 100 100 ", "until a message is full");
	desk_clean(&d);

	begin(&d, 200);
	speak(&d, 400, 0);
	went(&d, "200 200 ", "silence too");
	desk_clean(&d);

	begin(&d, 20);
	speak(&d, 60, LOUD);
	went(&d, "20 20 20 ", "records as long pass as they are");
	desk_clean(&d);

	begin(&d, 100);
	desk_sound(&d, 60, LOUD, 0);
	went(&d, "20 20 20 ", "sound that is not live is not gathered");
	desk_clean(&d);
}

static void
test_early(void)
{
	struct desk d;
	struct heard h;

	begin(&d, 200);
	speak(&d, 60, LOUD);
	speak(&d, 20, 0);
	went(&d, "", "20 ms of quiet may be within a word");
	speak(&d, 20, 0);
	went(&d, "100 ", "a pause of 40 ms behind speech sends it");
	speak(&d, 160, 0);
	went(&d, "", "more quiet is gathered");
	desk_clean(&d);

	begin(&d, 200);
	speak(&d, 40, LOUD);
	desk_gives(&d, TEXT("now"));
	went(&d, "40 | ", "text sends it first");
	speak(&d, 40, LOUD);
	desk_gives(&d, "{\"type\":\"tool_response\",\"id\":\"a\",\"name\":"
	    "\"f\",\"response\":{}}");
	went(&d, "40 ", "a tool's answer, though to no call");
	speak(&d, 40, LOUD);
	desk_gives(&d, "{\"type\":\"audio_end\"}");
	ok(desk_has(&d, "audioStreamEnd"), "the end of the sound");
	desk_forget(&d);
	speak(&d, 40, LOUD);
	session_input_end(d.s, d.now);
	desk_wait(&d, 10);
	h = heard(&d);
	ok(strncmp(h.lengths, "40 ", 3) == 0, "the end of the input");
	buf_done(&h.pcm);
	desk_clean(&d);

	begin(&d, 200);
	desk_sound(&d, 40, LOUD, SESSION_LIVE);
	desk_wait(&d, 219);
	went(&d, "", "a writer that stops is waited for");
	desk_wait(&d, 1);
	went(&d, "40 ", "for one message's time and 20 ms");
	desk_clean(&d);

	desk_init(&d, "models/gemini-3.8-live", BACKEND_GEMINI);
	json_set_path(d.setup, "realtimeInputConfig.automaticActivityDetection."
	    "disabled", json_bool(true));
	d.cfg.chunk_ms = 200;
	desk_begin(&d);
	desk_live(&d, 0);
	desk_forget(&d);
	desk_gives(&d, "{\"type\":\"activity\",\"state\":\"start\"}");
	speak(&d, 60, LOUD);
	desk_gives(&d, "{\"type\":\"activity\",\"state\":\"end\"}");
	went(&d, "| 60 | ", "activity: all of it lies between its marks");
	desk_clean(&d);
}

/* A rate that changes, records that do not fit, a full socket. */
static void
test_whole(void)
{
	static const int sizes[] = { 1, 7, 20, 33, 64, 5, 90, 120, 2, 19 };
	unsigned char pcm[120 * MS * 2];
	struct desk d;
	struct heard h;
	struct buf all;
	size_t i, k, n;
	unsigned x = 1;

	begin(&d, 100);
	desk_sound(&d, 40, LOUD, SESSION_LIVE);
	memset(pcm, 50, sizeof(pcm));
	session_audio(d.s, d.now, pcm, 960, 24000, SESSION_LIVE);
	desk_wait(&d, 200);
	ok(desk_has(&d, "rate=16000") && desk_has(&d, "rate=24000"),
	    "two rates are two messages");
	desk_clean(&d);

	begin(&d, 100);
	buf_init(&all, 1 << 22);
	for (i = 0; i < 400; i++) {
		n = (size_t)sizes[i % 10] * MS * 2;
		for (k = 0; k < n; k++) {
			x = x * 1103515245 + 12345;
			pcm[k] = (unsigned char)(i % 7 < 4 ? x >> 16 : 0);
		}
		d.queued = i % 50 > 40 ? 64 << 20 : 0;
		for (k = 0; !session_audio(d.s, d.now, pcm, n, 16000,
		    SESSION_LIVE) && k < 100; k++) {
			d.queued = 0;
			desk_wait(&d, 20);
		}
		buf_add(&all, pcm, n);
		desk_wait(&d, sizes[i % 10]);
	}
	d.queued = 0;
	desk_wait(&d, 1000);
	h = heard(&d);
	ok(h.pcm.len == all.len && memcmp(h.pcm.data, all.data, all.len) == 0,
	    "every sample once, in order, whatever the lengths");
	buf_done(&h.pcm);
	buf_done(&all);
	desk_clean(&d);
}

int
main(void)
{
	test_lengths();
	test_early();
	test_whole();
	return tap_done();
}
