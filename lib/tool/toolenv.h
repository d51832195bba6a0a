#ifndef TOOL_TOOLENV_H
#define TOOL_TOOLENV_H

#include <stddef.h>

/* The environment that tools see: what was chosen from ours.  Pure. */
enum { TOOLENV_MAX = 250 };

/* All zero is empty. */
struct toolenv {
	const char *v[TOOLENV_MAX + 1];	/* "name=value", ended by NULL */
	char *owned[TOOLENV_MAX];	/* the same, to be freed */
	size_t n;
};

/* A value of NULL, and what is one too many, is left out. */
void toolenv_add(struct toolenv *, const char *name, const char *value);
void toolenv_done(struct toolenv *);

#endif
