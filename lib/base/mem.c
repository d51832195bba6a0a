/* Allocation that ends the program when memory runs out. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static void *
must(void *p, size_t n)
{
	if (p == NULL)
		log_die(CODE_TEMPFAIL, "out of memory (%zu bytes wanted)", n);
	return p;
}

void *
mem_alloc(size_t n)
{
	return must(calloc(1, n ? n : 1), n);
}

void *
mem_resize(void *p, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		log_die(CODE_TEMPFAIL, "out of memory (%zu times %zu bytes)",
		    count, size);
	count *= size;
	return must(realloc(p, count ? count : 1), count);
}

void *
mem_grow(void *p, size_t n, size_t size)
{
	return (n & (n - 1)) != 0 ? p : mem_resize(p, n > 0 ? 2 * n : 1, size);
}

void *
mem_copy(const void *p, size_t n)
{
	char *q;

	q = must(n == SIZE_MAX ? NULL : malloc(n + 1), n);
	if (n != 0)
		memcpy(q, p, n);
	q[n] = '\0';
	return q;
}

char *
mem_str(const char *s)
{
	return s ? mem_copy(s, strlen(s)) : NULL;
}

const char *const *
mem_strings(const char *const *list)
{
	size_t i, n = 0, bytes = 0;
	char **copy, *d;

	if (list == NULL)
		return NULL;
	for (; list[n] != NULL; n++)
		bytes += strlen(list[n]) + 1;
	copy = mem_alloc((n + 1) * sizeof(*copy) + bytes);
	d = (char *)(copy + n + 1);
	for (i = 0; i < n; i++) {
		copy[i] = d;
		bytes = strlen(list[i]) + 1;
		memcpy(d, list[i], bytes);
		d += bytes;
	}
	return (const char *const *)copy;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		log_die(CODE_BUG, "cannot format \"%s\":", fmt);
	s = mem_alloc((size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

void
mem_wipe(void *p, size_t n)
{
	/* the compiler cannot see through it, so cannot drop the call */
	static void *(*const volatile set)(void *, int, size_t) = memset;

	if (n > 0)
		set(p, 0, n);
}
