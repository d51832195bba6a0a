/* A file of options, split into names and values in place. */
#include "base/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/utf8.h"
#include "base/why.h"

static const char blank[] = " \t\r";
static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

/* A profile can name commands to run, so must not be someone else's. */
static int
check_owner(const char *path, char *why, size_t size)
{
	/* where there is none, reading it will fail and say why */
	if (!path_foreign(path))
		return CODE_OK;
	snprintf(why, size, "%s: another user can write to it, and it could "
	    "name commands that are run: chmod go-w, chown", path);
	return CODE_CONFIG;
}

static int
read_text(struct profile *p, char *why, size_t size)
{
	int code = check_owner(p->path, why, size);
	size_t n;

	if (code != CODE_OK)
		return code;
	p->text = fd_slurp(p->path, PROFILE_MAX, &n);
	if (p->text == NULL) {
		code = errno == EFBIG ? CODE_DATA : CODE_NOINPUT;
		snprintf(why, size, "%s: %s", p->path, log_reason(errno));
	} else if (strlen(p->text) != n || !utf8_valid(p->text, n)) {
		code = CODE_DATA;
		snprintf(why, size, "%s: is not text in UTF-8", p->path);
	}
	return code;
}

int
profile_open(struct profile *p, const char *name, char *why, size_t size)
{
	char *dir = path_config(), *file;
	int code;

	memset(p, 0, sizeof(*p));
	if (*name == '\0' || *name == '.' || *name == '-' ||
	    name[strspn(name, letters)] != '\0') {
		snprintf(why, size, "a name of letters, digits, '.', '-' and "
		    "'_' is wanted; its file is NAME.conf in %s", dir != NULL ?
		    dir : "~/.config/gl");
		free(dir);
		return CODE_USAGE;
	}
	if (dir == NULL)
		return why_say(CODE_NOINPUT, why, size, "neither "
		    "XDG_CONFIG_HOME nor HOME is set: no place for profiles");
	file = mem_printf("%s.conf", name);
	p->path = path_join(dir, file);
	free(file);
	free(dir);
	code = read_text(p, why, size);
	p->at = p->text;
	if (p->at != NULL && strncmp(p->at, "\xef\xbb\xbf", 3) == 0)
		p->at += 3;
	if (code != CODE_OK)
		free(profile_close(p));
	return code;
}

/* The line at `at`, without surrounding white space; moves on to the next. */
static char *
next_line(struct profile *p)
{
	char *s = p->at, *end = s + strcspn(s, "\n");

	p->at = *end != '\0' ? end + 1 : end;
	p->line++;
	s += strspn(s, blank);
	while (end > s && strchr(blank, end[-1]) != NULL)
		end--;
	*end = '\0';
	return s;
}

int
profile_next(struct profile *p, const char **name, const char **value,
    char *why, size_t size)
{
	char *s, *end, *v;

	do {
		if (*p->at == '\0')
			return 0;
		s = next_line(p);
	} while (*s == '\0' || *s == '#');
	s += strncmp(s, "--", 2) == 0 ? 2 : 0;
	end = s + strspn(s, letters);
	v = end + strspn(end, blank);
	if (end - s < 2 || *s == '-' || (v == end && *v != '\0' &&
	    *v != '='))
		return why_say(-1, why, size, "the long name of an option is "
		    "wanted, and its value after it");
	if (*v == '=')
		v += 1 + strspn(v + 1, blank);
	else if (*v == '\0')
		v = NULL;
	*end = '\0';
	*name = s;
	*value = v;
	return 1;
}

char *
profile_close(struct profile *p)
{
	char *text = p->text;

	free(p->path);
	memset(p, 0, sizeof(*p));
	return text;
}
