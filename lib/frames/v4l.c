/*
 * What gl-frames needs of Video4Linux2 itself: formats, queries, replies.
 */
#include "frames/v4l.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

/* The best first: those that load the bus and us the least. */
const struct v4l_format v4l_formats[] = {
	{ V4L2_PIX_FMT_MJPEG, NULL }, { V4L2_PIX_FMT_JPEG, NULL },
	{ V4L2_PIX_FMT_NV12, "nv12" }, { V4L2_PIX_FMT_YUV420, "yuv420p" },
	{ V4L2_PIX_FMT_YVU420, "yv12" }, { V4L2_PIX_FMT_NV21, "nv21" },
	{ V4L2_PIX_FMT_YUYV, "yuyv" }, { V4L2_PIX_FMT_UYVY, "uyvy" },
	{ V4L2_PIX_FMT_YVYU, "yvyu" }, { V4L2_PIX_FMT_VYUY, "vyuy" },
	{ V4L2_PIX_FMT_NV16, "nv16" }, { V4L2_PIX_FMT_NV61, "nv61" },
	{ V4L2_PIX_FMT_YUV422P, "yuv422p" }, { V4L2_PIX_FMT_RGB24, "rgb24" },
	{ V4L2_PIX_FMT_BGR24, "bgr24" }, { V4L2_PIX_FMT_XBGR32, "bgr0" },
	{ V4L2_PIX_FMT_ABGR32, "bgra" }, { V4L2_PIX_FMT_BGR32, "bgra" },
	{ V4L2_PIX_FMT_RGBX32, "rgb0" }, { V4L2_PIX_FMT_RGBA32, "rgba" },
	{ V4L2_PIX_FMT_XRGB32, "0rgb" }, { V4L2_PIX_FMT_ARGB32, "argb" },
	{ V4L2_PIX_FMT_RGB32, "argb" }, { V4L2_PIX_FMT_RGB565, "rgb565" },
	{ V4L2_PIX_FMT_GREY, "gray" }
};
enum { FORMATS = sizeof(v4l_formats) / sizeof(*v4l_formats) };

int
v4l_control(int fd, unsigned long request, void *p)
{
	int r;

	do
		r = ioctl(fd, request, p);
	while (r == -1 && errno == EINTR);
	return r;
}

void
v4l_fourcc(unsigned v, char text[5])
{
	int i;

	for (i = 0; i < 4; i++, v >>= 8)
		text[i] = (v & 0x7f) > ' ' ? (char)(v & 0x7f) : ' ';
	text[4] = '\0';
}

int
v4l_rank(unsigned fourcc)
{
	int i;

	for (i = 0; i < FORMATS; i++)
		if (v4l_formats[i].fourcc == fourcc)
			return i;
	return -1;
}

int
v4l_capable(int fd, struct v4l2_capability *cap, enum v4l2_buf_type *type)
{
	unsigned can;

	memset(cap, 0, sizeof(*cap));
	if (v4l_control(fd, VIDIOC_QUERYCAP, cap) == -1)
		return -1;
	can = cap->capabilities & V4L2_CAP_DEVICE_CAPS ? cap->device_caps :
	    cap->capabilities;
	*type = can & V4L2_CAP_VIDEO_CAPTURE ? V4L2_BUF_TYPE_VIDEO_CAPTURE :
	    V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
	errno = ENODEV;
	return can & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE) &&
	    can & V4L2_CAP_STREAMING ? 0 : -1;
}

int
v4l_negotiate(int fd, enum v4l2_buf_type type, struct v4l2_pix_format *pix)
{
	struct v4l2_format f = { .type = type };
	struct v4l2_pix_format_mplane *mp = &f.fmt.pix_mp;

	if (type == V4L2_BUF_TYPE_VIDEO_CAPTURE) {
		f.fmt.pix = *pix;
		if (v4l_control(fd, VIDIOC_S_FMT, &f) == -1)
			return -1;
		*pix = f.fmt.pix;
		return 0;
	}
	mp->width = pix->width;
	mp->height = pix->height;
	mp->pixelformat = pix->pixelformat;
	mp->field = pix->field;
	mp->num_planes = 1;
	if (v4l_control(fd, VIDIOC_S_FMT, &f) == -1)
		return -1;
	pix->width = mp->width;
	pix->height = mp->height;
	/* in one piece of memory, or it is not one of our formats */
	pix->pixelformat = mp->num_planes == 1 ? mp->pixelformat : 0;
	pix->field = mp->field;
	pix->quantization = mp->quantization;
	pix->bytesperline = mp->plane_fmt[0].bytesperline;
	return 0;
}
