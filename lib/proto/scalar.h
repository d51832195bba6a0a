#ifndef PROTO_SCALAR_H
#define PROTO_SCALAR_H

#include <stdbool.h>

#include "proto/fields.h"

/* Whether the service takes a value for a field of a scalar type. */
struct json;

/* True for the types that are no scalars. */
bool scalar_fits(enum schema_type, const struct json *);
/* A whole number of 32 bits, or of 64 if wide. */
bool scalar_integer(const struct json *, bool wide);

#endif
