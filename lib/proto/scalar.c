/*
 * Values of scalar types by proto3's JSON mapping, which is laxer than JSON:
 * numbers and truth values may be quoted.
 */
#include "proto/scalar.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* Both alphabets, padded or not; without branches, since sound is checked here
 * too. */
static bool
base64ish(const char *s, size_t n)
{
	/* a bit for each of + - / 0-9, A-Z _, a-z */
	static const uint32_t set[8] = { 0, 0x03ffa800, 0x87fffffe,
	    0x07fffffe };
	uint32_t good = 1;
	unsigned char c;
	size_t i;

	while (n > 0 && s[n - 1] == '=')
		n--;
	for (i = 0; i < n; i++) {
		c = (unsigned char)s[i];
		good &= set[c >> 5] >> (c & 31);
	}
	return good != 0 && n % 4 != 1;
}

/* Proto3 JSON takes numbers in quotes, and the three words for floats. */
static bool
numeric(const struct json *v)
{
	const char *s = json_str(v);
	char *end;

	if (json_type(v) == JSON_NUMBER)
		return true;
	if (s == NULL || *s == '\0')
		return false;
	if (strcmp(s, "NaN") == 0 || strcmp(s, "Infinity") == 0 ||
	    strcmp(s, "-Infinity") == 0)
		return true;
	if (!isdigit((unsigned char)*s) && *s != '-')
		return false;
	(void)strtod(s, &end);
	return *end == '\0';
}

bool
scalar_integer(const struct json *v, bool wide)
{
	int64_t i;

	return json_int(v, &i) == 0 &&
	    (wide || (i >= INT32_MIN && i <= INT32_MAX));
}

static bool
duration(const char *s)
{
	size_t n;

	if (s == NULL)
		return false;
	s += *s == '-';
	n = strspn(s, "0123456789");
	if (n == 0 || n > 12)
		return false;
	s += n;
	if (*s == '.') {
		n = strspn(++s, "0123456789");
		if (n == 0 || n > 9)
			return false;
		s += n;
	}
	return strcmp(s, "s") == 0;
}

static bool
boolean(const struct json *v)
{
	const char *s = json_str(v);

	return json_type(v) == JSON_BOOL || (s != NULL &&
	    (strcmp(s, "true") == 0 || strcmp(s, "false") == 0));
}

bool
scalar_fits(enum schema_type type, const struct json *v)
{
	const char *s;
	size_t n;

	switch (type) {
	case SCHEMA_STRING:
		return json_type(v) == JSON_STRING;
	case SCHEMA_BYTES:
		s = json_strn(v, &n);
		return s != NULL && base64ish(s, n);
	case SCHEMA_BOOL:
		return boolean(v);
	case SCHEMA_INT32:
	case SCHEMA_INT64:
		return scalar_integer(v, type == SCHEMA_INT64);
	case SCHEMA_FLOAT:
	case SCHEMA_DOUBLE:
		return numeric(v);
	case SCHEMA_DURATION:
		return duration(json_str(v));
	case SCHEMA_TIMESTAMP:
		s = json_str(v);
		return s != NULL && strlen(s) >= 20 && s[4] == '-' &&
		    s[10] == 'T';
	case SCHEMA_STRUCT:
		return json_type(v) == JSON_OBJECT;
	default:
		return true;
	}
}
