#ifndef RECORDING_H
#define RECORDING_H

/*
 * Recordings of the real service, where they are at hand: a direction ('>'
 * from the client), a decimal length, a space, so many bytes.  They are read
 * in place and are no part of the project.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"

#define RECORDINGS "../shared/recordings"

enum { RECORDING_MAX = 256 << 20, RECORDINGS_MAX = 512 };

struct recording {
	char name[256];
	char *text;
	size_t len, at;
};

/* The names of all recordings, sorted; how many (0: none here). */
static inline int
recordings(char *names[RECORDINGS_MAX])
{
	DIR *d = opendir(RECORDINGS);
	struct dirent *e;
	size_t n;
	int count = 0, i;
	char *t;

	while (d != NULL && (e = readdir(d)) != NULL) {
		n = strlen(e->d_name);
		if (n < 4 || strcmp(e->d_name + n - 4, ".log") != 0 ||
		    count == RECORDINGS_MAX)
			continue;
		names[count] = malloc(n + 1);
		memcpy(names[count], e->d_name, n + 1);
		for (i = count++; i > 0 && strcmp(names[i - 1], names[i]) > 0;
		    i--) {
			t = names[i];
			names[i] = names[i - 1];
			names[i - 1] = t;
		}
	}
	if (d != NULL)
		closedir(d);
	return count;
}

static inline bool
recording_open(struct recording *r, const char *name)
{
	char path[512];

	memset(r, 0, sizeof(*r));
	snprintf(r->name, sizeof(r->name), "%s", name);
	snprintf(path, sizeof(path), "%s/%s", RECORDINGS, name);
	r->text = fd_slurp(path, RECORDING_MAX, &r->len);
	return r->text != NULL;
}

static inline void
recording_close(struct recording *r)
{
	free(r->text);
}

/* The next message: '>' or '<', 0 at the end, -1 where the file is damaged. */
static inline int
recording_next(struct recording *r, const char **p, size_t *n)
{
	char *end;
	int from;

	while (r->at < r->len && r->text[r->at] == '\n')
		r->at++;
	if (r->at == r->len)
		return 0;
	from = r->text[r->at];
	*n = strtoul(r->text + r->at + 1, &end, 10);
	*p = end + 1;
	if ((from != '<' && from != '>') || *end != ' ' ||
	    *n > r->len - (size_t)(*p - r->text))
		return -1;
	r->at = (size_t)(*p - r->text) + *n;
	return from;
}

#endif
