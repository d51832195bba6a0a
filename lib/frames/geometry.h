#ifndef FRAMES_GEOMETRY_H
#define FRAMES_GEOMETRY_H

#include <stddef.h>

/*
 * Picture sizes, crops, layouts and modes as a user writes them, each parsed
 * by an opt_call: CODE_OK, or CODE_USAGE with a sentence on what was expected.
 * Pure.
 */

/* "WxH" into a struct image_want. */
int geometry_size(void *want, const char *text, char *why, size_t size);
/* "WxH" or "WxH+X+Y" into a struct image_rect. */
int geometry_crop(void *rect, const char *text, char *why, size_t size);
/* "format,WxH", with a format name of pixels.h, into a struct pixels. */
int geometry_raw(void *pixels, const char *text, char *why, size_t size);
/* "[FORMAT,]WxH[@fps]" into a struct camera_opts. */
int geometry_mode(void *camera, const char *text, char *why, size_t size);

#endif
