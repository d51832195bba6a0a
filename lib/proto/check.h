#ifndef PROTO_CHECK_H
#define PROTO_CHECK_H

#include "proto/family.h"
#include "proto/findings.h"

/*
 * What the files that check a setup share; nobody else includes this.
 */
struct json;

/* One run over a setup. */
struct check {
	const struct family *f;
	const struct json *setup;
	const char *version;	/* of the API, or NULL */
	struct findings *out;
};

/* A list's first element and the next; one object stands for a list of it. */
const struct json *check_first(const struct json *list);
const struct json *check_next(const struct json *list,
    const struct json *item);
/* Whether text, which may be NULL, is that word. */
bool check_word(const char *text, const char *word);

/* checkmodel.c: the model, its voice and language. */
void checkmodel_run(const struct check *);

/* checktool.c: the tools. */
void checktool_run(const struct check *);

#endif
