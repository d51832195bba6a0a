#include "base/why.h"

#include <stdarg.h>
#include <stdio.h>

int
why_say(int result, char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return result;
}
