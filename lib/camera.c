/*
 * Video4Linux2: asks for a format that can be used as it is, maps the driver's
 * buffers, and takes frames out and gives buffers back as poll says.  A frame
 * marked as an error is given back unseen; one that the sequence numbers lack
 * is counted as lost.
 */
#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "loop.h"
#include "mem.h"

enum { BUFFERS = 4, DEVICES = 64, TRIES = 8 };

/* The best first: what needs least of the bus and of us. */
static const struct {
	unsigned fourcc;
	const char *name;	/* as pixels_named() has it; NULL: JPEG */
} formats[] = {
	{ V4L2_PIX_FMT_MJPEG, NULL }, { V4L2_PIX_FMT_JPEG, NULL },
	{ V4L2_PIX_FMT_NV12, "nv12" }, { V4L2_PIX_FMT_YUV420, "yuv420p" },
	{ V4L2_PIX_FMT_YVU420, "yv12" }, { V4L2_PIX_FMT_NV21, "nv21" },
	{ V4L2_PIX_FMT_YUYV, "yuyv" }, { V4L2_PIX_FMT_UYVY, "uyvy" },
	{ V4L2_PIX_FMT_YUV422P, "yuv422p" }, { V4L2_PIX_FMT_RGB24, "rgb24" },
	{ V4L2_PIX_FMT_BGR24, "bgr24" }, { V4L2_PIX_FMT_XBGR32, "bgr0" },
	{ V4L2_PIX_FMT_ABGR32, "bgra" }, { V4L2_PIX_FMT_BGR32, "bgra" },
	{ V4L2_PIX_FMT_GREY, "gray" }
};
enum { FORMATS = sizeof(formats) / sizeof(*formats) };

struct camera {
	struct loop *loop;
	struct source *source;
	const struct camera_ops *ops;
	void *arg;
	int fd;
	struct {
		void *p;
		size_t n;
	} maps[BUFFERS];
	unsigned n_maps;
	struct camera_mode mode;
	bool streaming, dead, counted;
	unsigned sequence;
	unsigned long damaged, lost;
};

/* The arguments of ioctl are of any type, so is this one. */
static int
control(int fd, unsigned long request, void *p)
{
	int r;

	do
		r = ioctl(fd, request, p);
	while (r == -1 && errno == EINTR);
	return r;
}

static void
fourcc_text(unsigned v, char text[5])
{
	int i;

	for (i = 0; i < 4; i++, v >>= 8)
		text[i] = (v & 0x7f) > ' ' ? (char)(v & 0x7f) : ' ';
	text[4] = '\0';
}

static int
rank(unsigned fourcc)
{
	int i;

	for (i = 0; i < FORMATS; i++)
		if (formats[i].fourcc == fourcc)
			return i;
	return -1;
}

/* 0 where fd is a device that captures by streaming. */
static int
capable(int fd, struct v4l2_capability *cap)
{
	unsigned can;

	memset(cap, 0, sizeof(*cap));
	if (control(fd, VIDIOC_QUERYCAP, cap) == -1)
		return -1;
	can = cap->capabilities & V4L2_CAP_DEVICE_CAPS ? cap->device_caps :
	    cap->capabilities;
	errno = ENODEV;
	return can & V4L2_CAP_VIDEO_CAPTURE && can & V4L2_CAP_STREAMING ?
	    0 : -1;
}

bool
camera_is(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) &&
	    strncmp(path, "/dev/video", 10) == 0;
}

/* The format asked for, else the first of ours that the device has. */
static int
choose(int fd, const char *wanted)
{
	struct v4l2_fmtdesc d;
	char text[5];
	int best = -1, r;

	for (memset(&d, 0, sizeof(d)); d.index < 256; d.index++) {
		d.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
		if (control(fd, VIDIOC_ENUM_FMT, &d) == -1)
			break;
		fourcc_text(d.pixelformat, text);
		r = rank(d.pixelformat);
		if (r == -1 || (wanted != NULL && strncmp(wanted, text,
		    strlen(wanted)) != 0))
			continue;
		if (best == -1 || r < best)
			best = r;
	}
	return best;
}

static int
set_format(struct camera *c, const struct camera_opts *o, char *why,
    size_t size)
{
	struct v4l2_format f = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
	int r = choose(c->fd, o->format);

	if (r == -1) {
		snprintf(why, size, "%s: %s%s", o->device, o->format != NULL ?
		    "no format " : "no format that can be used",
		    o->format != NULL ? o->format : "");
		return -1;
	}
	f.fmt.pix.width = o->width > 0 ? (unsigned)o->width : 1280;
	f.fmt.pix.height = o->height > 0 ? (unsigned)o->height : 720;
	f.fmt.pix.pixelformat = formats[r].fourcc;
	f.fmt.pix.field = V4L2_FIELD_ANY;
	if (control(c->fd, VIDIOC_S_FMT, &f) == -1) {
		snprintf(why, size, "%s: cannot set the format: %s", o->device,
		    strerror(errno));
		return -1;
	}
	/* the driver may have chosen another one */
	r = rank(f.fmt.pix.pixelformat);
	fourcc_text(f.fmt.pix.pixelformat, c->mode.format);
	c->mode.jpeg = r >= 0 && formats[r].name == NULL;
	if (r >= 0 && formats[r].name != NULL)
		pixels_named(&c->mode.pixels, formats[r].name);
	c->mode.pixels.width = (int)(f.fmt.pix.width & 0xfffff);
	c->mode.pixels.height = (int)(f.fmt.pix.height & 0xfffff);
	c->mode.pixels.interlaced = f.fmt.pix.field >= V4L2_FIELD_INTERLACED;
	if (r >= 0 && !c->mode.jpeg)
		c->mode.pixels.stride = (int)(f.fmt.pix.bytesperline &
		    0xfffff);
	if (f.fmt.pix.quantization == V4L2_QUANTIZATION_FULL_RANGE)
		c->mode.pixels.full = true;
	if (r >= 0 && (c->mode.jpeg || pixels_size(&c->mode.pixels) > 0))
		return 0;
	snprintf(why, size, "%s: offers %ux%u %s, which cannot be used",
	    o->device, f.fmt.pix.width, f.fmt.pix.height, c->mode.format);
	return -1;
}

/* The rate; devices without such a setting go at their own. */
static void
set_rate(struct camera *c, const struct camera_opts *o)
{
	struct v4l2_streamparm p = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE };
	struct v4l2_fract *t = &p.parm.capture.timeperframe;

	t->numerator = 1000;
	t->denominator = (unsigned)((o->fps > 0 ? o->fps : 30) * 1000);
	if (control(c->fd, VIDIOC_S_PARM, &p) == 0 && t->numerator > 0)
		c->mode.fps = (double)t->denominator / t->numerator;
}

static int
queue(struct camera *c, unsigned i)
{
	struct v4l2_buffer b = { .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
	    .memory = V4L2_MEMORY_MMAP, .index = i };

	return control(c->fd, VIDIOC_QBUF, &b);
}

static int
map_buffers(struct camera *c)
{
	struct v4l2_requestbuffers req = { .count = BUFFERS,
	    .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP };
	struct v4l2_buffer b;
	void *p;

	if (control(c->fd, VIDIOC_REQBUFS, &req) == -1)
		return -1;
	while (c->n_maps < req.count && c->n_maps < BUFFERS) {
		memset(&b, 0, sizeof(b));
		b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
		b.memory = V4L2_MEMORY_MMAP;
		b.index = c->n_maps;
		if (control(c->fd, VIDIOC_QUERYBUF, &b) == -1)
			return -1;
		p = mmap(NULL, b.length, PROT_READ | PROT_WRITE, MAP_SHARED,
		    c->fd, (off_t)b.m.offset);
		if (p == MAP_FAILED)
			return -1;
		c->maps[c->n_maps].p = p;
		c->maps[c->n_maps].n = b.length;
		if (queue(c, c->n_maps++) == -1)
			return -1;
	}
	errno = ENOMEM;
	return c->n_maps > 0 ? 0 : -1;
}

static void
died(struct camera *c)
{
	char why[128];

	c->dead = true;
	snprintf(why, sizeof(why), "%s", errno == ENODEV ?
	    "the camera was unplugged" : strerror(errno));
	c->ops->gone(c->arg, why);
}

/* Takes one filled buffer: its number, or -1 with errno. */
static int
take(struct camera *c, struct v4l2_buffer *b)
{
	unsigned gap;

	memset(b, 0, sizeof(*b));
	b->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b->memory = V4L2_MEMORY_MMAP;
	if (control(c->fd, VIDIOC_DQBUF, b) == -1)
		return -1;
	if (b->index >= c->n_maps) {
		errno = EPROTO;
		return -1;
	}
	gap = b->sequence - c->sequence - 1;
	if (c->counted && gap < 1000)
		c->lost += gap;
	c->counted = true;
	c->sequence = b->sequence;
	if (b->bytesused > c->maps[b->index].n)
		b->bytesused = (unsigned)c->maps[b->index].n;
	return (int)b->index;
}

/* Whether the frame is worth being seen. */
static bool
sound(struct camera *c, const struct v4l2_buffer *b)
{
	bool good = !(b->flags & V4L2_BUF_FLAG_ERROR) && b->bytesused > 0 &&
	    (c->mode.jpeg || (int64_t)b->bytesused >=
	    pixels_size(&c->mode.pixels));

	c->damaged += !good;
	return good;
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct camera *c = arg;

	(void)room;
	if (c->dead)
		return 0;
	pfd->fd = c->fd;
	pfd->events = POLLIN;
	return 1;
}

/* Everything that is there; the newest sound frame is shown. */
static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct camera *c = arg;
	struct v4l2_buffer b, newest = { 0 };
	int i, held = -1, saved = EAGAIN;

	(void)pfd;
	(void)n;
	for (i = 0; i < TRIES; i++) {
		if (take(c, &b) == -1) {
			saved = errno;
			break;
		}
		if (!sound(c, &b)) {
			queue(c, b.index);
			continue;
		}
		if (held != -1)
			queue(c, (unsigned)held);
		held = (int)b.index;
		newest = b;
	}
	if (held != -1) {
		c->ops->frame(c->arg, c->maps[held].p, newest.bytesused);
		if (queue(c, (unsigned)held) == -1)
			saved = errno;
	}
	/* EIO is a frame lost for good, after which the next ones come */
	if (saved == EIO)
		c->damaged++;
	else if (saved != EAGAIN) {
		errno = saved;
		died(c);
	}
}

static const struct source_ops source_ops = { want, ready };

static int
start(struct camera *c, const struct camera_opts *o, char *why, size_t size)
{
	enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	struct v4l2_capability cap;

	if (capable(c->fd, &cap) == -1) {
		snprintf(why, size, "%s: no camera", o->device);
		return -1;
	}
	if (set_format(c, o, why, size) == -1)
		return -1;
	set_rate(c, o);
	if (map_buffers(c) == -1 || control(c->fd, VIDIOC_STREAMON, &type) ==
	    -1) {
		snprintf(why, size, "%s: cannot start: %s%s", o->device,
		    strerror(errno), errno == EBUSY ? " (another program uses "
		    "it)" : "");
		return -1;
	}
	c->streaming = true;
	return 0;
}

struct camera *
camera_open(struct loop *loop, const struct camera_opts *o,
    const struct camera_ops *ops, void *arg, char *why, size_t size)
{
	struct camera *c = mem_alloc(sizeof(*c));

	c->loop = loop;
	c->ops = ops;
	c->arg = arg;
	c->fd = open(o->device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (c->fd == -1)
		snprintf(why, size, "%s: %s", o->device, strerror(errno));
	if (c->fd == -1 || start(c, o, why, size) == -1) {
		camera_close(c);
		return NULL;
	}
	c->source = loop_add(loop, &source_ops, c);
	return c;
}

void
camera_close(struct camera *c)
{
	enum v4l2_buf_type type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	unsigned i;

	if (c == NULL)
		return;
	if (c->source != NULL)
		loop_remove(c->loop, c->source);
	if (c->streaming)
		control(c->fd, VIDIOC_STREAMOFF, &type);
	for (i = 0; i < c->n_maps; i++)
		munmap(c->maps[i].p, c->maps[i].n);
	if (c->fd != -1)
		close(c->fd);
	free(c);
}

const struct camera_mode *
camera_mode(const struct camera *c)
{
	return &c->mode;
}

unsigned long
camera_damaged(const struct camera *c)
{
	return c->damaged;
}

unsigned long
camera_lost(const struct camera *c)
{
	return c->lost;
}

/* The fastest rate of a format and size; 0 where it does not tell. */
static double
fastest(int fd, unsigned fourcc, unsigned w, unsigned h)
{
	struct v4l2_frmivalenum e = { .pixel_format = fourcc, .width = w,
	    .height = h };
	const struct v4l2_fract *t;
	double best = 0, fps;

	for (; e.index < 256 && control(fd, VIDIOC_ENUM_FRAMEINTERVALS, &e) ==
	    0; e.index++) {
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

	fourcc_text(d->pixelformat, name);
	for (; e.index < 256 && control(fd, VIDIOC_ENUM_FRAMESIZES, &e) == 0;
	    e.index++) {
		step = e.type != V4L2_FRMSIZE_TYPE_DISCRETE;
		w = step ? e.stepwise.max_width : e.discrete.width;
		h = step ? e.stepwise.max_height : e.discrete.height;
		snprintf(text, sizeof(text), "    %s %s%ux%u %g/s%s", name,
		    step ? "up to " : "", w, h, fastest(fd, d->pixelformat, w,
		    h), rank(d->pixelformat) == -1 ? "  (cannot be used)" :
		    "");
		line(arg, text);
		if (step)
			break;
	}
}

int
camera_list(void (*line)(void *arg, const char *text), void *arg)
{
	struct v4l2_capability cap;
	struct v4l2_fmtdesc d;
	char path[32], text[128];
	int i, fd, n = 0;

	for (i = 0; i < DEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/video%d", i);
		fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (fd == -1)
			continue;
		if (capable(fd, &cap) == 0) {
			n++;
			snprintf(text, sizeof(text), "%s: %.31s (%.31s)", path,
			    (const char *)cap.card,
			    (const char *)cap.bus_info);
			line(arg, text);
			for (memset(&d, 0, sizeof(d)); d.index < 256; d.index++)
			{
				d.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
				if (control(fd, VIDIOC_ENUM_FMT, &d) == -1)
					break;
				list_sizes(fd, &d, line, arg);
			}
		}
		close(fd);
	}
	return n;
}
