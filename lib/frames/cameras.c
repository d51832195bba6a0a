/*
 * The list of cameras that can be opened.
 */
#include "frames/cameras.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "frames/v4l.h"

enum { DEVICES = 64 };

/* The fastest rate of a format and size; 0 if not reported. */
static double
fastest(int fd, unsigned fourcc, unsigned w, unsigned h)
{
	struct v4l2_frmivalenum e = { .pixel_format = fourcc, .width = w,
	    .height = h };
	const struct v4l2_fract *t;
	double best = 0, fps;

	for (; e.index < 256 && v4l_control(fd, VIDIOC_ENUM_FRAMEINTERVALS,
	    &e) == 0; e.index++) {
		t = e.type == V4L2_FRMIVAL_TYPE_DISCRETE ? &e.discrete :
		    &e.stepwise.min;
		fps = t->numerator > 0 ? (double)t->denominator /
		    t->numerator : 0;
		best = fps > best ? fps : best;
		if (e.type != V4L2_FRMIVAL_TYPE_DISCRETE)
			break;
	}
	return best;
}

static void
list_sizes(int fd, const struct v4l2_fmtdesc *d,
    void (*line)(void *, const char *), void *arg)
{
	struct v4l2_frmsizeenum e = { .pixel_format = d->pixelformat };
	char text[160], name[5];
	unsigned w, h;
	bool step;

	v4l_fourcc(d->pixelformat, name);
	for (; e.index < 256 && v4l_control(fd, VIDIOC_ENUM_FRAMESIZES,
	    &e) == 0; e.index++) {
		step = e.type != V4L2_FRMSIZE_TYPE_DISCRETE;
		w = step ? e.stepwise.max_width : e.discrete.width;
		h = step ? e.stepwise.max_height : e.discrete.height;
		snprintf(text, sizeof(text), "    %s %s%ux%u %g/s%s", name,
		    step ? "up to " : "", w, h, fastest(fd, d->pixelformat, w,
		    h), v4l_rank(d->pixelformat) == -1 ? "  (cannot be used)" :
		    "");
		log_tame(text);
		line(arg, text);
		if (step)
			break;
	}
}

static void
list_formats(int fd, enum v4l2_buf_type type,
    void (*line)(void *, const char *), void *arg)
{
	struct v4l2_fmtdesc d;

	for (memset(&d, 0, sizeof(d)); d.index < 256; d.index++) {
		d.type = type;
		if (v4l_control(fd, VIDIOC_ENUM_FMT, &d) == -1)
			break;
		list_sizes(fd, &d, line, arg);
	}
}

int
cameras_list(void (*line)(void *arg, const char *text), void *arg)
{
	struct v4l2_capability cap;
	enum v4l2_buf_type type;
	char path[32], text[128];
	int i, fd, n = 0;

	for (i = 0; i < DEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/video%d", i);
		fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (fd == -1)
			continue;
		if (v4l_capable(fd, &cap, &type) == 0) {
			n++;
			snprintf(text, sizeof(text), "%s: %.31s (%.31s)", path,
			    (const char *)cap.card,
			    (const char *)cap.bus_info);
			log_tame(text);	/* anybody's device may be plugged in */
			line(arg, text);
			list_formats(fd, type, line, arg);
		}
		close(fd);
	}
	return n;
}
