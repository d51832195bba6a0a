/* One picture on its way: untouched where it can be. */
#include "shot.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "jpegscan.h"
#include "mem.h"

struct shot {
	struct shot_opts opts;
	struct image *image;
	struct change change;
	struct picture_data data;
	struct picture picture;
	bool whole;		/* it can go as it came */
	int width, height;
	uint64_t hash, sent_hash;
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

/* FNV-1a: told apart are pictures of one's own, not an enemy's. */
static uint64_t
hash(const unsigned char *p, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; n > 0; n--)
		h = (h ^ *p++) * UINT64_C(1099511628211);
	return h;
}

static unsigned
get32(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 |
	    (unsigned)p[2] << 8 | p[3];
}

/* PNG is passed on where it is small, but never decoded. */
static enum shot_status
look_png(struct shot *s)
{
	const struct picture_data *d = &s->data;
	unsigned w, h;

	if (d->n < 33 || memcmp(d->p + 12, "IHDR", 4) != 0) {
		snprintf(s->why, sizeof(s->why), "PNG: damaged");
		return SHOT_BAD;
	}
	w = get32(d->p + 16);
	h = get32(d->p + 20);
	if (w == 0 || h == 0 || w > (unsigned)s->opts.want.width ||
	    h > (unsigned)s->opts.want.height || d->n > s->opts.max ||
	    s->opts.want.crop.w > 0 || s->opts.want.turn > 0) {
		snprintf(s->why, sizeof(s->why), "PNG: %ux%u, %zu bytes: not "
		    "decoded here, and too large to go as it is", w, h, d->n);
		return SHOT_BAD;
	}
	s->width = (int)w;
	s->height = (int)h;
	s->whole = true;
	s->hash = hash(d->p, d->n);
	s->changed = s->hash == s->sent_hash ? 0 : 100;
	return s->changed > 0 ? SHOT_NEW : SHOT_SAME;
}

/* Whether a JPEG that was decoded could go as it came. */
static bool
fits(const struct shot *s, const struct jpegscan_info *i)
{
	return !s->opts.anew && i->tables && s->opts.want.crop.w == 0 &&
	    s->opts.want.turn == 0 &&
	    (!s->opts.exif || i->orientation == 1) &&
	    i->width <= s->opts.want.width &&
	    i->height <= s->opts.want.height && s->data.n <= s->opts.max;
}

enum shot_status
shot_look(struct shot *s, const struct picture_data *d)
{
	struct image_want want = s->opts.want;
	struct jpegscan_info info;
	int r;

	s->data = *d;
	s->whole = false;
	s->hash = 0;
	if (d->kind == PICTURES_PNG)
		return look_png(s);
	if (d->kind == PICTURES_JPEG) {
		if (jpegscan_info(&info, d->p, d->n) == 0) {
			want.orientation = s->opts.exif ? info.orientation : 1;
			s->whole = fits(s, &info);
		}
		r = image_jpeg(s->image, d->p, d->n, &want, &s->picture);
	} else {
		r = image_pixels(s->image, &d->pixels, d->p, d->n, &want,
		    &s->picture);
	}
	if (r == -1) {
		snprintf(s->why, sizeof(s->why), "%s", image_why(s->image));
		return SHOT_BAD;
	}
	s->width = s->picture.width;
	s->height = s->picture.height;
	s->changed = change_percent(&s->change, &s->picture);
	return s->changed > s->opts.changed ? SHOT_NEW : SHOT_SAME;
}

int
shot_make(struct shot *s, struct shot_made *m)
{
	m->p = s->data.p;
	m->n = s->data.n;
	m->mime = s->data.kind == PICTURES_PNG ? "image/png" : "image/jpeg";
	m->width = s->width;
	m->height = s->height;
	m->quality = 0;
	if (!s->whole)
		m->quality = image_encode(s->image, &s->picture,
		    s->opts.quality, s->opts.progressive, s->opts.max, &m->p,
		    &m->n);
	if (m->quality == -1) {
		snprintf(s->why, sizeof(s->why), "%s", image_why(s->image));
		return -1;
	}
	s->sent_hash = s->hash;
	if (s->data.kind != PICTURES_PNG)
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
