#ifndef FRAMES_V4L_H
#define FRAMES_V4L_H

#include <linux/videodev2.h>

/* The formats that can be used, the best first: what needs least of the bus
 * and of us. */
struct v4l_format {
	unsigned fourcc;
	const char *name;	/* as pixels_named() has it; NULL: JPEG */
};
extern const struct v4l_format v4l_formats[];

/* An ioctl that signals do not end.  Its arguments are of any type, so is this
 * one's. */
int v4l_control(int fd, unsigned long request, void *p);

void v4l_fourcc(unsigned v, char text[5]);

/* The place of a format in the table, or -1. */
int v4l_rank(unsigned fourcc);

/* 0 where fd is a device that captures by streaming, and the type of its
 * buffers: many of those on a chip know only the one of several planes. */
int v4l_capable(int fd, struct v4l2_capability *, enum v4l2_buf_type *);

/* Asks for a format; what the driver made of it comes back in pix, also from
 * a device of several planes.  -1 with errno. */
int v4l_negotiate(int fd, enum v4l2_buf_type, struct v4l2_pix_format *pix);

#endif
