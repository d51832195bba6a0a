/*
 * A camera for the tests, preloaded: /dev/video7 as the kernel's test driver
 * (vivid) documents a webcam.  Frames come by a timer whose descriptor is the
 * device's, so that poll(2) needs no help.  A frame for which no buffer is
 * queued is lost, its number missing.
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
 *	short=N			each Nth frame is half empty
 *	busy=1			another program uses it
 * The luma of frame n is 16 + n % 200, so that a test can tell which it sees.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
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

	p->field = V4L2_FIELD_NONE;
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
	case V4L2_PIX_FMT_GREY:
		break;
	case V4L2_PIX_FMT_RGB24:
		row *= 3;
		break;
	default:
		row *= 2;
	}
	p->bytesperline = row + pad;
	p->sizeimage = p->bytesperline * p->height;
}

static int
set_format(struct v4l2_format *f)
{
	struct v4l2_pix_format *p = &f->fmt.pix;
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
	if (cam.pix.pixelformat == V4L2_PIX_FMT_YUYV)
		for (i = 0; i < n; i += 2)
			p[i] = y;
	else if (cam.pix.pixelformat == V4L2_PIX_FMT_UYVY)
		for (i = 1; i < n; i += 2)
			p[i] = y;
	else
		memset(p, y, cam.pix.bytesperline * cam.pix.height);
	return n;
}

static int
every(const char *key, unsigned seq)
{
	long n = number(key, 0);

	return n > 0 && (seq + 1) % (unsigned)n == 0;
}

static int
take(struct v4l2_buffer *b)
{
	uint64_t ticks;
	unsigned seq;
	int i;

	if (number("unplug", -1) >= 0 &&
	    cam.frame >= (unsigned)number("unplug", 0)) {
		errno = ENODEV;
		return -1;
	}
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
	i = cam.order[0];
	memmove(cam.order, cam.order + 1, sizeof(int) * (size_t)--cam.waiting);
	cam.bufs[i].queued = 0;
	memset(b, 0, sizeof(*b));
	b->index = (unsigned)i;
	b->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b->memory = V4L2_MEMORY_MMAP;
	b->sequence = seq;
	b->length = cam.pix.sizeimage;
	b->bytesused = (unsigned)fill(cam.bufs[i].p, seq);
	b->flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
	if (every("error", seq))
		b->flags |= V4L2_BUF_FLAG_ERROR;
	if (every("short", seq))
		b->bytesused /= 2;
	return 0;
}

static int
stream(int on)
{
	long ns = 1000000000L / cam.fps;
	struct itimerspec t = { { 0, on ? ns % 1000000000L : 0 },
	    { 0, on ? ns % 1000000000L : 0 } };

	cam.streaming = on;
	cam.frame = 0;
	if (!on)
		cam.waiting = 0;
	return timerfd_settime(cam.fd, 0, &t, NULL);
}

static int
bad(int e)
{
	errno = e;
	return -1;
}

static int
enumerate(unsigned long request, void *arg)
{
	struct v4l2_fmtdesc *d = arg;
	struct v4l2_frmsizeenum *s = arg;
	struct v4l2_frmivalenum *v = arg;

	switch (request) {
	case VIDIOC_ENUM_FMT:
		if (fourcc(d->index) == 0)
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
	if (request == VIDIOC_QUERYBUF) {
		b->length = cam.pix.sizeimage;
		b->m.offset = b->index << 24;
		return 0;
	}
	if (number("unplug", -1) >= 0 && cam.streaming &&
	    cam.frame >= (unsigned)number("unplug", 0))
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
		c->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
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
		return stream(1);
	case VIDIOC_STREAMOFF:
		return stream(0);
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
