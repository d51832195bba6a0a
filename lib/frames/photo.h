#ifndef FRAMES_PHOTO_H
#define FRAMES_PHOTO_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Phones and cameras append further pictures to a photo: previews, a depth or
 * gain map, a film.  Pure; embedded by its owner.
 */
struct picture_data;

struct photo {
	bool photo;		/* the last JPEG was one */
	bool album;		/* and announces that more follow */
	int64_t area;		/* of it */
};

void photo_init(struct photo *);

/* Whether this picture belongs to the photo before it; if not, it becomes the
 * current one. alone: both come from one file. */
bool photo_owns(struct photo *, const struct picture_data *, bool alone);

#endif
