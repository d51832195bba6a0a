/*
 * The decoders of other formats are large and have had many vulnerabilities:
 * they run as separate programs, with the time and output of one picture as
 * their limits.
 */
#include "frames/decoder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"
#include "loop/run.h"
#include "picture/intact.h"
#include "picture/pixels.h"

enum { TIMEOUT_MS = 20000, GRACE_MS = 500, LOOK = 16, WORDS = 16 };

struct picture_format {
	struct decoder decoder;
	const char *type;	/* as intact_type() names it */
	/* its arguments: "%" is the file, "@" a name that ends in .png */
	const char *argv[WORDS];
};

#define FFMPEG(format) { "ffmpeg", "-nostdin", "-v", "error", "-f", format, \
	"-i", "file:%", "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", \
	"-" }
#define HEIF "libheif-examples"

static const struct picture_format kinds[] = {
	{ { "WebP", "dwebp", "webp" }, "image/webp",
	    { "dwebp", "-quiet", "%", "-o", "-" } },
	{ { "GIF", "ffmpeg", "ffmpeg" }, "image/gif", FFMPEG("gif") },
	{ { "BMP", "ffmpeg", "ffmpeg" }, "image/bmp", FFMPEG("bmp_pipe") },
	{ { "TIFF", "ffmpeg", "ffmpeg" }, "image/tiff",
	    FFMPEG("tiff_pipe") },
	{ { "HEIC", "heif-convert", HEIF }, "image/heic",
	    { "heif-convert", "%", "@" } },
	{ { "AVIF", "heif-convert", HEIF }, "image/avif",
	    { "heif-convert", "%", "@" } },
};

const struct decoder *
decoder_of(const char *path)
{
	const struct picture_format *k;
	const char *type;
	struct stat st;
	char b[LOOK];
	ssize_t n;
	int fd;

	/* opening and closing a FIFO would lose its writer's bytes */
	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode))
		return NULL;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return NULL;
	n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ?
	    fd_read(fd, b, sizeof(b)) : 0;
	close(fd);
	type = n > 0 ? intact_type(b, (size_t)n) : NULL;
	for (k = kinds; k < kinds + sizeof(kinds) / sizeof(*kinds); k++)
		if (type != NULL && strcmp(type, k->type) == 0)
			return &k->decoder;
	return NULL;
}

/* heif-convert derives the format from the name of its output: makes a folder
 * with such a name that leads to its standard output. */
static char *
make_folder(void)
{
	char *dir = mem_printf("%s/gl-frames.XXXXXX", path_tmp());
	char *name;
	int r;

	if (mkdtemp(dir) == NULL) {
		free(dir);
		return NULL;
	}
	name = mem_printf("%s/p.png", dir);
	r = symlink("/dev/fd/1", name);
	free(name);
	if (r == 0)
		return dir;
	rmdir(dir);
	free(dir);
	return NULL;
}

void
decoder_clean(char *folder)
{
	char *name;

	if (folder == NULL)
		return;
	name = mem_printf("%s/p.png", folder);
	unlink(name);
	rmdir(folder);
	free(name);
	free(folder);
}

struct run *
decoder_start(const struct decoder *d, struct loop *loop, const char *path,
    const struct run_ops *ops, void *arg, char **folder)
{
	/* it is the first member of its format */
	const struct picture_format *k = (const void *)d;
	static const char *const all[] = { "/", NULL };
	static const char *const none[] = { NULL };
	const char *argv[WORDS + 1];
	/* the picture may be anybody's: no network, and no file is written, as
	 * far as the kernel can see to it, and none of it outlives its time
	 * limit */
	static const struct proc_sandbox closed = { all, none, CONFINE_GROUP,
	    1 };
	/* can be neither an option nor a protocol of ffmpeg */
	char *file = mem_printf("%s%s", *path == '/' ? "" : "./", path);
	char *named = mem_printf("file:%s", file), *out = NULL;
	struct run_opts o = { .proc = { .argv = argv, .err = PROC_ERR_PIPE,
	    .sandbox = &closed },
	    .timeout_ms = TIMEOUT_MS, .grace_ms = GRACE_MS,
	    .out_max = PIXELS_BYTES_MAX, .err_max = DECODER_ERR };
	struct run *run = NULL;
	int i;

	*folder = NULL;
	for (i = 0; i < WORDS && k->argv[i] != NULL; i++) {
		argv[i] = k->argv[i];
		if (strcmp(argv[i], "%") == 0)
			argv[i] = file;
		else if (strcmp(argv[i], "file:%") == 0)
			argv[i] = named;
		else if (strcmp(argv[i], "@") == 0) {
			if ((*folder = make_folder()) == NULL)
				goto done;
			out = mem_printf("%s/p.png", *folder);
			argv[i] = out;
		}
	}
	argv[i] = NULL;
	run = run_start(loop, &o, ops, arg);
done:
	i = errno;
	free(file);
	free(named);
	free(out);
	if (run == NULL) {
		decoder_clean(*folder);
		*folder = NULL;
	}
	errno = i;
	return run;
}

void
decoder_failure(const struct run_end *e, char *why, size_t size)
{
	int n = (int)strcspn(e->err, "\n");

	if (e->how == RUN_EXITED)
		snprintf(why, size, "exit %d%s%.*s", e->code, n > 0 ? ": " :
		    "", n, e->err);
	else
		snprintf(why, size, "%s", e->how == RUN_TIMEOUT ?
		    "took too long, was killed" : e->how == RUN_FLOOD ?
		    "wrote more than 64 MiB" : "was killed by a signal");
}
