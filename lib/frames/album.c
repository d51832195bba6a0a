/* Saves pictures in a folder, named by number and time. */
#include "frames/album.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

struct album {
	char *folder, *path;
	unsigned long number;
};

struct album *
album_open(const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *e;
	struct album *a;
	unsigned long n;
	char *end;

	if (d == NULL)
		return NULL;
	a = mem_alloc(sizeof(*a));
	a->folder = mem_str(folder);
	while ((e = readdir(d)) != NULL) {
		n = strtoul(e->d_name, &end, 10);
		if (end - e->d_name >= 6 && *end == '-' && n > a->number)
			a->number = n;
	}
	closedir(d);
	return a;
}

void
album_close(struct album *a)
{
	if (a == NULL)
		return;
	free(a->folder);
	free(a->path);
	free(a);
}

int
album_add(struct album *a, const char *mime, const void *p, size_t n,
    int64_t t)
{
	int fd, saved, r;

	free(a->path);
	a->path = mem_printf("%s/%06lu-%09" PRId64 ".%s", a->folder,
	    ++a->number, t, strcmp(mime, "image/png") == 0 ? "png" : "jpg");
	fd = open(a->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	r = fd_write_all(fd, p, n);
	saved = errno;
	close(fd);
	if (r == -1)
		unlink(a->path);	/* a partial file is not a picture */
	errno = saved;
	return r;
}

const char *
album_path(const struct album *a)
{
	return a->path;
}
