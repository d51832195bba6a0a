/*
 * A ring that grows: a device holds a second or two at most, and a span is
 * hardly ever shorter than a few milliseconds.
 */
#include "play/spans.h"

#include <stdlib.h>

#include "base/mem.h"

void
spans_init(struct spans *s)
{
	s->room = 64;
	s->ring = mem_resize(NULL, s->room, sizeof(*s->ring));
	spans_clear(s);
}

void
spans_done(struct spans *s)
{
	free(s->ring);
}

void
spans_clear(struct spans *s)
{
	s->first = s->count = 0;
	s->held = s->sound = s->quiet = 0;
}

static void
grow(struct spans *s)
{
	struct span *old = s->ring;
	size_t i;

	s->ring = mem_resize(NULL, s->room * 2, sizeof(*s->ring));
	for (i = 0; i < s->count; i++)
		s->ring[i] = old[(s->first + i) % s->room];
	free(old);
	s->first = 0;
	s->room *= 2;
}

void
spans_add(struct spans *s, int frames, size_t samples, bool sound, int join)
{
	struct span *p;

	if (frames == 0 && samples == 0)
		return;
	s->held += frames;
	if (sound)
		s->sound += frames;
	if (s->count > 0) {
		p = &s->ring[(s->first + s->count - 1) % s->room];
		if (p->sound == sound && (!sound || p->frames < join)) {
			p->frames += frames;
			p->samples += (int)samples;
			return;
		}
	}
	if (s->count == s->room)
		grow(s);
	p = &s->ring[(s->first + s->count++) % s->room];
	p->frames = frames;
	p->samples = (int)samples;
	p->sound = sound;
}

size_t
spans_take(struct spans *s, int64_t n)
{
	struct span *p;
	size_t all = 0;
	int take, samples;

	while (n > 0 && s->count > 0) {
		p = &s->ring[s->first];
		take = p->frames < n ? p->frames : (int)n;
		samples = take == p->frames ? p->samples :
		    (int)((int64_t)p->samples * take / p->frames);
		p->frames -= take;
		p->samples -= samples;
		s->held -= take;
		n -= take;
		if (p->sound) {
			s->sound -= take;
			s->quiet = 0;
			all += (size_t)samples;
		} else {
			s->quiet += take;
		}
		if (p->frames == 0) {
			s->first = (s->first + 1) % s->room;
			s->count--;
		}
	}
	return all;
}
