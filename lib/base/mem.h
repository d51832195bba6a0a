#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/*
 * Allocation that never returns NULL: out of memory ends the program with
 * CODE_TEMPFAIL.  The caller owns what comes back and frees it with free().
 */

/* n bytes, zeroed; n may be 0. */
void *mem_alloc(size_t n);

/* count elements of size bytes; the product is checked.  Grows or shrinks p
 * (NULL allowed); new bytes are not initialised. */
void *mem_resize(void *p, size_t count, size_t size);

/* A copy of n bytes followed by one zero byte. */
void *mem_copy(const void *p, size_t n);

/* A copy of a string; NULL gives NULL. */
char *mem_str(const char *s);

/* A copy of a list of strings that ends in NULL, in one allocation, for one
 * free(); NULL gives NULL. */
const char *const *mem_strings(const char *const *list);

/* A formatted string of its own. */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Overwrites n bytes so that the compiler cannot leave it out. */
void mem_wipe(void *p, size_t n);

#endif
