/* gl-mic's records. */
#include "mic/heads.h"

#include "base/buf.h"
#include "stream/stream.h"

void
heads_audio(struct buf *b, int64_t t, int rate, size_t bytes)
{
	buf_clear(b);
	stream_head(b, "audio");
	stream_int(b, "rate", rate);
	stream_int(b, "t", t);
	stream_tail(b, bytes);
}

void
heads_activity(struct buf *b, int64_t t, bool start)
{
	buf_clear(b);
	stream_head(b, "activity");
	stream_str(b, "state", start ? "start" : "end");
	stream_int(b, "t", t);
	stream_tail(b, 0);
}

void
heads_quiet(struct buf *b, int64_t t)
{
	buf_clear(b);
	stream_head(b, "audio_end");
	stream_int(b, "t", t);
	stream_tail(b, 0);
}
