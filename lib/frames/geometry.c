/* Parses sizes and layouts of pictures. */
#include "frames/geometry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/why.h"
#include "frames/camera.h"
#include "picture/image.h"
#include "picture/pixels.h"

/* Reads a size; returns what follows it, or NULL with why. */
static char *
read_size(const char *text, int max, int *w, int *h, char *why, size_t size)
{
	char *end;
	long a, b = 0;

	a = strtol(text, &end, 10);
	if (*end == 'x')
		b = strtol(end + 1, &end, 10);
	if (a < 1 || b < 1 || a > max || b > max) {
		snprintf(why, size, "WIDTHxHEIGHT wanted, each 1 to %d", max);
		return NULL;
	}
	*w = (int)a;
	*h = (int)b;
	return end;
}

int
geometry_size(void *want, const char *text, char *why, size_t size)
{
	struct image_want *w = want;
	const char *end = read_size(text, IMAGE_SIDE_MAX, &w->width,
	    &w->height, why, size);

	if (end == NULL)
		return CODE_USAGE;
	if (*end == '\0')
		return CODE_OK;
	return why_say(CODE_USAGE, why, size, "WIDTHxHEIGHT wanted");
}

int
geometry_crop(void *rect, const char *text, char *why, size_t size)
{
	struct image_rect *r = rect;
	char *end = read_size(text, PIXELS_SIDE_MAX, &r->w, &r->h, why, size);
	long x = 0, y = 0;

	if (end == NULL)
		return CODE_USAGE;
	if (*end == '+') {
		x = strtol(end + 1, &end, 10);
		y = *end == '+' ? strtol(end + 1, &end, 10) : -1;
	}
	if (*end != '\0' || x < 0 || y < 0 || x > PIXELS_SIDE_MAX ||
	    y > PIXELS_SIDE_MAX)
		return why_say(CODE_USAGE, why, size,
		    "WIDTHxHEIGHT+X+Y wanted");
	r->x = (int)x;
	r->y = (int)y;
	return CODE_OK;
}

static void
no_format(char *why, size_t size)
{
	size_t i, n;
	int add;

	n = (size_t)snprintf(why, size, "the format is none of");
	for (i = 0; pixels_name(i) != NULL && n < size; i++) {
		add = snprintf(why + n, size - n, " %s", pixels_name(i));
		n += add > 0 ? (size_t)add : 0;
	}
}

int
geometry_raw(void *pixels, const char *text, char *why, size_t size)
{
	struct pixels *p = pixels;
	const char *comma = strchr(text, ','), *end;
	char name[32];

	if (comma == NULL || (size_t)(comma - text) >= sizeof(name))
		return why_say(CODE_USAGE, why, size, "FORMAT,WIDTHxHEIGHT "
		    "wanted");
	memcpy(name, text, (size_t)(comma - text));
	name[comma - text] = '\0';
	if (pixels_named(p, name) == -1) {
		no_format(why, size);
		return CODE_USAGE;
	}
	end = read_size(comma + 1, PIXELS_SIDE_MAX, &p->width, &p->height,
	    why, size);
	if (end == NULL)
		return CODE_USAGE;
	if (*end == '\0' && pixels_size(p) != -1)
		return CODE_OK;
	return why_say(CODE_USAGE, why, size, "FORMAT,WIDTHxHEIGHT wanted, and "
	    "at most 64 MiB a picture");
}

int
geometry_mode(void *camera, const char *text, char *why, size_t size)
{
	struct camera_opts *c = camera;
	const char *comma = strchr(text, ',');
	char *end;

	if (comma != NULL) {
		if (comma - text < 1 || comma - text > 4)
			return why_say(CODE_USAGE, why, size, "a format has at "
			    "most 4 letters (see -l)");
		memcpy(c->format, text, (size_t)(comma - text));
		c->format[comma - text] = '\0';
		text = comma + 1;
	}
	end = read_size(text, PIXELS_SIDE_MAX, &c->width, &c->height, why,
	    size);
	if (end == NULL)
		return CODE_USAGE;
	if (*end == '\0')
		return CODE_OK;
	if (*end == '@' && end[1] != '\0')
		c->fps = strtod(end + 1, &end);
	if (*end == '\0' && c->fps >= 0.01 && c->fps <= 1000)
		return CODE_OK;
	return why_say(CODE_USAGE, why, size, "[FORMAT,]WIDTHxHEIGHT[@FPS] "
	    "wanted, FPS from 0.01 to 1000");
}
