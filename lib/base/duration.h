#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stddef.h>
#include <stdint.h>

/* A proto3 JSON duration ("9.5s") in ms, rounded down; -1 if invalid. */
int64_t duration_ms(const char *text);
/* The reverse, into size bytes. */
void duration_text(int64_t ms, char *out, size_t size);

#endif
