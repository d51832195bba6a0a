#ifndef PROTO_SCALAR_H
#define PROTO_SCALAR_H

#include <stdbool.h>

#include "proto/fields.h"

/* Whether the service accepts a value for a field of a scalar type. */
struct json;

/* True for types that are not scalars. */
bool scalar_fits(enum schema_type, const struct json *);
/* Whether it is a whole number of 32 bits, or of 64 if wide. */
bool scalar_integer(const struct json *, bool wide);

#endif
