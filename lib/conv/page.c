/*
 * The page: a head, a drawing to be scrolled sideways, a table of the words.
 * A policy in its head forbids the browser to load or run anything, whatever
 * the words may be.
 */
#include "conv/page.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "stream/render.h"
#include "conv/timeline.h"

enum {
	AXIS = 22,		/* height of the axis; the lanes hang below */
	HALF = 30,		/* of a lane's height */
	USER_Y = AXIS + HALF + 6,
	MODEL_Y = USER_Y + 2 * HALF + 8,
	MARKS_Y = MODEL_Y + HALF + 8,
	MARK_H = 16,
	HEIGHT = MARKS_Y + MARK_H + 6,
	NARROW = 1000,		/* pixels that a short conversation gets */
	WIDE = 18000,		/* and a long one */
	FLOOR_DB = 48		/* quieter is not drawn */
};

struct page {
	const struct timeline *l;
	struct buf *b;
	int64_t from, to;	/* ms */
	double scale;		/* pixels a ms */
};

static const char style[] =
    ":root{color-scheme:light dark;--u:#1f77b4;--m:#2ca02c;--x:#d62728;"
    "--g:#8888}body{font:15px/1.45 system-ui,sans-serif;margin:1.5em auto;"
    "max-width:75em;padding:0 1em}.line{overflow-x:auto;border:1px solid "
    "var(--g);border-radius:6px}svg{display:block;font:11px system-ui,"
    "sans-serif}svg text{fill:currentColor}.axis{stroke:var(--g)}"
    ".user{stroke:var(--u)}.model{stroke:var(--m)}.turn{fill:var(--m);"
    "opacity:.13}.lost{fill:var(--x);opacity:.18}.cut{stroke:var(--x);"
    "stroke-width:2}.gap{fill:var(--x);opacity:.25}.tool{fill:#9467bd}"
    ".off{opacity:.4}.image{fill:#ff7f0e}.bad{fill:var(--x)}table{"
    "border-collapse:collapse;margin-top:1.2em}td{padding:.15em .8em .15em 0;"
    "vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}"
    "td:first-child{opacity:.6;white-space:nowrap;font-variant-numeric:"
    "tabular-nums}tr.u td+td:not(:last-child){color:var(--u)}"
    "tr.m td+td:not(:last-child){color:var(--m)}tr.e{opacity:.7;"
    "font-style:italic}";

/* Text for HTML and for attributes: what has a meaning there, and control
 * characters, become harmless. */
static void
escape(struct buf *b, const char *s, size_t n)
{
	const char *as;
	size_t i;

	for (i = 0; i < n; i++) {
		switch (s[i]) {
		case '&': as = "&amp;"; break;
		case '<': as = "&lt;"; break;
		case '>': as = "&gt;"; break;
		case '"': as = "&quot;"; break;
		case '\'': as = "&#39;"; break;
		case '\n': case '\t': as = NULL; break;
		default:
			as = (unsigned char)s[i] < ' ' || s[i] == 0x7f ?
			    "&#xfffd;" : NULL;
		}
		if (as != NULL)
			buf_str(b, as);
		else
			buf_byte(b, s[i]);
	}
}

static void
escape_str(struct buf *b, const char *s)
{
	escape(b, s, strlen(s));
}

/* Milliseconds since the start as m:ss.s. */
static void
moment(const struct page *p, int64_t t)
{
	int64_t ms = t > p->from ? t - p->from : 0;

	buf_printf(p->b, "%" PRId64 ":%02d.%d", ms / 60000,
	    (int)(ms / 1000 % 60), (int)(ms / 100 % 10));
}

static double
x(const struct page *p, int64_t t)
{
	return t > p->from ? (double)(t - p->from) * p->scale : 0;
}

/* How far a loudness reaches from the middle of its lane. */
static double
reach(int peak)
{
	double db = peak > 0 ? 20 * log10(peak / 255.0) : -FLOOR_DB;

	return db <= -FLOOR_DB ? 0 : HALF * (1 + db / FLOOR_DB);
}

static void
axis(const struct page *p)
{
	static const int steps[] = { 1, 2, 5, 10, 30, 60, 300, 600, 1800 };
	size_t i = 0, last = sizeof(steps) / sizeof(steps[0]) - 1;
	int64_t t, step;

	while (i < last && steps[i] * 1000 * p->scale < 60)
		i++;
	step = (int64_t)steps[i] * 1000;
	for (t = p->from; t <= p->to; t += step) {
		buf_printf(p->b, "<path class=\"axis\" d=\"M%.1f %dV%d\"/>"
		    "<text x=\"%.1f\" y=\"12\">", x(p, t), AXIS - 6, HEIGHT,
		    x(p, t) + 3);
		moment(p, t);
		buf_str(p->b, "</text>\n");
	}
}

static void
lane(const struct page *p, enum side side)
{
	const struct timeline_lane *k = &p->l->lane[side];
	int y = side == SIDE_USER ? USER_Y : MODEL_Y, peak;
	size_t group, i, j, from;
	double px = TIMELINE_STEP * p->scale, r;

	group = px < 1 ? (size_t)ceil(1 / px) : 1;
	from = (size_t)(p->from / TIMELINE_STEP);
	buf_printf(p->b, "<path class=\"%s\" stroke-width=\"%.2f\" d=\"",
	    side == SIDE_USER ? "user" : "model", px * (double)group);
	for (i = from; i < k->n; i += group) {
		for (peak = 0, j = i; j < i + group && j < k->n; j++)
			peak = k->peak[j] > peak ? k->peak[j] : peak;
		r = reach(peak);
		if (r >= 0.5)
			buf_printf(p->b, "M%.1f %.1fV%.1f", x(p, (int64_t)i *
			    TIMELINE_STEP) + px * (double)group / 2, y - r,
			    y + r);
	}
	buf_printf(p->b, "\"/><text x=\"4\" y=\"%d\">%s</text>\n", y - HALF + 9,
	    side == SIDE_USER ? "user" : "model");
}

static void
box(const struct page *p, const char *class, int64_t from, int64_t to, int y,
    int height)
{
	double width = x(p, to) - x(p, from);

	buf_printf(p->b, "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" "
	    "width=\"%.1f\" height=\"%d\" rx=\"2\">", class, x(p, from), y,
	    width > 2 ? width : 2, height);
}

static void
span(const struct page *p, const struct timeline_span *s)
{
	int64_t end = s->cut >= 0 ? s->cut : s->to;

	box(p, "turn", s->from, end, MODEL_Y - HALF, 2 * HALF);
	buf_printf(p->b, "<title>turn %" PRId64 ", %.1f s%s</title></rect>\n",
	    s->turn, (double)(end - s->from) / 1000,
	    s->cut >= 0 ? ", interrupted" : "");
	if (s->cut < 0)
		return;
	box(p, "lost", s->cut, s->to, MODEL_Y - HALF, 2 * HALF);
	buf_printf(p->b, "<title>%.1f s not heard</title></rect>\n",
	    (double)(s->to - s->cut) / 1000);
}

static void
mark(const struct page *p, const struct timeline_mark *m)
{
	static const char *const classes[] = {
		[TIMELINE_TOOL] = "tool", [TIMELINE_GAP] = "gap",
		[TIMELINE_INTERRUPTED] = "cut", [TIMELINE_IMAGE] = "image",
		[TIMELINE_TROUBLE] = "bad"
	};
	int64_t to = m->to >= 0 ? m->to : m->kind == TIMELINE_GAP ? p->to :
	    m->from;

	if (m->kind == TIMELINE_INTERRUPTED)
		buf_printf(p->b, "<path class=\"cut\" d=\"M%.1f %dV%d\">",
		    x(p, m->from), AXIS, MARKS_Y);
	else if (m->kind == TIMELINE_GAP)
		box(p, "gap", m->from, to, AXIS, MARKS_Y - AXIS);
	else
		box(p, m->cancelled ? "tool off" : classes[m->kind], m->from,
		    to, MARKS_Y, MARK_H);
	buf_str(p->b, "<title>");
	moment(p, m->from);
	buf_byte(p->b, ' ');
	escape_str(p->b, m->text);
	if (m->to > m->from)
		buf_printf(p->b, ", %.1f s", (double)(m->to - m->from) / 1000);
	buf_str(p->b, m->cancelled ? ", cancelled</title>" : "</title>");
	buf_str(p->b, m->kind == TIMELINE_INTERRUPTED ? "</path>\n" :
	    "</rect>\n");
}

static void
drawing(const struct page *p)
{
	size_t i;

	buf_printf(p->b, "<div class=\"line\"><svg width=\"%.0f\" "
	    "height=\"%d\" role=\"img\" aria-label=\"timeline\">\n",
	    x(p, p->to) + 40, (int)HEIGHT);
	axis(p);
	for (i = 0; i < p->l->nspans; i++)
		span(p, &p->l->spans[i]);
	lane(p, SIDE_USER);
	lane(p, SIDE_MODEL);
	for (i = 0; i < p->l->nmarks; i++)
		mark(p, &p->l->marks[i]);
	buf_str(p->b, "</svg></div>\n");
}

static void
row(const struct page *p, const struct timeline_row *r)
{
	const char *s = r->text.data;
	size_t n = r->text.len;

	while (n > 0 && strchr(" \n\t\r", s[0]) != NULL)
		s++, n--;
	if (n == 0)
		return;
	buf_printf(p->b, "<tr class=\"%s\"><td>", r->who == SIDE_USER ? "u" :
	    r->who == SIDE_MODEL ? "m" : "e");
	moment(p, r->t);
	buf_printf(p->b, "</td><td>%s</td><td>", r->who == SIDE_USER ? "user" :
	    r->who == SIDE_MODEL ? "model" : "");
	escape(p->b, s, n);
	buf_str(p->b, "</td></tr>\n");
}

static size_t
count(const struct timeline *l, enum timeline_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < l->nmarks; i++)
		n += l->marks[i].kind == kind;
	return n;
}

static void
number(struct buf *b, int64_t n, const char *what)
{
	if (n > 0)
		buf_printf(b, ", %" PRId64 " %s%s", n, what,
		    n == 1 ? "" : "s");
}

static void
head(const struct page *p)
{
	struct buf *b = p->b;

	buf_str(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<title>A conversation</title>\n<style>");
	buf_str(b, style);
	buf_str(b, "</style>\n</head>\n<body>\n<h1>A conversation</h1>\n<p>");
	buf_printf(b, "%.1f seconds", (double)(p->to - p->from) / 1000);
	number(b, p->l->turns, "turn");
	number(b, (int64_t)count(p->l, TIMELINE_INTERRUPTED), "interruption");
	number(b, (int64_t)count(p->l, TIMELINE_TOOL), "tool call");
	number(b, (int64_t)count(p->l, TIMELINE_GAP), "reconnection");
	number(b, (int64_t)count(p->l, TIMELINE_IMAGE), "picture");
	number(b, p->l->tokens, "token");
	buf_str(b, "</p>\n");
	if (p->l->full)
		buf_str(b, "<p>The conversation is longer than this page can "
		    "hold; its end is left out.</p>\n");
}

void
page_write(const struct timeline *l, struct buf *out)
{
	struct page p = { .l = l, .b = out };
	int64_t end;
	size_t i;

	p.from = l->first > 0 ? l->first : 0;
	end = l->lane[0].end > l->lane[1].end ? l->lane[0].end :
	    l->lane[1].end;
	p.to = l->now > end ? l->now : end;
	if (p.to < p.from)
		p.to = p.from;
	/* 20 pixels a second, more for a short conversation, less where that
	 * would be too wide */
	p.scale = NARROW / (double)(p.to - p.from + 1);
	p.scale = p.scale > 0.1 ? 0.1 : p.scale < 0.02 ? 0.02 : p.scale;
	if ((double)(p.to - p.from) * p.scale > WIDE)
		p.scale = WIDE / (double)(p.to - p.from);
	head(&p);
	drawing(&p);
	buf_str(out, "<table>\n");
	for (i = 0; i < l->nrows; i++)
		row(&p, &l->rows[i]);
	buf_str(out, "</table>\n</body>\n</html>\n");
}
