/*
 * All that begins with a mark of its own.  A place too many does no harm, as
 * long as it is not within a unit: so a record's payload and a photograph's
 * metadata, which may hold pictures, are stepped over.
 */
#include "base/tear.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"

enum begins { NOTHING, RECORD, SOUND, JPEG, OTHER };

enum { WAVE = 12, PNM_MIN = 11, PNM_MAX = 40 };

static bool
word(const unsigned char *p, size_t n, const char *s, size_t len)
{
	return n >= len && memcmp(p, s, len) == 0;
}

/* A header line, and the record's length; 0 if it is not known. */
static bool
record(const unsigned char *p, size_t n, bool inside, size_t *len)
{
	const unsigned char *nl = memchr(p, '\n', n);
	struct json *head;
	int64_t bytes;
	bool is;

	*len = 0;
	if (!word(p, n, "{\"", 2))
		return false;
	if (nl == NULL)
		return !inside && (word(p, n, "{\"type\":", 8) ||
		    word(p, n, "{\"gl\":", 6));
	head = json_parse((const char *)p, (size_t)(nl - p), NULL, 0);
	is = head != NULL && json_get_str(head, "type", NULL) != NULL;
	bytes = is ? json_get_int(head, "bytes", 0) : 0;
	json_free(head);
	if (bytes >= 0 && bytes <= INT32_MAX)
		*len = (size_t)(nl - p) + 1 + (size_t)bytes;
	return is;
}

static bool
wave(const unsigned char *p, size_t n)
{
	return (n >= WAVE && memcmp(p + 8, "WAVE", 4) == 0 &&
	    (word(p, n, "RIFF", 4) || word(p, n, "RIFX", 4) ||
	    word(p, n, "RF64", 4) || word(p, n, "BW64", 4))) ||
	    word(p, n, "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb", WAVE);
}

/* P5 or P6, and three numbers. */
static bool
pnm(const unsigned char *p, size_t n)
{
	size_t i = 2, most = n < PNM_MAX ? n : PNM_MAX;
	int k;

	if (word(p, n, "P7\n", 3))
		return word(p + 3, n - 3, "WIDTH ", 6) ||
		    word(p + 3, n - 3, "#", 1);
	if (n < PNM_MIN || p[0] != 'P' || (p[1] != '5' && p[1] != '6'))
		return false;
	for (k = 0; k < 3; k++) {
		if (i >= most || !isspace(p[i]))
			return false;
		while (i < most && isspace(p[i]))
			i++;
		if (i >= most || !isdigit(p[i]))
			return false;
		while (i < most && isdigit(p[i]))
			i++;
	}
	return i < most && isspace(p[i]);
}

static enum begins
begins(const unsigned char *p, size_t n, bool inside, size_t *len)
{
	*len = 0;
	switch (*p) {
	case '{':
		return record(p, n, inside, len) ? RECORD : NOTHING;
	case 'R': case 'B': case 'r':
		return wave(p, n) ? SOUND : NOTHING;
	case 0xff:
		return n > 3 && p[1] == 0xd8 && p[2] == 0xff && (p[3] == 0xdb ||
		    p[3] == 0xfe || (p[3] >= 0xe0 && p[3] <= 0xef)) ? JPEG :
		    NOTHING;
	case 0x89:
		return word(p, n, "\x89PNG\r\n\x1a\n", 8) ? OTHER : NOTHING;
	case 'Y':
		return word(p, n, "YUV4MPEG2 ", 10) ? OTHER : NOTHING;
	case 'P':
		return pnm(p, n) ? OTHER : NOTHING;
	default:
		return NOTHING;
	}
}

/* Whether a picture begins in the first n bytes. */
static bool
holds_picture(const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i + 1 < n && (p[i] != 0xff || p[i + 1] != 0xd8); i++)
		;
	return i + 1 < n;
}

/* How much of a photograph's beginning is intact metadata. */
static size_t
metadata(const unsigned char *p, size_t n)
{
	size_t i = 2, len;

	while (i + 10 < n && p[i] == 0xff && p[i + 1] >= 0xe0 &&
	    p[i + 1] <= 0xef) {
		len = 2 + ((size_t)p[i + 2] << 8 | p[i + 3]);
		if (memcmp(p + i + 4, "Exif", 4) != 0 && (i + len + 1 >= n ||
		    holds_picture(p + i, len + 2)))
			break;
		i += len;
	}
	return i;
}

/* Where within a record's payload of n bytes another writer begins, or n. */
static size_t
within(const unsigned char *p, size_t n, size_t from)
{
	enum begins what;
	size_t i, len;

	for (i = from; i < n; i++) {
		what = begins(p + i, n - i, true, &len);
		if ((what == RECORD && len > 0) || what == SOUND)
			return i;
	}
	return n;
}

/* Steps over the unit at p; *joined: a record stands right behind it. */
static size_t
unit(const unsigned char *p, size_t n, enum begins what, size_t len,
    bool *joined)
{
	const unsigned char *nl;
	size_t line, end, torn, next;

	if (what == JPEG)
		return metadata(p, n);
	if (what != RECORD || len == 0)
		return 1;
	nl = memchr(p, '\n', n);
	line = (size_t)(nl - p) + 1;
	end = len < n ? len : n;
	/* what begins in the payload and goes on behind it, too */
	torn = line + within(p + line, n - line, 0);
	if (torn < end)
		return torn;
	*joined = end < n && begins(p + end, n - end, false, &next) == RECORD;
	return end;
}

size_t
tear_find(const unsigned char *p, size_t n, bool begun, size_t *at,
    size_t most)
{
	bool joined = begun;
	enum begins what;
	size_t i = 0, k = 0, len;

	while (i < n && k < most) {
		what = begins(p + i, n - i, i > 0 && strchr(":[, ",
		    p[i - 1]) != NULL, &len);
		if (what == NOTHING) {
			i++;
			joined = false;
			continue;
		}
		if (!joined)
			at[k++] = i;
		joined = false;
		i += unit(p + i, n - i, what, len, &joined);
	}
	return k;
}
