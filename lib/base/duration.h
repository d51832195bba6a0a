#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stddef.h>
#include <stdint.h>

/* A duration of proto3 JSON ("9.5s") in ms, rounded down; -1 if it is none. */
int64_t duration_ms(const char *text);
/* And back, into size bytes. */
void duration_text(int64_t ms, char *out, size_t size);

#endif
