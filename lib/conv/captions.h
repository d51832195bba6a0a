#ifndef CONV_CAPTIONS_H
#define CONV_CAPTIONS_H

#include <stdbool.h>

/*
 * A timeline as subtitles, SubRip or WebVTT.  At most 2 lines of 42 characters
 * per cue and, if the time until the next cue allows it, 17 characters per
 * second.  What an interruption cut off is left out.  Times count from the
 * timeline's zero.  Pure.
 */
struct buf;
struct timeline;

struct captions_opts {
	bool vtt;
	bool user, model;	/* whose words */
	bool labels;		/* cues name the speaker */
};

void captions_write(const struct timeline *, const struct captions_opts *,
    struct buf *out);

#endif
