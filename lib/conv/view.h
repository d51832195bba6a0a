#ifndef CONV_VIEW_H
#define CONV_VIEW_H

#include <stdbool.h>

#include "conv/captions.h"

/*
 * What is made from a whole stream at its end: a page, a chart, subtitles,
 * figures.  Records in, bytes out; one stream after another, each between
 * conv_view_begin() and conv_view_end(). Pure.
 */
struct buf;
struct json;
struct record;
struct conv_view;

enum conv_view_kind {
	VIEW_PAGE, VIEW_SVG, VIEW_CAPTIONS,
	VIEW_SUMMARY,		/* a line of JSON per stream */
	VIEW_TABLE		/* a row for people */
};

enum conv_view_sound {
	VIEW_SHORT,		/* in the page, up to VIEW_SHORT_MS */
	VIEW_INSIDE, VIEW_NONE,
	VIEW_BESIDE		/* encoded, but not in the page */
};

enum { VIEW_SHORT_MS = 300000 };

struct conv_view_opts {
	enum conv_view_kind kind;
	struct captions_opts captions;
	enum conv_view_sound sound;
	const char *sound_file;	/* VIEW_BESIDE: its address */
	const struct json *prices;	/* or NULL */
};

struct conv_view *conv_view_new(const struct conv_view_opts *);
void conv_view_free(struct conv_view *);

void conv_view_begin(struct conv_view *, const char *name);
void conv_view_record(struct conv_view *, const struct record *);
void conv_view_end(struct conv_view *, struct buf *out);

/* VIEW_BESIDE: the sound, after conv_view_end(). */
const struct buf *conv_view_sound(const struct conv_view *);

/* Whether prices were wanted for a model that has none; *model is its name (""
 * if the stream does not say). */
bool conv_view_unpriced(const struct conv_view *, const char **model);

#endif
