/*
 * Sound becomes pieces.  Live sound in records shorter than a message should
 * have is collected; longer records, and all that is not live, pass without
 * another copy.  What is collected goes out when it is long enough, at a pause
 * in speech, and before anything else of the user's.
 */
#include "session/inner.h"
#include "sound/pcm.h"

enum {
	LOUD = 400,		/* a sample that may be speech: -38 dBFS */
	FAINT = 32,		/* or that is more than silence: -60 dBFS */
	STRIDE = 16,		/* only one sample in so many is looked at */
	PAUSE_US = 40000,	/* of quiet after speech */
	LATE_MS = 20		/* a writer's next record may be */
};

/* Whether it may be speech, and whether there is anything to hear. */
static bool
is_loud(const unsigned char *pcm, size_t samples, bool *faint)
{
	size_t i, hits = 0;
	int v, peak = 0;

	for (i = 0; i < samples; i += STRIDE) {
		v = pcm_get(pcm + 2 * i);
		v = v < 0 ? -v : v;
		hits += v > LOUD;
		peak = v > peak ? v : peak;
	}
	*faint = peak > FAINT;
	return hits * STRIDE * 16 > samples;
}

static int64_t
length(size_t n, int rate)
{
	return (int64_t)(n / 2) * 1000000 / rate;
}

bool
chunk_send(struct session *s, const char *pcm, size_t n, int rate, bool live)
{
	struct piece p = {
		.kind = PIECE_AUDIO, .live = live, .rate = rate,
		.us = length(n, rate), .data = pcm, .len = n,
	};

	p.loud = is_loud((const unsigned char *)pcm, n / 2, &p.faint);
	return queue_submit(s, &p);
}

bool
chunk_wants(const struct session *s, size_t n, int rate)
{
	return length(n, rate) < s->cfg.chunk_ms * 1000;
}

bool
chunk_flush(struct session *s)
{
	struct session_chunk *c = &s->chunk;

	if (c->sound.len == 0)
		return true;
	if (!chunk_send(s, c->sound.data, c->sound.len, c->rate, true)) {
		base_timer_set(s, TIMER_CHUNK, s->now + LATE_MS);
		return false;
	}
	buf_clear(&c->sound);
	c->loud = false;
	c->quiet_us = 0;
	base_timer_off(s, TIMER_CHUNK);
	return true;
}

bool
chunk_add(struct session *s, const char *pcm, size_t n, int rate)
{
	struct session_chunk *c = &s->chunk;
	int64_t full = s->cfg.chunk_ms * 1000;
	bool faint;

	if ((c->rate != rate || length(c->sound.len, rate) >= full) &&
	    !chunk_flush(s))
		return false;
	if (c->sound.len == 0)
		base_timer_set(s, TIMER_CHUNK, s->now + s->cfg.chunk_ms +
		    LATE_MS);
	c->rate = rate;
	buf_add(&c->sound, pcm, n);
	if (is_loud((const unsigned char *)pcm, n / 2, &faint)) {
		c->loud = true;
		c->quiet_us = 0;
	} else
		c->quiet_us += length(n, rate);
	if (length(c->sound.len, rate) >= full ||
	    (c->loud && c->quiet_us >= PAUSE_US))
		(void)chunk_flush(s);	/* else the next record or timer */
	return true;
}
