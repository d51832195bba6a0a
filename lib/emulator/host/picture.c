/*
 * Pictures are decoded completely, but small (libjpeg scales as it decodes).
 * What a decoder would forgive, a missing end, is checked for before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator/emulator.h"
#include "emulator/host/picture.h"
#include "base/fd.h"
#include "picture/image.h"
#include "picture/jpegscan.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/why.h"
#include "picture/pngscan.h"
#include "loop/run.h"

enum {
	SMALL = 64,		/* pixels a side, for the colour */
	READERS = 8,		/* at once; further pictures are not read */
	READ_MS = 5000,
	TEXT_MAX = 4096
};

struct emupic {
	struct loop *loop;
	const char *dir;
	bool qr;
	const struct host_picture_ops *ops;
	void *arg;
	struct image *image;
	int readers;
};

/* A picture being read. */
struct picture_reader {
	struct emupic *owner;
	char *path;		/* its own copy of the picture */
	unsigned talk;
	int64_t number;
};

struct emupic *
host_picture_new(struct loop *loop, const char *dir, bool qr,
    const struct host_picture_ops *ops, void *arg)
{
	struct emupic *e = mem_alloc(sizeof(*e));

	e->loop = loop;
	e->dir = dir;
	e->qr = qr;
	e->ops = ops;
	e->arg = arg;
	e->image = image_new();
	return e;
}

void
host_picture_free(struct emupic *e)
{
	if (!e)
		return;
	image_free(e->image);
	free(e);
}

bool
host_picture_busy(const struct emupic *e)
{
	return e->readers > 0;
}

/* Takes over a decoder's result. */
static int
seen(const struct emupic *e, int result, const struct picture *small,
    struct emulator_image *o)
{
	if (result == -1)
		snprintf(o->why, sizeof(o->why), "%s", image_why(e->image));
	else
		image_mean(small, o->rgb);
	return result;
}

/* Checks for the end itself, as the decoder fills missing parts with grey. */
static int
look_jpeg(struct emupic *e, const void *p, size_t n, struct emulator_image *o)
{
	struct image_want want = { .width = SMALL, .height = SMALL };
	struct jpegscan_info info;
	struct jpegscan scan;
	struct picture small;

	jpegscan_init(&scan);
	if (jpegscan_more(&scan, p, n) != JPEGSCAN_END ||
	    jpegscan_info(&info, p, n) != 0)
		return why_say(-1, o->why, sizeof(o->why), "no whole JPEG");
	o->width = info.width;
	o->height = info.height;
	return seen(e, image_jpeg(e->image, p, n, &want, &small), &small, o);
}

static int
look_png(struct emupic *e, const void *p, size_t n, struct emulator_image *o)
{
	struct image_want want = { .width = SMALL, .height = SMALL };
	struct picture small;

	if (pngscan_size(p, n, &o->width, &o->height) == -1 ||
	    pngscan_end(p, n) != n)
		return why_say(-1, o->why, sizeof(o->why), "no whole PNG");
	return seen(e, image_png(e->image, p, n, &want, &small), &small, o);
}

static void
keep(const struct emupic *e, unsigned talk, int64_t number, const char *type,
    const void *p, size_t n)
{
	char *path = mem_printf("%s/talk-%u-%lld.%s", e->dir, talk,
	    (long long)number, type);
	int fd;

	/* left by an earlier run; never write into a link or a FIFO there */
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 || fd_write_all(fd, p, n) == -1)
		e->ops->lost(e->arg, path, errno);
	if (fd != -1)
		close(fd);
	free(path);
}

static void
reader_free(struct picture_reader *r)
{
	unlink(r->path);
	free(r->path);
	free(r);
}

static void
was_read(void *arg, const struct run_end *end)
{
	struct picture_reader *r = arg;
	size_t n = strcspn(end->out, "\n");
	char *text = mem_copy(end->out, n);

	r->owner->readers--;
	r->owner->ops->read(r->owner->arg, r->talk, r->number, text);
	free(text);
	reader_free(r);
}

static void
read_code(struct emupic *e, unsigned talk, int64_t number, const void *p,
    size_t n)
{
	static const struct run_ops ops = { NULL, was_read };
	static const char *const all[] = { "/", NULL };
	static const char *const none[] = { NULL };
	static const struct proc_sandbox closed = { all, none, CONFINE_GROUP,
	    1 };
	struct picture_reader *r;
	int fd;

	if (e->readers == READERS)
		return;
	r = mem_alloc(sizeof(*r));
	r->owner = e;
	r->talk = talk;
	r->number = number;
	/* from a pipe it would copy it into a file itself */
	r->path = mem_printf("%s/gl-emulator.XXXXXX", path_tmp());
	fd = mkstemp(r->path);
	if (fd != -1 && fd_write_all(fd, p, n) == 0) {
		const char *argv[] = { "zbarimg", "--quiet", "--raw",
		    "--nodbus", r->path, NULL };
		const struct run_opts o = { .proc = { .argv = argv,
		    .err = PROC_ERR_NULL, .sandbox = &closed },
		    .timeout_ms = READ_MS, .out_max = TEXT_MAX };

		if (run_start(e->loop, &o, &ops, r)) {
			e->readers++;
			r = NULL;
		}
	}
	if (fd != -1)
		close(fd);
	if (r != NULL)
		reader_free(r);
}

int
host_picture_look(struct emupic *e, unsigned talk, int64_t number,
    const char *mime,
    const void *p, size_t n, struct emulator_image *o)
{
	bool jpeg = mime && strcmp(mime, "image/jpeg") == 0;
	bool png = mime && strcmp(mime, "image/png") == 0;
	int bad = -1;

	if (jpeg)
		bad = look_jpeg(e, p, n, o);
	else if (png)
		bad = look_png(e, p, n, o);
	else
		snprintf(o->why, sizeof(o->why), "neither JPEG nor PNG");
	if (bad)
		return -1;
	if (e->dir)
		keep(e, talk, number, jpeg ? "jpg" : "png", p, n);
	if (e->qr)
		read_code(e, talk, number, p, n);
	return 0;
}
