/* Where cache and state go, by the XDG base directory specification. */
#include "base/path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

char *
path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	return mem_printf("%s%s%s", dir, n > 0 && dir[n - 1] == '/' ? "" : "/",
	    name);
}

static char *
xdg(const char *variable, const char *under_home)
{
	const char *dir = getenv(variable), *home = getenv("HOME");

	/* the specification says to ignore relative paths */
	if (dir != NULL && dir[0] == '/')
		return path_join(dir, "gl");
	if (home == NULL || home[0] != '/')
		return NULL;
	return mem_printf("%s/%s/gl", home, under_home);
}

char *
path_config(void)
{
	return xdg("XDG_CONFIG_HOME", ".config");
}

char *
path_cache(void)
{
	return xdg("XDG_CACHE_HOME", ".cache");
}

int
path_make(const char *dir)
{
	char *copy = mem_str(dir), *p;
	int r = 0;

	for (p = copy + 1; r == 0 && *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0700) == -1 && errno != EEXIST)
			r = -1;
		*p = '/';
	}
	if (r == 0 && mkdir(copy, 0700) == -1 && errno != EEXIST)
		r = -1;
	free(copy);
	return r;
}

char *
path_absolute(const char *path)
{
	char here[4096];

	/* the working folder has no name: leave the path as it is */
	if (path[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		return mem_str(path);
	return path_join(here, path);
}

const char *
path_ending(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return dot == NULL || dot == name || dot[1] == '\0' ? NULL : dot + 1;
}

const char *
path_media(const char *path)
{
	static const char *const all[] = {
		"aac", "aif", "aifc", "aiff", "amr", "au", "avi", "caf",
		"flac", "m4a", "mka", "mkv", "mov", "mp3", "mp4", "oga", "ogg",
		"ogv", "opus", "w64", "webm", "wma", "wmv"
	};
	const char *ending = path_ending(path);
	size_t i;

	for (i = 0; ending != NULL && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcasecmp(ending, all[i]) == 0)
			return ending;
	return NULL;
}

int
path_folder(const char *dir)
{
	struct stat st;

	if (stat(dir, &st) == -1)
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return access(dir, X_OK);
}

void
path_need_fifo(const char *path, bool file_too)
{
	struct stat st;
	int r = stat(path, &st);

	if (strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/proc/", 6) == 0)
		return;
	if (r == -1 && errno == ENOENT)
		log_die(CODE_NOINPUT, "%s: there is no such FIFO: mkfifo %s",
		    path, path);
	if (r == 0 && S_ISREG(st.st_mode) && !(file_too && st.st_size > 0))
		log_die(CODE_NOINPUT, "%s: a%s regular file, not a FIFO: "
		    "rm %s; mkfifo %s", path, st.st_size == 0 ? "n empty" : "",
		    path, path);
}

/* Whether the file can be run: 0, or an error number. */
static int
executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == -1 || access(path, X_OK) == -1 ? errno :
	    S_ISREG(st.st_mode) ? 0 : EACCES;
}

int
path_runs(const char *name)
{
	const char *list = getenv("PATH"), *p;
	int error = ENOENT, e;
	char *path;
	size_t n;

	if (strchr(name, '/') != NULL) {
		errno = executable(name);
		return errno == 0 ? 0 : -1;
	}
	/* as execvp(3): an empty member is the working folder, and what may
	 * not be run is passed over */
	for (p = list != NULL ? list : "/bin:/usr/bin"; p != NULL; p += n) {
		n = strcspn(p, ":");
		path = mem_printf("%.*s%s%s", (int)n, p, n > 0 ? "/" : "",
		    name);
		e = name[0] == '\0' ? ENOENT : executable(path);
		free(path);
		if (e == 0)
			return 0;
		error = e == EACCES ? e : error;
		if (p[n++] == '\0')
			break;
	}
	errno = error;
	return -1;
}

char *
path_program(const char *name)
{
	char self[4096], *slash, *path;
	ssize_t n;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL) {
			*slash = '\0';
			path = path_join(self, name);
			if (access(path, X_OK) == 0)
				return path;
			free(path);
		}
	}
	return mem_str(name);
}

const char *
path_tmp(void)
{
	const char *dir = getenv("TMPDIR");

	return dir != NULL && *dir == '/' ? dir : "/tmp";
}

unsigned
path_shared(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 077) != 0 ? (unsigned)(st.st_mode & 07777) : 0;
}

bool
path_foreign(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 &&
	    ((st.st_uid != geteuid() && st.st_uid != 0) ||
	    (st.st_mode & S_IWOTH) != 0 ||
	    ((st.st_mode & S_IWGRP) != 0 && st.st_gid != getegid()));
}
