/* A list of what is wrong with a setup, up to a ceiling. */
#include "proto/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
findings_init(struct findings *f)
{
	memset(f, 0, sizeof(*f));
}

void
findings_done(struct findings *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		free(f->v[i].path);
		free(f->v[i].text);
		free(f->v[i].remedy);
	}
	findings_init(f);
}

void
findings_add(struct findings *f, bool fatal, const char *path,
    const char *remedy, const char *fmt, ...)
{
	char text[1024];
	struct finding *v;
	va_list ap;

	if (f->n == FINDINGS_MAX) {
		f->more++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	v = &f->v[f->n++];
	v->path = mem_str(path);
	v->text = mem_str(text);
	v->remedy = mem_str(remedy);
	v->fatal = fatal;
}

size_t
findings_fatal(const struct findings *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++)
		n += f->v[i].fatal;
	return n;
}
