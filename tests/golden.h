#ifndef GOLDEN_H
#define GOLDEN_H

/*
 * Golden files of the protocol's tests: lines, each with a letter that says
 * what it is, a space, and its text.  "#" begins a comment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"

enum { GOLDEN_MAX = 16 << 20 };

struct golden {
	char *text;
	char *at;
	int line;
};

/* Opens a file below tests/data, or complains as a failed test. */
static inline bool
golden_open(struct golden *g, const char *path)
{
	char what[128];
	size_t n;

	memset(g, 0, sizeof(*g));
	g->text = g->at = fd_slurp(path, GOLDEN_MAX, &n);
	snprintf(what, sizeof(what), "%s is there", path);
	return ok(g->text != NULL, what);
}

static inline void
golden_close(struct golden *g)
{
	free(g->text);
}

/* The next line that says something: its letter, 0 at the end. */
static inline int
golden_line(struct golden *g, char **text)
{
	char *line, *end;

	*text = g->at;
	while (*g->at != '\0') {
		line = g->at;
		end = line + strcspn(line, "\n");
		g->at = *end != '\0' ? end + 1 : end;
		*end = '\0';
		g->line++;
		if (*line == '\0' || *line == '#')
			continue;
		*text = line[1] == ' ' ? line + 2 : line + 1;
		return *line;
	}
	return 0;
}

/* The letter of the line that comes next. */
static inline int
golden_peek(const struct golden *g)
{
	const char *p = g->at;

	while (*p == '\n' || *p == '#')
		p += strcspn(p, "\n") + (*p == '\n' ? 1 : 0);
	return (unsigned char)*p;
}

/* Bytes from hexadecimal; how many. */
static inline size_t
golden_hex(const char *hex, unsigned char *out, size_t size)
{
	char two[3] = "";
	size_t n = 0;

	for (; hex[0] != '\0' && hex[1] != '\0' && n < size; hex += 2) {
		two[0] = hex[0];
		two[1] = hex[1];
		out[n++] = (unsigned char)strtol(two, NULL, 16);
	}
	return n;
}

#endif
