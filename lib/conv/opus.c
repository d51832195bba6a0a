/* libopusenc with its output in a buf. */
#include "conv/opus.h"

#include <opusenc.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sound/pcm.h"

enum {
	PIECE = 960,		/* frames handed over at a time */
	BITRATE = 24000,
	EFFORT = 5		/* of 10: speech sounds the same as with 10, in
				 * a third of the time */
};

struct opus {
	OggOpusEnc *enc;
	OggOpusComments *comments;
	struct buf *out;
	int channels;
};

static int
on_write(void *arg, const unsigned char *p, opus_int32 n)
{
	return buf_add(arg, p, (size_t)n) == -1;
}

static int
on_close(void *arg)
{
	(void)arg;
	return 0;
}

static const OpusEncCallbacks callbacks = { on_write, on_close };

struct opus *
opus_new(int rate, int channels, struct buf *out)
{
	struct opus *o = mem_alloc(sizeof(*o));
	int error = 0;

	o->channels = channels;
	o->comments = ope_comments_create();
	if (o->comments != NULL)
		o->enc = ope_encoder_create_callbacks(&callbacks, out,
		    o->comments, rate, channels, 0, &error);
	if (o->enc == NULL || error != OPE_OK) {
		opus_free(o);
		return NULL;
	}
	ope_encoder_ctl(o->enc, OPUS_SET_BITRATE(BITRATE * channels));
	ope_encoder_ctl(o->enc, OPUS_SET_COMPLEXITY(EFFORT));
	ope_encoder_ctl(o->enc, OPE_SET_MUXING_DELAY(0));
	return o;
}

int
opus_add(struct opus *o, const void *p, size_t n)
{
	const unsigned char *s = p;
	opus_int16 pcm[PIECE * 2];
	size_t left = n / 2, take, i;

	while (left > 0) {
		take = (size_t)PIECE * (size_t)o->channels;
		take = left < take ? left : take;
		for (i = 0; i < take; i++, s += 2)
			pcm[i] = (opus_int16)pcm_get(s);
		left -= take;
		if (ope_encoder_write(o->enc, pcm, (int)take / o->channels) !=
		    OPE_OK)
			return -1;
	}
	return 0;
}

int
opus_end(struct opus *o)
{
	return ope_encoder_drain(o->enc) == OPE_OK ? 0 : -1;
}

void
opus_free(struct opus *o)
{
	if (o == NULL)
		return;
	if (o->enc != NULL)
		ope_encoder_destroy(o->enc);
	if (o->comments != NULL)
		ope_comments_destroy(o->comments);
	free(o);
}
