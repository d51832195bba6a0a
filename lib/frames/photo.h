#ifndef FRAMES_PHOTO_H
#define FRAMES_PHOTO_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Phones and cameras put further pictures behind a photo: previews, a depth or
 * gain map, a film.  Pure; embedded by its owner.
 */
struct picture_data;

struct photo {
	bool photo;		/* the last JPEG was one */
	bool album;		/* and says that more follows it */
	int64_t area;		/* of it */
};

void photo_init(struct photo *);

/* Whether this picture belongs to the photo before it; else it is the new one.
 * alone: they come from one file. */
bool photo_owns(struct photo *, const struct picture_data *, bool alone);

#endif
