/* The header of YUV4MPEG2, as ffmpeg and mjpegtools write it. */
#include "picture/y4m.h"

#include <stdlib.h>
#include <string.h>

#include "base/why.h"

static const struct {
	const char *name;
	int planes, xs, ys;
} chromas[] = {
	{ "420", 3, 1, 1 }, { "422", 3, 1, 0 }, { "444", 3, 0, 0 },
	{ "411", 3, 2, 0 }, { "410", 3, 2, 2 }, { "440", 3, 0, 1 },
	{ "mono", 1, 0, 0 }, { NULL, 0, 0, 0 }
};

/* A whole number at the beginning of s, or -1. */
static long
number(const char *s, char **end)
{
	*end = (char *)(void *)(size_t)s;
	if (*s < '0' || *s > '9')
		return -1;
	return strtol(s, end, 10);
}

/* What follows 420 and the like: a depth, or the chroma siting, which shifts
 * the chroma by less than a pixel of the result. */
static int
suffix(struct pixels *px, const char *s)
{
	static const char *const sited[] = { "", "jpeg", "mpeg2", "paldv",
	    NULL };
	char *end;
	long depth;
	int i;

	for (i = 0; sited[i] != NULL; i++)
		if (strcmp(s, sited[i]) == 0)
			return 0;
	if (strcmp(s, "alpha") == 0 && px->xs == 0 && px->ys == 0) {
		px->planes = 4;
		return 0;
	}
	depth = number(*s == 'p' ? s + 1 : s, &end);
	if (depth < 9 || depth > 16 || *end != '\0')
		return -1;
	px->depth = (int)depth;
	return 0;
}

static int
chroma(struct pixels *px, const char *s)
{
	int i;

	for (i = 0; chromas[i].name != NULL; i++)
		if (strncmp(s, chromas[i].name, strlen(chromas[i].name)) == 0)
			break;
	if (chromas[i].name == NULL)
		return -1;
	px->planes = chromas[i].planes;
	px->xs = chromas[i].xs;
	px->ys = chromas[i].ys;
	return suffix(px, s + strlen(chromas[i].name));
}

/* "num:den"; anything else is taken as unknown. */
static void
ratio(const char *s, int *num, int *den)
{
	char *end;
	long a = number(s, &end), b = *end == ':' ? number(end + 1, &end) : -1;

	*num = *den = 0;
	if (a > 0 && b > 0 && a <= 100000000 && b <= 100000000) {
		*num = (int)a;
		*den = (int)b;
	}
}

static int
side(const char *s)
{
	char *end;
	long n = number(s, &end);

	return *end == '\0' && n > 0 && n <= PIXELS_SIDE_MAX ? (int)n : -1;
}

static int
word(struct y4m *y, const char *s)
{
	struct pixels *px = &y->pixels;

	switch (s[0]) {
	case 'W': return px->width = side(s + 1);
	case 'H': return px->height = side(s + 1);
	case 'C': return chroma(px, s + 1);
	case 'F': ratio(s + 1, &y->rate_num, &y->rate_den); break;
	case 'A': ratio(s + 1, &px->sar_num, &px->sar_den); break;
	case 'I': px->interlaced = s[1] == 't' || s[1] == 'b' || s[1] == 'm';
		break;
	case 'X':
		if (strcmp(s, "XCOLORRANGE=FULL") == 0)
			px->full = true;
		break;
	}
	return 0;
}

int
y4m_head(struct y4m *y, const char *p, size_t n, char *why, size_t size)
{
	static const struct pixels start = { .layout = PIXELS_PLANAR,
	    .planes = 3, .xs = 1, .ys = 1, .depth = 8 };
	char line[Y4M_HEAD_MAX], *s, *end;

	memset(y, 0, sizeof(*y));
	y->pixels = start;
	if (n >= sizeof(line) || n < 9 || memcmp(p, "YUV4MPEG2", 9) != 0 ||
	    memchr(p, '\0', n) != NULL)
		return why_say(-1, why, size, "no Y4M header");
	memcpy(line, p, n);
	line[n] = '\0';
	for (s = line + 9; *s != '\0'; s = end) {
		s += strspn(s, " ");
		end = s + strcspn(s, " ");
		if (*end != '\0')
			*end++ = '\0';
		if (word(y, s) == -1)
			return why_say(-1, why, size, "cannot use Y4M with "
			    "%.40s", s);
	}
	if (pixels_size(&y->pixels) == -1)
		return why_say(-1, why, size, "Y4M of %dx%d: no picture, or "
		    "one over 64 MiB", y->pixels.width, y->pixels.height);
	return 0;
}
