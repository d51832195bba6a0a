#include "base/duration.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int64_t
duration_ms(const char *s)
{
	int64_t ms = 0;
	int scale;

	if (s == NULL || !isdigit((unsigned char)*s))
		return -1;
	for (; isdigit((unsigned char)*s); s++) {
		if (ms > INT64_MAX / 100000)
			return -1;
		ms = ms * 10 + (*s - '0');
	}
	ms *= 1000;
	if (*s == '.')
		for (s++, scale = 100; isdigit((unsigned char)*s); s++) {
			ms += (*s - '0') * scale;
			scale /= 10;
		}
	return strcmp(s, "s") == 0 ? ms : -1;
}

void
duration_text(int64_t ms, char *out, size_t size)
{
	int frac = (int)(ms % 1000);

	if (frac == 0)
		snprintf(out, size, "%" PRId64 "s", ms / 1000);
	else if (frac % 100 == 0)
		snprintf(out, size, "%" PRId64 ".%ds", ms / 1000, frac / 100);
	else
		snprintf(out, size, "%" PRId64 ".%03ds", ms / 1000, frac);
}
