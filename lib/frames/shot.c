/* Prepares one picture for sending; leaves it unchanged if possible. */
#include "frames/shot.h"

#include <stdlib.h>

#include "picture/change.h"
#include "picture/jpegscan.h"
#include "base/mem.h"
#include "base/why.h"
#include "picture/pngscan.h"

struct shot {
	struct shot_opts opts;
	struct image *image;
	struct change change;
	struct picture_data data;
	struct picture picture;
	bool whole;		/* it can be sent as it came */
	double changed;
	char why[200];
};

struct shot *
shot_new(const struct shot_opts *o)
{
	struct shot *s = mem_alloc(sizeof(*s));

	s->opts = *o;
	s->image = image_new();
	return s;
}

void
shot_free(struct shot *s)
{
	if (s == NULL)
		return;
	image_free(s->image);
	change_done(&s->change);
	free(s);
}

/* Whether a file of this size can be sent as it came. */
static bool
fits(const struct shot *s, int width, int height)
{
	return !s->opts.anew && s->opts.want.crop.w == 0 &&
	    s->opts.want.turn == 0 && width <= s->opts.want.width &&
	    height <= s->opts.want.height && s->data.n <= s->opts.max;
}

static int
look_jpeg(struct shot *s)
{
	const struct picture_data *d = &s->data;
	struct image_want want = s->opts.want;
	struct jpegscan_info info;
	int r;

	if (jpegscan_info(&info, d->p, d->n) == 0) {
		want.orientation = s->opts.exif ? info.orientation : 1;
		/* of four components are those for print */
		s->whole = info.tables && info.components < 4 &&
		    want.orientation == 1 &&
		    fits(s, info.width, info.height);
	}
	r = image_jpeg(s->image, d->p, d->n, &want, &s->picture);
	if (image_state(s->image) != JPEGREAD_CLEAN)
		s->whole = false;
	return r;
}

static int
look_png(struct shot *s)
{
	const struct picture_data *d = &s->data;
	struct image_want want = s->opts.want;
	int w, h;

	if (s->opts.exif)
		want.orientation = pngscan_orientation(d->p, d->n);
	/* others would show transparent parts on black */
	s->whole = s->opts.png && pngscan_size(d->p, d->n, &w, &h) == 0 &&
	    want.orientation <= 1 && !pngscan_alpha(d->p, d->n) &&
	    fits(s, w, h);
	return image_png(s->image, d->p, d->n, &want, &s->picture);
}

enum shot_status
shot_look(struct shot *s, const struct picture_data *d)
{
	int r;

	s->data = *d;
	s->whole = false;
	switch (d->kind) {
	case PICTURES_JPEG:
		r = look_jpeg(s);
		break;
	case PICTURES_PNG:
		r = look_png(s);
		break;
	default:
		r = image_pixels(s->image, &d->pixels, d->p, d->n,
		    &s->opts.want, &s->picture);
	}
	if (r == -1)
		return why_say(SHOT_BAD, s->why, sizeof(s->why), "%s",
		    image_why(s->image));
	if (d->kind == PICTURES_JPEG && !d->last &&
	    image_state(s->image) == JPEGREAD_DAMAGED)
		return why_say(SHOT_DAMAGED, s->why, sizeof(s->why), "%s",
		    image_why(s->image));
	s->changed = change_percent(&s->change, &s->picture);
	return s->changed > s->opts.changed ? SHOT_NEW : SHOT_SAME;
}

int
shot_make(struct shot *s, struct shot_made *m)
{
	m->p = s->data.p;
	m->n = s->data.n;
	m->mime = s->whole && s->data.kind == PICTURES_PNG ? "image/png" :
	    "image/jpeg";
	m->width = s->picture.width;
	m->height = s->picture.height;
	m->quality = 0;
	if (!s->whole)
		m->quality = image_encode(s->image, &s->picture,
		    s->opts.quality, s->opts.progressive, s->opts.max, &m->p,
		    &m->n);
	if (m->quality == -1)
		return why_say(-1, s->why, sizeof(s->why), "%s",
		    image_why(s->image));
	change_keep(&s->change, &s->picture);
	return 0;
}

double
shot_changed(const struct shot *s)
{
	return s->changed;
}

const char *
shot_why(const struct shot *s)
{
	return s->why;
}
