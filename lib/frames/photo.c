/* Recognises photos by their metadata, and the pictures that go with them. */
#include "frames/photo.h"

#include <string.h>

#include "picture/jpegscan.h"
#include "picture/pictures.h"

void
photo_init(struct photo *p)
{
	memset(p, 0, sizeof(*p));
}

bool
photo_owns(struct photo *p, const struct picture_data *d, bool alone)
{
	struct jpegscan_info i;
	int64_t area;

	if (alone && p->album)
		return true;
	if (d->kind != PICTURES_JPEG ||
	    jpegscan_info(&i, d->p, d->n) == -1) {
		photo_init(p);
		return false;
	}
	area = (int64_t)i.width * i.height;
	/* a photo has EXIF; its previews are smaller and have none */
	if (p->photo && !i.exif && !i.album && (p->album || area < p->area))
		return true;
	p->photo = i.exif || i.album;
	p->album = i.album;
	p->area = area;
	return false;
}
