#ifndef PROTO_ADVICE_H
#define PROTO_ADVICE_H

#include <stddef.h>

#include "proto/family.h"
#include "proto/fields.h"

/* What to do about a key in a setup that its message does not have. */

/* Where the key is. */
struct advice_place {
	enum backend backend;
	const struct fields *here;	/* the message with the key, */
	const struct fields *around;	/* the one that holds it, or NULL, */
	const char *name;		/* and under which name */
	size_t n;
};

/* Suggests another spelling, place or backend; or to leave it out. */
void advice_key(const struct advice_place *, const char *key, char *out,
    size_t size);

/* The advice on a field that only the other backend has. */
const char *advice_elsewhere(enum backend);

#endif
