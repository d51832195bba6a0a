#ifndef CONV_VIEW_H
#define CONV_VIEW_H

#include <stdbool.h>

#include "conv/captions.h"

/*
 * What is made from a whole stream at its end: a page, a chart, subtitles,
 * figures.  Records in, bytes out; one stream after another, each between
 * view_begin() and view_end(). Pure.
 */
struct buf;
struct json;
struct record;
struct conv_view;

enum view_kind {
	VIEW_PAGE, VIEW_SVG, VIEW_CAPTIONS,
	VIEW_SUMMARY,		/* a line of JSON per stream */
	VIEW_TABLE		/* a row for people */
};

enum view_sound {
	VIEW_SHORT,		/* in the page, up to VIEW_SHORT_MS */
	VIEW_INSIDE, VIEW_NONE,
	VIEW_BESIDE		/* encoded, but not in the page */
};

enum { VIEW_SHORT_MS = 300000 };

struct view_opts {
	enum view_kind kind;
	struct captions_opts captions;
	enum view_sound sound;
	const char *sound_file;	/* VIEW_BESIDE: its address */
	const struct json *prices;	/* or NULL */
};

struct conv_view *view_new(const struct view_opts *);
void view_free(struct conv_view *);

void view_begin(struct conv_view *, const char *name);
void view_record(struct conv_view *, const struct record *);
void view_end(struct conv_view *, struct buf *out);

/* VIEW_BESIDE: the sound, after view_end(). */
const struct buf *view_sound(const struct conv_view *);

/* Whether prices were wanted for a model that has none; *model is its name (""
 * if the stream does not say). */
bool view_unpriced(const struct conv_view *, const char **model);

#endif
