/*
 * A camera for the tests, preloaded: /dev/video7 as the kernel's test driver
 * (vivid) documents a webcam.  Frames come by a timer whose descriptor is the
 * device's, so that poll(2) needs no help but for a device that failed or is
 * gone, which polls as an error (videobuf2, v4l2_poll()).  A frame for which no
 * buffer is queued is lost, its number missing.
 *
 * GL_TESTCAM is a list of words, all optional:
 *	formats=MJPG:YUYV	what it has (YUYV)
 *	jpeg=FILE		what a frame of MJPG is
 *	fps=N			(30)
 *	pad=N			bytes after each row
 *	unplug=N		gone after N frames
 *	error=N			each Nth frame is marked as damaged
 *	lose=N			each Nth frame is lost on the way
 *	eio=N			taking the Nth frame fails once
 *	stuck=N			fails from the Nth frame on, until the stream is
 *				begun anew (videobuf2's q->error)
 *	broken=N		the same for ever
 *	short=N			each Nth frame is half empty
 *	busy=1			another program uses it
 *	mplane=1		only the interface of several planes
 *	field=N			enum v4l2_field (1, V4L2_FIELD_NONE)
 * The luma of frame n is 16 + n % 200, so that a test can tell which it sees;
 * that of the second field, where it lies behind the first, is 235.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <linux/videodev2.h>

enum { BUFFERS = 8 };

static struct {
	int fd;			/* 0: not open */
	struct v4l2_pix_format pix;
	int n, streaming;
	struct {
		unsigned char *p;
		int queued, mapped;
	} bufs[BUFFERS];
	int order[BUFFERS], waiting;	/* queued ones, oldest first */
	unsigned frame;			/* the timer's */
	long fps;
	int eio_done;
	int stuck;			/* videobuf2's q->error */
	int started;			/* how often */
} cam;

static const struct { int w, h; } sizes[] = {
	{ 320, 180 }, { 640, 360 }, { 640, 480 }, { 1280, 720 }
};
enum { SIZES = sizeof(sizes) / sizeof(*sizes) };

/* The value of a word, or def. */
static const char *
word(const char *key, const char *def)
{
	static char value[8][256];
	static int turn;
	const char *s = getenv("GL_TESTCAM");
	size_t n = strlen(key), k;

	for (; s != NULL && *s != '\0'; s += strcspn(s, " "), s += *s == ' ')
		if (strncmp(s, key, n) == 0 && s[n] == '=') {
			turn = (turn + 1) % 8;
			k = strcspn(s + n + 1, " ");
			if (k > 255)
				k = 255;
			memcpy(value[turn], s + n + 1, k);
			value[turn][k] = '\0';
			return value[turn];
		}
	return def;
}

static long
number(const char *key, long def)
{
	const char *s = word(key, NULL);

	return s != NULL ? strtol(s, NULL, 10) : def;
}

static unsigned
fourcc(unsigned i)
{
	const char *s = word("formats", "YUYV");

	for (; i > 0 && *s != '\0'; i--) {
		s += strcspn(s, ":");
		s += *s == ':';
	}
	return strlen(s) < 4 ? 0 : v4l2_fourcc((unsigned)s[0], (unsigned)s[1],
	    (unsigned)s[2], (unsigned)s[3]);
}

static void
measure(struct v4l2_pix_format *p)
{
	unsigned row = p->width, pad = (unsigned)number("pad", 0);

	p->field = (unsigned)number("field", V4L2_FIELD_NONE);
	switch (p->pixelformat) {
	case V4L2_PIX_FMT_MJPEG:
		p->bytesperline = 0;
		p->sizeimage = 4 << 20;
		return;
	case V4L2_PIX_FMT_NV12:
	case V4L2_PIX_FMT_YUV420:
		p->bytesperline = row + pad;
		p->sizeimage = p->bytesperline * p->height * 3 / 2;
		return;
	case V4L2_PIX_FMT_NV16:
		p->bytesperline = row + pad;
		p->sizeimage = p->bytesperline * p->height * 2;
		return;
	case V4L2_PIX_FMT_GREY:
		break;
	case V4L2_PIX_FMT_RGB24:
		row *= 3;
		break;
	case V4L2_PIX_FMT_XRGB32:
	case V4L2_PIX_FMT_RGBA32:
		row *= 4;
		break;
	default:
		row *= 2;
	}
	p->bytesperline = row + pad;
	p->sizeimage = p->bytesperline * p->height;
}

static void
agree(struct v4l2_pix_format *p)
{
	unsigned i, best = 0, d, least = ~0U;

	for (i = 0; fourcc(i) != 0; i++)
		if (fourcc(i) == p->pixelformat)
			break;
	if (fourcc(i) == 0)
		p->pixelformat = fourcc(0);
	for (i = 0; i < SIZES; i++) {
		d = (unsigned)abs(sizes[i].w - (int)p->width) +
		    (unsigned)abs(sizes[i].h - (int)p->height);
		if (d < least) {
			least = d;
			best = i;
		}
	}
	p->width = (unsigned)sizes[best].w;
	p->height = (unsigned)sizes[best].h;
	measure(p);
	cam.pix = *p;
}

static int
mplane(void)
{
	return word("mplane", NULL) != NULL;
}

static int
bad(int e)
{
	errno = e;
	return -1;
}

/* Whether the type is the device's only one. */
static int
typed(unsigned type)
{
	return type == (mplane() ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE :
	    V4L2_BUF_TYPE_VIDEO_CAPTURE);
}

static int
set_format(struct v4l2_format *f)
{
	struct v4l2_pix_format_mplane *mp = &f->fmt.pix_mp;
	struct v4l2_pix_format p;

	if (!typed(f->type))
		return bad(EINVAL);
	if (!mplane()) {
		agree(&f->fmt.pix);
		return 0;
	}
	memset(&p, 0, sizeof(p));
	p.width = mp->width;
	p.height = mp->height;
	p.pixelformat = mp->pixelformat;
	agree(&p);
	mp->width = p.width;
	mp->height = p.height;
	mp->pixelformat = p.pixelformat;
	mp->field = p.field;
	mp->num_planes = 1;
	mp->plane_fmt[0].bytesperline = p.bytesperline;
	mp->plane_fmt[0].sizeimage = p.sizeimage;
	return 0;
}

static size_t
fill(unsigned char *p, unsigned seq)
{
	size_t n = cam.pix.sizeimage, i;
	unsigned char y = (unsigned char)(16 + seq % 200);
	int fd;
	ssize_t r;

	if (cam.pix.pixelformat == V4L2_PIX_FMT_MJPEG) {
		fd = open(word("jpeg", "/dev/null"), O_RDONLY);
		r = fd == -1 ? -1 : read(fd, p, n);
		close(fd);
		return r < 0 ? 0 : (size_t)r;
	}
	memset(p, 128, n);
	switch (cam.pix.pixelformat) {
	case V4L2_PIX_FMT_YUYV:
	case V4L2_PIX_FMT_YVYU:
		for (i = 0; i < n; i += 2)
			p[i] = y;
		break;
	case V4L2_PIX_FMT_UYVY:
	case V4L2_PIX_FMT_VYUY:
		for (i = 1; i < n; i += 2)
			p[i] = y;
		break;
	case V4L2_PIX_FMT_RGB565:
		for (i = 0; i < n; i += 2) {
			p[i] = (unsigned char)(y >> 3 | (y >> 2 & 7) << 5);
			p[i + 1] = (unsigned char)(y >> 3 << 3 | y >> 5);
		}
		break;
	default:
		memset(p, y, cam.pix.bytesperline * cam.pix.height);
		if (cam.pix.field >= V4L2_FIELD_SEQ_TB &&
		    cam.pix.field <= V4L2_FIELD_SEQ_BT)
			memset(p + cam.pix.bytesperline * cam.pix.height / 2,
			    235, cam.pix.bytesperline * cam.pix.height / 2);
	}
	return n;
}

static int
every(const char *key, unsigned seq)
{
	long n = number(key, 0);

	return n > 0 && (seq + 1) % (unsigned)n == 0;
}

static int
reached(const char *key)
{
	return number(key, -1) >= 0 && cam.frame >= (unsigned)number(key, 0);
}

static int
take(struct v4l2_buffer *b)
{
	struct v4l2_plane *plane = b->m.planes;
	uint64_t ticks;
	unsigned seq;
	int i;

	if (reached("unplug"))
		return bad(ENODEV);
	if (cam.stuck)
		return bad(EIO);
	do {
		if (read(cam.fd, &ticks, sizeof(ticks)) != sizeof(ticks)) {
			errno = EAGAIN;
			return -1;
		}
		/* those between came and went */
		cam.frame += (unsigned)ticks;
		seq = cam.frame - 1;
	} while (every("lose", seq) || cam.waiting == 0);
	if (number("eio", 0) > 0 && !cam.eio_done &&
	    cam.frame >= (unsigned)number("eio", 0)) {
		cam.eio_done = 1;
		errno = EIO;
		return -1;
	}
	if (cam.started == 1 ? reached("stuck") || reached("broken") :
	    word("broken", NULL) != NULL) {
		cam.stuck = 1;
		return bad(EIO);
	}
	i = cam.order[0];
	memmove(cam.order, cam.order + 1, sizeof(int) * (size_t)--cam.waiting);
	cam.bufs[i].queued = 0;
	memset(b, 0, sizeof(*b));
	b->index = (unsigned)i;
	b->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b->memory = V4L2_MEMORY_MMAP;
	b->sequence = seq;
	b->bytesused = (unsigned)fill(cam.bufs[i].p, seq);
	if (every("short", seq))
		b->bytesused /= 2;
	b->length = cam.pix.sizeimage;
	if (mplane()) {
		/* with something before the picture, as drivers may have it */
		memmove(cam.bufs[i].p + 64, cam.bufs[i].p, cam.pix.sizeimage);
		memset(cam.bufs[i].p, 255, 64);
		plane->data_offset = 64;
		plane->bytesused = b->bytesused + 64;
		b->m.planes = plane;
		b->length = 1;
		b->bytesused = 0;
	}
	b->flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
	if (every("error", seq))
		b->flags |= V4L2_BUF_FLAG_ERROR;
	return 0;
}

static int
stream(int on)
{
	long ns = 1000000000L / cam.fps;
	struct itimerspec t = { { 0, on ? ns % 1000000000L : 0 },
	    { 0, on ? ns % 1000000000L : 0 } };

	int i;

	cam.streaming = on;
	cam.started += on;
	cam.frame = 0;
	cam.stuck = 0;
	for (i = 0; i < BUFFERS && !on; i++)
		cam.bufs[i].queued = 0;
	if (!on)
		cam.waiting = 0;
	return timerfd_settime(cam.fd, 0, &t, NULL);
}

static int
enumerate(unsigned long request, void *arg)
{
	struct v4l2_fmtdesc *d = arg;
	struct v4l2_frmsizeenum *s = arg;
	struct v4l2_frmivalenum *v = arg;

	switch (request) {
	case VIDIOC_ENUM_FMT:
		if (fourcc(d->index) == 0 || !typed(d->type))
			return bad(EINVAL);
		d->pixelformat = fourcc(d->index);
		return 0;
	case VIDIOC_ENUM_FRAMESIZES:
		if (s->index >= SIZES)
			return bad(EINVAL);
		s->type = V4L2_FRMSIZE_TYPE_DISCRETE;
		s->discrete.width = (unsigned)sizes[s->index].w;
		s->discrete.height = (unsigned)sizes[s->index].h;
		return 0;
	default:
		if (v->index >= 2)
			return bad(EINVAL);
		v->type = V4L2_FRMIVAL_TYPE_DISCRETE;
		v->discrete.numerator = 1;
		v->discrete.denominator = v->index == 0 ? 15 : 30;
		return 0;
	}
}

static int
buffers(unsigned long request, void *arg)
{
	struct v4l2_requestbuffers *r = arg;
	struct v4l2_buffer *b = arg;

	if (!typed(request == VIDIOC_REQBUFS ? r->type : b->type))
		return bad(EINVAL);
	if (request == VIDIOC_REQBUFS) {
		if (r->count > BUFFERS)
			r->count = BUFFERS;
		cam.n = (int)r->count;
		return word("busy", NULL) != NULL ? bad(EBUSY) : 0;
	}
	if (request == VIDIOC_DQBUF)
		return cam.streaming ? take(b) : bad(EINVAL);
	if (b->index >= (unsigned)cam.n)
		return bad(EINVAL);
	if (request == VIDIOC_QUERYBUF && mplane()) {
		b->m.planes->length = cam.pix.sizeimage + 64;
		b->m.planes->m.mem_offset = b->index << 24;
		return 0;
	}
	if (request == VIDIOC_QUERYBUF) {
		b->length = cam.pix.sizeimage;
		b->m.offset = b->index << 24;
		return 0;
	}
	if (cam.streaming && reached("unplug"))
		return bad(ENODEV);
	if (cam.bufs[b->index].queued || cam.bufs[b->index].p == NULL)
		return bad(EINVAL);
	cam.bufs[b->index].queued = 1;
	cam.order[cam.waiting++] = (int)b->index;
	return 0;
}

static int
control(unsigned long request, void *arg)
{
	struct v4l2_capability *c = arg;
	struct v4l2_streamparm *p = arg;

	switch (request) {
	case VIDIOC_QUERYCAP:
		memset(c, 0, sizeof(*c));
		snprintf((char *)c->driver, sizeof(c->driver), "vivid");
		snprintf((char *)c->card, sizeof(c->card), "test camera");
		snprintf((char *)c->bus_info, sizeof(c->bus_info),
		    "platform:test");
		c->device_caps = (mplane() ? V4L2_CAP_VIDEO_CAPTURE_MPLANE :
		    V4L2_CAP_VIDEO_CAPTURE) | V4L2_CAP_STREAMING;
		c->capabilities = c->device_caps | V4L2_CAP_DEVICE_CAPS;
		return 0;
	case VIDIOC_ENUM_FMT:
	case VIDIOC_ENUM_FRAMESIZES:
	case VIDIOC_ENUM_FRAMEINTERVALS:
		return enumerate(request, arg);
	case VIDIOC_S_FMT:
		return set_format(arg);
	case VIDIOC_S_PARM:
		p->parm.capture.timeperframe.numerator = 1;
		p->parm.capture.timeperframe.denominator = (unsigned)cam.fps;
		return 0;
	case VIDIOC_REQBUFS:
	case VIDIOC_QUERYBUF:
	case VIDIOC_QBUF:
	case VIDIOC_DQBUF:
		return buffers(request, arg);
	case VIDIOC_STREAMON:
	case VIDIOC_STREAMOFF:
		return typed(*(unsigned *)arg) ?
		    stream(request == VIDIOC_STREAMON) : bad(EINVAL);
	default:
		return bad(ENOTTY);
	}
}

static void *
next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

int
open(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...);
	void *p = next("open");
	va_list ap;
	mode_t mode = 0;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	memcpy(&real, &p, sizeof(p));
	if (strcmp(path, "/dev/video7") != 0)
		return real(path, flags, mode);
	memset(&cam, 0, sizeof(cam));
	cam.fps = number("fps", 30);
	cam.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	return cam.fd;
}

int
stat(const char *restrict path, struct stat *restrict st)
{
	int (*real)(const char *, struct stat *);
	void *p = next("stat");

	memcpy(&real, &p, sizeof(p));
	if (strcmp(path, "/dev/video7") != 0)
		return real(path, st);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR | 0660;
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...);
	void *p = next("ioctl"), *arg;
	va_list ap;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	memcpy(&real, &p, sizeof(p));
	return cam.fd != 0 && fd == cam.fd ? control(request, arg) :
	    real(fd, request, arg);
}

void *
mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	void *(*real)(void *, size_t, int, int, int, off_t);
	void *p = next("mmap"), *m;

	memcpy(&real, &p, sizeof(p));
	if (cam.fd == 0 || fd != cam.fd)
		return real(at, n, prot, flags, fd, offset);
	m = real(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	if (m != MAP_FAILED && offset >> 24 < BUFFERS)
		cam.bufs[offset >> 24].p = m;
	return m;
}

/* A device that failed, or is gone, is an error at once. */
int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
	int (*real)(struct pollfd *, nfds_t, int), r;
	void *p = next("poll");
	nfds_t i;

	memcpy(&real, &p, sizeof(p));
	if (cam.fd == 0 || !cam.streaming || (!cam.stuck && !reached("unplug")))
		return real(fds, n, timeout);
	r = real(fds, n, 0);
	for (i = 0; i < n && r >= 0; i++)
		if (fds[i].fd == cam.fd) {
			r += fds[i].revents == 0;
			fds[i].revents = (short)(POLLERR | (cam.stuck ? 0 :
			    POLLHUP | POLLPRI));
		}
	return r;
}
