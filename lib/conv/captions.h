#ifndef CONV_CAPTIONS_H
#define CONV_CAPTIONS_H

#include <stdbool.h>

/*
 * A timeline as subtitles, SubRip or WebVTT.  At most 2 lines of 42 characters
 * a cue, and where the time up to the next cue allows it no more than 17
 * characters a second.  What an interruption cut off is left out.  Times count
 * from the timeline's zero.  Pure.
 */
struct buf;
struct timeline;

struct captions_opts {
	bool vtt;
	bool user, model;	/* whose words */
	bool labels;		/* who speaks stands in the cue */
};

void captions_write(const struct timeline *, const struct captions_opts *,
    struct buf *out);

#endif
