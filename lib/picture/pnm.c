/* Netpbm headers: numbers between white space and comments. */
#include "picture/pnm.h"

#include <stdbool.h>
#include <string.h>

struct scan {
	const char *p;
	size_t n, at;
	bool bad;
};

static bool
space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next number, at most 2^40; -1 if the text ends or it is not a number. */
static int64_t
number(struct scan *s)
{
	int64_t v = 0;
	size_t from;

	while (s->at < s->n && (space(s->p[s->at]) || s->p[s->at] == '#'))
		if (s->p[s->at++] == '#')
			while (s->at < s->n && s->p[s->at] != '\n')
				s->at++;
	for (from = s->at; s->at < s->n && s->p[s->at] >= '0' &&
	    s->p[s->at] <= '9'; s->at++)
		if (v <= (int64_t)1 << 40)
			v = v * 10 + (s->p[s->at] - '0');
	if (s->at == s->n)
		return -1;
	s->bad = s->bad || s->at == from;
	return v;
}

/* Sets the layout; returns the size of the data that follow, or -1. */
static int64_t
lay(struct pixels *px, int64_t w, int64_t h, int64_t top, int64_t channels)
{
	static const enum pixels_layout layouts[] = { PIXELS_PLANAR,
	    PIXELS_GREYA, PIXELS_RGB24, PIXELS_RGB32 };
	int64_t sample = top > 255 ? 2 : 1, row;

	memset(px, 0, sizeof(*px));
	px->layout = layouts[channels <= 4 ? channels - 1 : 0];
	px->alpha = channels == 2 || channels == 4;
	px->planes = 1;
	px->depth = top > 255 ? 16 : 8;
	px->big_endian = true;
	px->top = top == 255 || top == 65535 ? 0 : (int)top;
	px->full = true;
	px->width = w <= PIXELS_SIDE_MAX ? (int)w : 0;
	px->height = h <= PIXELS_SIDE_MAX ? (int)h : 0;
	row = w > INT64_MAX / channels / sample ? -1 : w * channels * sample;
	return row < 0 || h > INT64_MAX / row ? -1 : row * h;
}

static enum pnm_status
judge(struct pixels *px, const int64_t v[4], int64_t *body)
{
	if (v[0] < 1 || v[1] < 1 || v[2] < 1 || v[2] > 65535)
		return PNM_BAD;
	*body = lay(px, v[0], v[1], v[2], v[3]);
	return *body < 0 || *body > PIXELS_BYTES_MAX || px->width == 0 ||
	    px->height == 0 ? PNM_BIG : PNM_HEAD;
}

/* A keyword, and the white space behind it. */
static bool
keyword(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if (s->n - s->at <= n || memcmp(s->p + s->at, word, n) != 0 ||
	    !space(s->p[s->at + n]))
		return false;
	s->at += n + 1;
	return true;
}

/* Whether the value of TUPLTYPE is one of those that are read. */
static bool
known(const struct scan *s)
{
	static const char *const types[] = { "BLACKANDWHITE", "GRAYSCALE",
	    "RGB", "BLACKANDWHITE_ALPHA", "GRAYSCALE_ALPHA", "RGB_ALPHA" };
	size_t n = 0, i;

	while (s->at + n < s->n && !space(s->p[s->at + n]))
		n++;
	for (i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strlen(types[i]) == n && memcmp(types[i], s->p + s->at,
		    n) == 0)
			return true;
	return n == 0;
}

/* P7: lines of a keyword and a value, in any order, up to ENDHDR. */
static enum pnm_status
pam(struct scan *s, int64_t v[4])
{
	bool other = false;

	v[0] = v[1] = v[2] = v[3] = 0;
	while (s->at < s->n && !s->bad) {
		if (memchr(s->p + s->at, '\n', s->n - s->at) == NULL)
			return PNM_MORE;
		if (keyword(s, "ENDHDR"))
			return v[3] < 1 ? PNM_BAD : other || v[3] > 4 ?
			    PNM_KIND : PNM_HEAD;
		if (keyword(s, "WIDTH"))
			v[0] = number(s);
		else if (keyword(s, "HEIGHT"))
			v[1] = number(s);
		else if (keyword(s, "MAXVAL"))
			v[2] = number(s);
		else if (keyword(s, "DEPTH"))
			v[3] = number(s);
		else if (keyword(s, "TUPLTYPE"))
			other = !known(s);
		while (s->at < s->n && s->p[s->at] != '\n')
			s->at++;
		s->at++;
	}
	return s->bad ? PNM_BAD : PNM_MORE;
}

enum pnm_status
pnm_head(struct pixels *px, const char *p, size_t n, size_t *used,
    int64_t *body)
{
	struct scan s = { .p = p, .n = n, .at = 2 };
	enum pnm_status st;
	int64_t v[4] = { 0 };
	bool other;
	int i;

	if (n < 3)
		return PNM_MORE;
	if (p[0] != 'P' || p[1] < '5' || p[1] > '7' ||
	    !(space(p[2]) || p[2] == '#'))
		return PNM_BAD;
	if (p[1] == '7') {
		s.at = 3;
		st = pam(&s, v);
		if (st == PNM_MORE || st == PNM_BAD)
			return n >= PNM_HEAD_MAX ? PNM_BAD : st;
		*used = s.at;
		other = st == PNM_KIND;
		st = judge(px, v, body);
		return other && st != PNM_BAD ? PNM_KIND : st;
	}
	for (i = 0; i < 3; i++)
		if ((v[i] = number(&s)) == -1)
			return s.bad || n >= PNM_HEAD_MAX ? PNM_BAD : PNM_MORE;
	if (s.bad || !space(p[s.at]))
		return PNM_BAD;
	v[3] = p[1] == '6' ? 3 : 1;
	*used = s.at + 1;
	return judge(px, v, body);
}
