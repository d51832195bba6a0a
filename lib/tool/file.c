/* Which files of a folder are tools.  Nothing is run here. */
#include "tool/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/path.h"

char *
tool_file_name(const char *file)
{
	return mem_copy(file, strcspn(file, "."));
}

char *
tool_file_json(const char *dir, const char *name)
{
	return mem_printf("%s/%s.json", dir, name);
}

/* Hidden files, backups and declarations. */
static bool
passed_over(const char *file)
{
	size_t n = strlen(file);

	return file[0] == '.' || file[n - 1] == '~' ||
	    (n > 5 && strcmp(file + n - 5, ".json") == 0);
}

static bool
regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool
is_script(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char mark[2];
	bool yes;

	if (fd == -1)
		return false;
	yes = fd_read(fd, mark, 2) == 2 && memcmp(mark, "#!", 2) == 0;
	close(fd);
	return yes;
}

static bool
is_declared(const char *dir, const char *name)
{
	char *json = tool_file_json(dir, name);
	bool yes = access(json, F_OK) == 0;

	free(json);
	return yes;
}

/* Whether the folder has a tool of this name, so that num.c and num.json belong
 * to num. */
static bool
has_tool(const char *dir, const char *name)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t n = strlen(name);
	bool found = false;
	char *path;

	while (d != NULL && !found && (e = readdir(d)) != NULL) {
		if (strcspn(e->d_name, ".") != n || passed_over(e->d_name) ||
		    memcmp(e->d_name, name, n) != 0)
			continue;
		path = path_join(dir, e->d_name);
		found = regular(path) && access(path, X_OK) == 0;
		free(path);
	}
	if (d != NULL)
		closedir(d);
	return found;
}

enum toolfile
tool_file_kind(const char *dir, const char *file)
{
	char *path = path_join(dir, file), *name = tool_file_name(file);
	enum toolfile kind = TOOLFILE_NONE;

	if (passed_over(file) || !regular(path))
		kind = TOOLFILE_NONE;
	else if (access(path, X_OK) == 0)
		kind = TOOLFILE_TOOL;
	else if ((is_script(path) || is_declared(dir, name)) &&
	    !has_tool(dir, name))
		kind = TOOLFILE_LOCKED;
	free(name);
	free(path);
	return kind;
}
