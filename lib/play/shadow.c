/*
 * A buffer as large as the device's, plus a second.
 */
#include "play/shadow.h"

#include <stddef.h>

#include "play/recorder.h"

void
shadow_fit(struct shadow *s, int rate, int frames)
{
	s->rate = rate;
	fifo_done(&s->held);
	fifo_init(&s->held, s->recorder != NULL ?
	    ((size_t)frames + (size_t)rate) * 2 : 2);
}

void
shadow_done(struct shadow *s)
{
	fifo_done(&s->held);
}

int
shadow_heard(struct shadow *s, int64_t level)
{
	const void *p;
	size_t n, over;
	int r = 0;

	while (s->recorder != NULL && (int64_t)s->held.used / 2 > level) {
		over = s->held.used - (size_t)level * 2;
		p = fifo_rwin(&s->held, &n);
		n = n < over ? n : over;
		r = recorder_add(s->recorder, s->rate, p, n / 2);
		if (r == -1)
			s->recorder = NULL;
		fifo_take(&s->held, n);
	}
	return r;
}

int
shadow_add(struct shadow *s, const int16_t *p, int n)
{
	size_t room = (s->held.size - s->held.used) / 2;
	int r = 0;

	if (s->recorder == NULL)
		return 0;
	/* if a device holds more than its buffer and a second, its limit is
	 * unknown: take the oldest sound as heard */
	if (room < (size_t)n)
		r = shadow_heard(s, (int64_t)(s->held.used / 2) -
		    (int64_t)((size_t)n - room));
	fifo_put(&s->held, p, (size_t)n * 2);
	return r;
}

void
shadow_clear(struct shadow *s)
{
	fifo_clear(&s->held);
}
