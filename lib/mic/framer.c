/*
 * Resampling and framing.  Samples that wait for a whole frame are in `out`;
 * how long ago they were captured follows from their number.
 */
#include "mic/framer.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sound/pcm.h"

struct framer {
	int rate, samples;
	void (*frame)(void *arg, int64_t t, int64_t at, const int16_t *p,
	    int n);
	void *arg;
	struct pcm_rate *filter;
	int from;
	struct buf out;
	int64_t done;		/* samples delivered so far */
	int64_t gap_us;
	int64_t at;		/* of the first sample in out */
};

struct framer *
framer_new(int rate, int samples, void (*frame)(void *arg, int64_t t,
    int64_t at, const int16_t *p, int n), void *arg)
{
	struct framer *f = mem_alloc(sizeof(*f));

	f->rate = rate;
	f->samples = samples;
	f->frame = frame;
	f->arg = arg;
	buf_init(&f->out, 64 << 20);
	return f;
}

void
framer_free(struct framer *f)
{
	if (f == NULL)
		return;
	pcm_rate_free(f->filter);
	buf_done(&f->out);
	free(f);
}

static int64_t
us(const struct framer *f, int64_t samples)
{
	return samples * 1000000 / f->rate;
}

int64_t
framer_t(const struct framer *f)
{
	return (us(f, f->done) + f->gap_us) / 1000;
}

static void
give(struct framer *f, int n)
{
	int16_t *p = (void *)f->out.data;

	f->frame(f->arg, framer_t(f), f->at, p, n);
	f->done += n;
	f->at += us(f, n);
}

/* Delivers whole frames; with all, the rest too. */
static void
cut(struct framer *f, int all)
{
	int n;

	while ((n = (int)(f->out.len / 2)) >= f->samples || (all && n > 0)) {
		n = n < f->samples ? n : f->samples;
		give(f, n);
		buf_drop(&f->out, (size_t)n * 2);
	}
}

void
framer_add(struct framer *f, int from, int64_t at, const int16_t *p, int n)
{
	int64_t waiting = (int64_t)f->out.len / 2;

	if (f->filter == NULL || f->from != from) {
		if (f->filter != NULL)
			(void)pcm_rate_flush(f->filter, &f->out);
		pcm_rate_free(f->filter);
		f->filter = pcm_rate_new(from, f->rate);
		f->from = from;
	}
	if (f->filter == NULL)
		return;
	f->at = at - us(f, waiting + (int64_t)pcm_rate_held(f->filter));
	(void)pcm_rate_add(f->filter, p, (size_t)n, &f->out);
	cut(f, 0);
}

void
framer_gap(struct framer *f, int64_t lost)
{
	f->gap_us += lost;
}

void
framer_end(struct framer *f)
{
	if (f->filter != NULL)
		(void)pcm_rate_flush(f->filter, &f->out);
	cut(f, 1);
}
