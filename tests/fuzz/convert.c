/*
 * All that gl-conv makes of a stream: text in both forms, JSON lines, sound of
 * one side and both, and the views of the whole.  The first byte chooses among them.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "stream/render.h"
#include "stream/stream.h"
#include "conv/view.h"
#include "conv/voices.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { OUT_MAX = 256 << 20, SOUND_MAX = 64 << 20 };

static int
count(void *arg, const void *p, size_t n)
{
	size_t *sum = arg;

	(void)p;
	*sum += n;
	return *sum > SOUND_MAX ? -1 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct render_opts ro = { .user = true, .model = true };
	struct voices_opts vo = { .write = count };
	struct conv_view_opts wo = { .captions = { .user = true, .model = true } };
	struct stream_reader *s;
	struct conv_view *l;
	struct render *r;
	struct voices *v;
	struct record rec;
	struct buf out;
	size_t sum = 0;

	if (n == 0)
		return 0;
	ro.json = p[0] & 1;
	ro.live = p[0] & 2;
	ro.data = ro.labels = ro.events = p[0] & 4;
	ro.colour = p[0] & 8;
	vo.who = (enum voices_who)((p[0] >> 4 & 3) % 3);
	vo.heard = p[0] & 64;
	vo.arg = &sum;
	s = stream_reader_new();
	wo.kind = (enum conv_view_kind)(p[0] % 5);
	wo.captions.vtt = wo.captions.labels = p[0] & 8;
	l = conv_view_new(&wo);
	conv_view_begin(l, "fuzz");
	r = render_new(&ro);
	v = voices_new(&vo);
	buf_init(&out, OUT_MAX);
	stream_feed(s, p + 1, n - 1);
	while (stream_next(s, &rec) == STREAM_RECORD) {
		render_record(r, &rec, &out);
		conv_view_record(l, &rec);
		if (voices_record(v, &rec) == -1)
			break;
	}
	render_end(r, &out);
	if (sum <= SOUND_MAX)
		voices_end(v);
	conv_view_end(l, &out);
	assert(!out.failed);
	buf_done(&out);
	voices_free(v);
	render_free(r);
	conv_view_free(l);
	stream_reader_free(s);
	return 0;
}
