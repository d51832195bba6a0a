/* A timeline, and whatever else this kind of view needs. */
#include "conv/view.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "conv/chart.h"
#include "conv/opus.h"
#include "conv/page.h"
#include "conv/summary.h"
#include "conv/timeline.h"
#include "conv/voices.h"
#include "sound/pcm.h"

enum {
	RATE = 24000,		/* of the page's sound */
	SOUND_MAX = 64 << 20,	/* bytes of Opus */
	PIECE = 1024		/* frames mixed at a time */
};

struct conv_view {
	struct conv_view_opts o;
	char *name;
	struct timeline *timeline;
	struct summary *summary;
	struct voices *voices;
	struct opus *opus;
	struct buf sound;
	int64_t frames;
	bool silent;		/* no sound for this page after all */
	bool headed;		/* the table's heading was written */
	bool unpriced;
};

struct conv_view *
conv_view_new(const struct conv_view_opts *o)
{
	struct conv_view *v = mem_alloc(sizeof(*v));

	v->o = *o;
	buf_init(&v->sound, SOUND_MAX);
	return v;
}

static void
end_sound(struct conv_view *v)
{
	voices_free(v->voices);
	opus_free(v->opus);
	v->voices = NULL;
	v->opus = NULL;
}

void
conv_view_free(struct conv_view *v)
{
	if (v == NULL)
		return;
	end_sound(v);
	timeline_free(v->timeline);
	summary_free(v->summary);
	buf_done(&v->sound);
	free(v->name);
	free(v);
}

/* Gives the encoder both sides in one channel. */
static int
on_sound(void *arg, const void *p, size_t n)
{
	struct conv_view *v = arg;
	const unsigned char *s = p;
	unsigned char mono[PIECE * 2];
	size_t frames = n / 4, take, i;

	if (v->silent)
		return 0;
	v->frames += (int64_t)frames;
	if (v->o.sound == VIEW_SHORT && v->frames * 1000 / RATE >
	    VIEW_SHORT_MS)
		v->silent = true;
	for (; frames > 0 && !v->silent; frames -= take) {
		take = frames < PIECE ? frames : PIECE;
		for (i = 0; i < take; i++, s += 4)
			pcm_put(mono + 2 * i, pcm_get(s) + pcm_get(s + 2));
		if (opus_add(v->opus, mono, take * 2) == -1)
			v->silent = true;
	}
	return 0;
}

void
conv_view_begin(struct conv_view *v, const char *name)
{
	struct voices_opts o = { .who = VOICES_BOTH, .heard = true,
	    .rate = RATE, .write = on_sound, .arg = v };

	free(v->name);
	v->name = mem_str(name);
	timeline_free(v->timeline);
	summary_free(v->summary);
	end_sound(v);
	v->timeline = timeline_new();
	v->summary = summary_new();
	buf_clear(&v->sound);
	v->frames = 0;
	v->timeline->keep = v->o.kind == VIEW_PAGE;
	v->silent = v->o.kind != VIEW_PAGE || v->o.sound == VIEW_NONE;
	if (v->silent)
		return;
	v->opus = opus_new(RATE, 1, &v->sound);
	v->silent = v->opus == NULL;
	v->voices = voices_new(&o);
}

void
conv_view_record(struct conv_view *v, const struct record *rec)
{
	timeline_record(v->timeline, rec);
	summary_record(v->summary, v->timeline, rec);
	if (v->voices != NULL && !v->silent)
		while (voices_record(v->voices, rec) == 1)
			;
}

static void
finish_sound(struct conv_view *v)
{
	if (v->voices == NULL)
		return;
	while (!v->silent && voices_end(v->voices) == 1)
		;
	if (v->silent || v->frames == 0 || opus_end(v->opus) == -1 ||
	    v->sound.failed) {
		v->silent = true;
		buf_clear(&v->sound);
	}
}

static void
page(struct conv_view *v, struct buf *out)
{
	struct page p = { .timeline = v->timeline, .summary = v->summary,
	    .name = v->name, .prices = v->o.prices };

	finish_sound(v);
	if (!v->silent && v->o.sound == VIEW_BESIDE)
		p.sound_file = v->o.sound_file;
	else if (!v->silent) {
		p.sound = v->sound.data;
		p.sound_len = v->sound.len;
	}
	page_write(&p, out);
}

void
conv_view_end(struct conv_view *v, struct buf *out)
{
	const char *model;
	double price;

	timeline_finish(v->timeline);
	summary_finish(v->summary, v->timeline);
	model = v->summary->model != NULL ? v->summary->model : "";
	v->unpriced = v->o.prices != NULL && !tokens_price(
	    &v->summary->tokens.all, v->o.prices, model, &price);
	switch (v->o.kind) {
	case VIEW_PAGE: page(v, out); break;
	case VIEW_SVG: chart_file(v->timeline, out); break;
	case VIEW_CAPTIONS:
		captions_write(v->timeline, &v->o.captions, out);
		break;
	case VIEW_SUMMARY:
		summary_json(v->summary, v->name, v->o.prices, out);
		break;
	case VIEW_TABLE:
		if (!v->headed)
			summary_heading(out, v->o.prices != NULL);
		v->headed = true;
		summary_row(v->summary, v->name, v->o.prices, out);
	}
}

const struct buf *
conv_view_sound(const struct conv_view *v)
{
	return &v->sound;
}

bool
conv_view_unpriced(const struct conv_view *v, const char **model)
{
	*model = v->summary->model != NULL ? v->summary->model : "";
	return v->unpriced;
}
