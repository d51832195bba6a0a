/* Times in RFC 3339 form. */
#include "base/date.h"

#include <ctype.h>
#include <string.h>

/* A number of n digits; -1 if they are not all digits. */
static int
digits(const char *s, int n)
{
	int i, v = 0;

	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar; years are counted
 * from March so that the leap day is the last. */
static int64_t
days(int y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y >= 0 ? y / 400 : -1;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* The offset at the end of a time, in seconds: Z, +hh:mm or -hh:mm. */
static int
offset(const char *s, int *seconds)
{
	int h, m;

	*seconds = 0;
	if ((*s == 'Z' || *s == 'z') && s[1] == '\0')
		return 0;
	if ((*s != '+' && *s != '-') || strlen(s) != 6 || s[3] != ':')
		return -1;
	h = digits(s + 1, 2);
	m = digits(s + 4, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return -1;
	*seconds = (h * 3600 + m * 60) * (*s == '-' ? -1 : 1);
	return 0;
}

static int
parse(const char *s, int64_t *t, int *ms)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	int y, mon, d, h, m, sec, off, i, unit = 100;

	for (i = 0; form[i]; i++)
		if (form[i] == 'd' ? digits(s + i, 1) < 0 :
		    toupper((unsigned char)s[i]) != form[i])
			return -1;
	y = digits(s, 4);
	mon = digits(s + 5, 2);
	d = digits(s + 8, 2);
	h = digits(s + 11, 2);
	m = digits(s + 14, 2);
	sec = digits(s + 17, 2);
	if (mon < 1 || mon > 12 || d < 1 || d > 31 || h > 23 || m > 59 ||
	    sec > 60)
		return -1;
	s += 19;
	*ms = 0;
	if (*s == '.') {
		if (digits(++s, 1) < 0)
			return -1;
		for (; digits(s, 1) >= 0; s++, unit /= 10)
			*ms += (*s - '0') * unit;
	}
	if (offset(s, &off) == -1)
		return -1;
	*t = days(y, mon, d) * 86400 + h * 3600 + m * 60 + sec - off;
	return 0;
}

int
date_ms(const char *text, int64_t *ms)
{
	int64_t t;
	int part;

	if (parse(text, &t, &part) == -1)
		return -1;
	*ms = t * 1000 + part;
	return 0;
}

int
date_seconds(const char *text, int64_t *t)
{
	int part;

	return parse(text, t, &part);
}
