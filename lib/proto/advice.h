#ifndef PROTO_ADVICE_H
#define PROTO_ADVICE_H

#include <stddef.h>

#include "proto/family.h"
#include "proto/fields.h"

/* What to do about a key of a setup that its message does not have. */

/* Where it stands. */
struct advice_place {
	enum backend backend;
	const struct fields *here;	/* the message with the key, */
	const struct fields *around;	/* the one that holds it, or NULL, */
	const char *name;		/* and under which name */
	size_t n;
};

/* Another spelling, another place, the other backend; or none of these. */
void advice_key(const struct advice_place *, const char *key, char *out,
    size_t size);

/* A field that only the backend other than this one has. */
const char *advice_elsewhere(enum backend);

#endif
