#ifndef PROTO_FIELDTAB_H
#define PROTO_FIELDTAB_H

#include <stddef.h>

/*
 * The tables behind schema: each message's fields, each enum's words, as text
 * in the form described at the top of fieldtab.c.  Names are passed with their
 * length.  NULL if there is no such thing.
 */
const char *fieldtab_message(const char *name, size_t n);
const char *fieldtab_enum(const char *name, size_t n);

/* For tests: the name of the i-th, NULL beyond the last. */
const char *fieldtab_message_name(size_t i);
const char *fieldtab_enum_name(size_t i);

#endif
