#ifndef FRAMES_V4L_H
#define FRAMES_V4L_H

#include <linux/videodev2.h>

/* The usable formats, best first: those that need least of the bus and of
 * us. */
struct v4l_format {
	unsigned fourcc;
	const char *name;	/* as for pixels_named(); NULL: JPEG */
};
extern const struct v4l_format v4l_formats[];

/* An ioctl(2) that signals do not interrupt; its argument may be of any
 * type. */
int v4l_control(int fd, unsigned long request, void *p);

void v4l_fourcc(unsigned v, char text[5]);

/* The index of a format in the table, or -1. */
int v4l_rank(unsigned fourcc);

/* 0 with the type of its buffers if fd is a streaming capture device, else -1
 * with errno: many on-chip devices support only the multi-planar type. */
int v4l_capable(int fd, struct v4l2_capability *, enum v4l2_buf_type *);

/* Requests a format; pix returns what the driver made of it, for multi-planar
 * devices too.  0, or -1 with errno. */
int v4l_negotiate(int fd, enum v4l2_buf_type, struct v4l2_pix_format *pix);

#endif
