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
	int64_t sample = top > 255 ? 2 : 1, row;

	memset(px, 0, sizeof(*px));
	px->layout = channels >= 3 ? PIXELS_RGB24 : PIXELS_PLANAR;
	if (channels == 4)
		px->layout = PIXELS_RGB32;
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

static bool
keyword(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if (s->n - s->at < n || memcmp(s->p + s->at, word, n) != 0)
		return false;
	s->at += n;
	return true;
}

/* P7: lines of a keyword and a value, in any order, up to ENDHDR. */
static enum pnm_status
pam(struct scan *s, int64_t v[4])
{
	v[0] = v[1] = v[2] = v[3] = 0;
	while (s->at < s->n && !s->bad) {
		if (memchr(s->p + s->at, '\n', s->n - s->at) == NULL)
			return PNM_MORE;
		if (keyword(s, "ENDHDR\n"))
			return v[3] >= 1 && v[3] <= 4 && v[3] != 2 ?
			    PNM_HEAD : PNM_BAD;
		if (keyword(s, "WIDTH "))
			v[0] = number(s);
		else if (keyword(s, "HEIGHT "))
			v[1] = number(s);
		else if (keyword(s, "MAXVAL "))
			v[2] = number(s);
		else if (keyword(s, "DEPTH "))
			v[3] = number(s);
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
	int i;

	if (n < 3)
		return PNM_MORE;
	if (p[0] != 'P' || p[1] < '5' || p[1] > '7' ||
	    !(space(p[2]) || p[2] == '#'))
		return PNM_BAD;
	if (p[1] == '7') {
		s.at = 3;
		if ((st = pam(&s, v)) != PNM_HEAD)
			return st == PNM_MORE && n >= PNM_HEAD_MAX ? PNM_BAD :
			    st;
		*used = s.at;
		return judge(px, v, body);
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
