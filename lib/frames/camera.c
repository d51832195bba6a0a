/*
 * Video4Linux2: requests a format that can be used as it is, maps the driver's
 * buffers, and dequeues and requeues them as poll says.  A frame marked as an
 * error is returned unused; one that the sequence numbers lack is counted as
 * lost.
 */
#include "frames/camera.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frames/v4l.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "base/why.h"

enum {
	BUFFERS = 4, TRIES = 8,
	FAILURES = 8		/* consecutive ones that restart the stream */
};

struct camera {
	struct loop *loop;
	struct source *source;
	const struct camera_ops *ops;
	void *arg;
	int fd;
	enum v4l2_buf_type type;
	struct {
		unsigned char *p;
		size_t n;
	} maps[BUFFERS];
	unsigned n_maps;
	struct camera_mode mode;
	bool streaming, dead, counted;
	unsigned sequence;
	unsigned failures;		/* since the last frame */
	unsigned long damaged, lost;
};

/* A buffer that the driver has filled. */
struct filled {
	unsigned index;
	const unsigned char *p;
	size_t n;
	bool damaged;
};

bool
camera_is(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) &&
	    strncmp(path, "/dev/video", 10) == 0;
}

/* The requested format, else the best one that the device has. */
static int
choose(const struct camera *c, const char *wanted)
{
	struct v4l2_fmtdesc d;
	char text[5];
	int best = -1, r;

	for (memset(&d, 0, sizeof(d)); d.index < 256; d.index++) {
		d.type = c->type;
		if (v4l_control(c->fd, VIDIOC_ENUM_FMT, &d) == -1)
			break;
		v4l_fourcc(d.pixelformat, text);
		r = v4l_rank(d.pixelformat);
		if (r == -1 || strncmp(wanted, text,
		    strlen(wanted)) != 0)
			continue;
		if (best == -1 || r < best)
			best = r;
	}
	return best;
}

/* Sets how the lines of the two fields of interlaced video are stored. */
static void
set_field(struct pixels *px, unsigned field)
{
	px->interlaced = field == V4L2_FIELD_INTERLACED ||
	    field == V4L2_FIELD_INTERLACED_TB ||
	    field == V4L2_FIELD_INTERLACED_BT;
	px->apart = field == V4L2_FIELD_SEQ_TB || field == V4L2_FIELD_SEQ_BT;
	/* each line of a single field stands for two */
	if (px->apart || field == V4L2_FIELD_ALTERNATE ||
	    field == V4L2_FIELD_TOP || field == V4L2_FIELD_BOTTOM) {
		px->sar_num = 1;
		px->sar_den = 2;
	}
}

static int
set_format(struct camera *c, const struct camera_opts *o, char *why,
    size_t size)
{
	struct v4l2_pix_format pix = { .field = V4L2_FIELD_ANY };
	struct pixels *px = &c->mode.pixels;
	int r = choose(c, o->format);

	if (r == -1)
		return why_say(-1, why, size, "%s: %s%s", o->device, *o->format
		    != '\0' ? "no format " : "no format that can be used",
		    o->format);
	pix.width = o->width > 0 ? (unsigned)o->width : 1280;
	pix.height = o->height > 0 ? (unsigned)o->height : 720;
	pix.pixelformat = v4l_formats[r].fourcc;
	if (v4l_negotiate(c->fd, c->type, &pix) == -1)
		return why_say(-1, why, size, "%s: cannot set the format: %s",
		    o->device, strerror(errno));
	/* the driver may have chosen another one */
	r = v4l_rank(pix.pixelformat);
	v4l_fourcc(pix.pixelformat, c->mode.format);
	c->mode.jpeg = r >= 0 && v4l_formats[r].name == NULL;
	if (r >= 0 && v4l_formats[r].name != NULL)
		pixels_named(px, v4l_formats[r].name);
	px->width = (int)(pix.width & 0xfffff);
	px->height = (int)(pix.height & 0xfffff);
	if (r >= 0 && !c->mode.jpeg) {
		px->stride = (int)(pix.bytesperline & 0xfffff);
		set_field(px, pix.field);
	}
	if (pix.quantization == V4L2_QUANTIZATION_FULL_RANGE)
		px->full = true;
	if (r >= 0 && (c->mode.jpeg || pixels_size(px) > 0))
		return 0;
	return why_say(-1, why, size, "%s: offers %ux%u %s, which cannot be "
	    "used", o->device, pix.width, pix.height, c->mode.format);
}

/* Sets the rate; devices without that setting use their own. */
static void
set_rate(struct camera *c, const struct camera_opts *o)
{
	struct v4l2_streamparm p = { .type = c->type };
	struct v4l2_fract *t = &p.parm.capture.timeperframe;

	t->numerator = 1000;
	t->denominator = (unsigned)((o->fps > 0 ? o->fps : 30) * 1000);
	if (v4l_control(c->fd, VIDIOC_S_PARM, &p) == 0 && t->numerator > 0)
		c->mode.fps = (double)t->denominator / t->numerator;
}

/* A buffer in the driver's form; plane is its only one, for devices of the
 * multi-planar kind. */
static struct v4l2_buffer
buffer(const struct camera *c, unsigned i, struct v4l2_plane *plane)
{
	struct v4l2_buffer b = { .type = c->type, .memory = V4L2_MEMORY_MMAP,
	    .index = i };

	memset(plane, 0, sizeof(*plane));
	if (c->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) {
		b.m.planes = plane;
		b.length = 1;
	}
	return b;
}

static int
queue(struct camera *c, unsigned i)
{
	struct v4l2_plane plane;
	struct v4l2_buffer b = buffer(c, i, &plane);

	return v4l_control(c->fd, VIDIOC_QBUF, &b);
}

/* Maps one of the driver's buffers. */
static int
map_buffer(struct camera *c, unsigned i)
{
	struct v4l2_plane plane;
	struct v4l2_buffer b = buffer(c, i, &plane);
	bool multi = c->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
	void *p;

	if (v4l_control(c->fd, VIDIOC_QUERYBUF, &b) == -1)
		return -1;
	c->maps[i].n = multi ? plane.length : b.length;
	p = mmap(NULL, c->maps[i].n, PROT_READ | PROT_WRITE, MAP_SHARED,
	    c->fd, (off_t)(multi ? plane.m.mem_offset : b.m.offset));
	if (p == MAP_FAILED)
		return -1;
	c->maps[i].p = p;
	c->n_maps = i + 1;
	return 0;
}

static int
map_buffers(struct camera *c)
{
	struct v4l2_requestbuffers req = { .count = BUFFERS,
	    .type = c->type, .memory = V4L2_MEMORY_MMAP };
	unsigned i;

	if (v4l_control(c->fd, VIDIOC_REQBUFS, &req) == -1)
		return -1;
	for (i = 0; i < req.count && i < BUFFERS; i++)
		if (map_buffer(c, i) == -1)
			return -1;
	errno = ENOMEM;
	return c->n_maps > 0 ? 0 : -1;
}

/* Queues all buffers and starts the stream. */
static int
run(struct camera *c)
{
	enum v4l2_buf_type type = c->type;
	unsigned i;

	for (i = 0; i < c->n_maps; i++)
		if (queue(c, i) == -1)
			return -1;
	if (v4l_control(c->fd, VIDIOC_STREAMON, &type) == -1)
		return -1;
	c->streaming = true;
	c->counted = false;
	return 0;
}

static void
halt(struct camera *c)
{
	enum v4l2_buf_type type = c->type;

	if (c->streaming)
		v4l_control(c->fd, VIDIOC_STREAMOFF, &type);
	c->streaming = false;
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

/* Takes one filled buffer; -1 with errno. */
static int
take(struct camera *c, struct filled *f)
{
	struct v4l2_plane plane;
	struct v4l2_buffer b = buffer(c, 0, &plane);
	size_t from = 0, used;
	unsigned gap;

	if (v4l_control(c->fd, VIDIOC_DQBUF, &b) == -1)
		return -1;
	if (b.index >= c->n_maps) {
		errno = EPROTO;
		return -1;
	}
	gap = b.sequence - c->sequence - 1;
	if (c->counted && gap < 1000)
		c->lost += gap;
	c->counted = true;
	c->sequence = b.sequence;
	used = b.bytesused;
	if (c->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) {
		used = plane.bytesused;
		from = plane.data_offset;
	}
	used = used < c->maps[b.index].n ? used : c->maps[b.index].n;
	from = from < used ? from : used;
	f->index = b.index;
	f->p = c->maps[b.index].p + from;
	f->n = used - from;
	f->damaged = b.flags & V4L2_BUF_FLAG_ERROR || f->n == 0 ||
	    (!c->mode.jpeg && (int64_t)f->n < pixels_size(&c->mode.pixels));
	return 0;
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

/* An error that may pass (EIO): a frame is lost for good.  If that goes on, the
 * stream is restarted, as the kernel's documentation says, and then once more,
 * before the device is given up. */
static void
failed(struct camera *c)
{
	c->damaged++;
	if (++c->failures % FAILURES != 0)
		return;
	if (c->failures > 2 * FAILURES) {
		errno = EIO;
		died(c);
		return;
	}
	halt(c);
	if (run(c) == -1)
		died(c);
}

/* Takes everything available; shows the newest intact frame. */
static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	struct camera *c = arg;
	struct filled f, newest = { .p = NULL };
	int i, saved = EAGAIN;

	(void)pfd;
	(void)n;
	for (i = 0; i < TRIES; i++) {
		if (take(c, &f) == -1) {
			saved = errno;
			break;
		}
		c->failures = 0;
		c->damaged += f.damaged;
		if (f.damaged) {
			queue(c, f.index);
			continue;
		}
		if (newest.p != NULL)
			queue(c, newest.index);
		newest = f;
	}
	if (newest.p != NULL) {
		c->ops->frame(c->arg, newest.p, newest.n);
		if (queue(c, newest.index) == -1)
			saved = errno;
	}
	if (saved == EIO) {
		failed(c);
	} else if (saved != EAGAIN) {
		errno = saved;
		died(c);
	}
}

static const struct source_ops source_ops = { want, ready };

static int
start(struct camera *c, const struct camera_opts *o, char *why, size_t size)
{
	struct v4l2_capability cap;

	if (v4l_capable(c->fd, &cap, &c->type) == -1)
		return why_say(-1, why, size, "%s: no camera", o->device);
	if (set_format(c, o, why, size) == -1)
		return -1;
	set_rate(c, o);
	if (map_buffers(c) == -1 || run(c) == -1)
		return why_say(-1, why, size, "%s: cannot start: %s%s",
		    o->device, strerror(errno), errno == EBUSY ? " (another "
		    "program uses it)" : "");
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
	unsigned i;

	if (c == NULL)
		return;
	if (c->source != NULL)
		loop_remove(c->loop, c->source);
	halt(c);
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
