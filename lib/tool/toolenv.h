#ifndef TOOL_TOOLENV_H
#define TOOL_TOOLENV_H

#include <stddef.h>

/* The tools' environment, selected from ours.  Pure. */
enum { TOOLENV_MAX = 250 };

/* Empty when zeroed. */
struct toolenv {
	const char *v[TOOLENV_MAX + 1];	/* "name=value", ended by NULL */
	char *owned[TOOLENV_MAX];	/* the same, to be freed */
	size_t n;
};

/* A value of NULL is ignored, as is a variable beyond TOOLENV_MAX. */
void toolenv_add(struct toolenv *, const char *name, const char *value);
void toolenv_done(struct toolenv *);

#endif
