#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/*
 * Allocation that never returns NULL: running out of memory ends the program
 * with CODE_TEMPFAIL.  The caller owns the result and frees it with free().
 */

/* n bytes, zeroed; n may be 0. */
void *mem_alloc(size_t n);

/* Resizes p (which may be NULL) to count elements of size bytes, checking the
 * product; new bytes are not initialised. */
void *mem_resize(void *p, size_t count, size_t size);

/* Room for one more than the n elements that are there, of a list that began
 * empty and grows by one at a time.  It doubles at powers of two, so that the
 * capacity need not be stored. */
void *mem_grow(void *p, size_t n, size_t size);

/* A copy of n bytes followed by one zero byte. */
void *mem_copy(const void *p, size_t n);

/* A copy of a string; NULL gives NULL. */
char *mem_str(const char *s);

/* A copy of a NULL-terminated list of strings in one allocation, for one
 * free(); NULL gives NULL. */
const char *const *mem_strings(const char *const *list);

/* A newly allocated formatted string. */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Overwrites n bytes in a way that the compiler cannot optimise away. */
void mem_wipe(void *p, size_t n);

#endif
