/*
 * Widths are in per cent, so that a row is as wide as the page; the loudness,
 * which has a shape, is a drawing of its own that is stretched.
 */
#include "conv/chart.h"

#include <inttypes.h>
#include <math.h>

#include "base/buf.h"
#include "conv/axis.h"
#include "conv/html.h"
#include "conv/timeline.h"
#include "stream/render.h"

enum {
	AXIS_H = 18,
	LANE_H = 40,
	USER_Y = AXIS_H + 4,
	MODEL_Y = USER_Y + LANE_H + 4,
	MARKS_Y = MODEL_Y + LANE_H + 4,
	MARK_H = 14,
	HEIGHT = MARKS_Y + MARK_H + 2,
	COLUMNS = 3000,		/* of loudness a row; fewer for a long call */
	COLUMNS_ALL = 72000,
	WIDTH = 1000,		/* of a file of its own */
	WIDE = 96,		/* per cent: no room for a label after this, */
	NARROW = 89		/* nor after this on a telephone */
};

struct chart {
	const struct timeline *l;
	const struct axis *a;
	struct buf *b;
	int64_t from, to;	/* of the row, places */
	bool links;
};

static double
percent(const struct chart *c, int64_t x)
{
	double p = 100.0 * (double)(x - c->from) / (double)c->a->row;

	return p < 0 ? 0 : p > 100 ? 100 : p;
}

static void
ticks(const struct chart *c)
{
	static const int steps[] = { 1, 2, 5, 10, 30, 60, 300, 600, 1800 };
	size_t i, k = 0, n = sizeof(steps) / sizeof(steps[0]);
	const struct axis_part *p;
	double at, last = -100, major = -100;	/* of labels, in per cent */
	int64_t t, x, step;
	bool minor;

	while (k + 1 < n && steps[k] * INT64_C(1000) * 11 < c->a->row)
		k++;
	step = steps[k] * INT64_C(1000);
	for (i = 0; i < c->a->nparts; i++) {
		p = &c->a->parts[i];
		t = p->from - c->l->zero;
		for (t = (t + step - 1) / step * step; !p->fold && t <= p->to -
		    c->l->zero; t += step) {
			x = p->x + t - (p->from - c->l->zero);
			if (x < c->from || x >= c->to)
				continue;
			at = percent(c, x);
			/* left out on a narrow page */
			minor = t / step % 2 != 0 || at > NARROW ||
			    at - major < 100 - NARROW;
			buf_printf(c->b, "<line class=\"tick\" x1=\"%.3f%%\" "
			    "x2=\"%.3f%%\" y1=\"%d\" y2=\"%d\"/>", at, at,
			    AXIS_H - 4, (int)HEIGHT);
			if (at > WIDE || at - last < 100 - WIDE)
				continue;
			last = at;
			major = minor ? major : at;
			buf_printf(c->b, "<text class=\"%s\" x=\"%.3f%%\" "
			    "dx=\"3\" y=\"12\">", minor ? "minor" : "major",
			    at);
			html_moment(c->b, t);
			buf_str(c->b, "</text>\n");
		}
	}
}

static void
folds(const struct chart *c)
{
	const struct axis_part *p;
	size_t i;

	for (i = 0; i < c->a->nparts; i++) {
		p = &c->a->parts[i];
		if (!p->fold || p->x + AXIS_FOLD <= c->from || p->x >= c->to)
			continue;
		buf_printf(c->b, "<rect class=\"fold\" x=\"%.3f%%\" "
		    "width=\"%.3f%%\" y=\"%d\" height=\"%d\"><title>",
		    percent(c, p->x), percent(c, p->x + AXIS_FOLD) -
		    percent(c, p->x), (int)AXIS_H, HEIGHT - AXIS_H);
		html_length(c->b, p->to - p->from);
		buf_str(c->b, " of silence</title></rect>\n");
	}
}

/* How far this loudness extends from the middle of its lane. */
static int
reach(int peak)
{
	/* between the sound's own scale and the ear's, so that words have a
	 * shape and a whisper can be seen */
	return (int)(LANE_H / 2.0 * pow(peak / 255.0, 0.7) + 0.4);
}

static void
lane(const struct chart *c, enum side side)
{
	const struct loud *k = &c->l->lane[side];
	int y = side == SIDE_USER ? USER_Y : MODEL_Y, r, peak;
	int64_t col = c->a->row / COLUMNS, i, t, end, n;
	size_t j, to;

	if (col * (COLUMNS_ALL / (int64_t)c->a->rows) < c->a->row)
		col = c->a->row / (COLUMNS_ALL / (int64_t)c->a->rows) + 1;
	if (col < LOUD_STEP)
		col = LOUD_STEP;
	n = c->a->row / col + 1;
	if (!k->sound)
		return;
	buf_printf(c->b, "<svg class=\"wave %s\" x=\"0\" y=\"%d\" "
	    "width=\"100%%\" height=\"%d\" viewBox=\"0 0 %.3f %d\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"",
	    side == SIDE_USER ? "u" : "m", y, LANE_H, (double)c->a->row /
	    (double)col, LANE_H);
	for (i = 0; i < n && c->from + i * col < c->to; i++) {
		t = axis_t(c->a, c->from + i * col);
		end = axis_t(c->a, c->from + (i + 1) * col);
		j = (size_t)(t / LOUD_STEP);
		to = (size_t)((end + LOUD_STEP - 1) / LOUD_STEP);
		for (peak = 0; j < to && j < k->n; j++)
			peak = k->peak[j] > peak ? k->peak[j] : peak;
		r = reach(peak);
		if (r > 0)
			buf_printf(c->b, "M%" PRId64 ".5 %dv%d", i, LANE_H /
			    2 - r, 2 * r);
	}
	buf_str(c->b, "\"/></svg>\n");
}

/* The part in this row of a box from one time to another; false if there is
 * none.  Left open for a title. */
static bool
box(const struct chart *c, const char *class, int64_t from, int64_t to, int y,
    int height)
{
	int64_t x = axis_x(c->a, from), end = axis_x(c->a, to);
	double left, width;

	if (end < c->from || x >= c->to || (end == c->from && x < end))
		return false;
	left = percent(c, x);
	width = percent(c, end) - left;
	buf_printf(c->b, "<rect class=\"%s\" x=\"%.3f%%\" width=\"%.3f%%\" "
	    "y=\"%d\" height=\"%d\" rx=\"3\">", class, left, width > 0.25 ?
	    width : 0.25, y, height);
	return true;
}

static void
begin_link(const struct chart *c, size_t i)
{
	const struct timeline_item *m = &c->l->items[i];

	if (!c->links)
		return;
	buf_printf(c->b, "<a href=\"#i%zu\"", i);
	/* a box across several rows has its id in the first */
	if (axis_x(c->a, m->from) >= c->from)
		buf_printf(c->b, " id=\"c%zu\"", i);
	buf_str(c->b, " aria-label=\"");
	html_moment(c->b, m->from - c->l->zero);
	buf_byte(c->b, ' ');
	switch (m->kind) {
	case TIMELINE_WORDS:
		buf_str(c->b, m->who == SIDE_USER ? "user: " : "model: ");
		html_text(c->b, m->text.data, m->text.len < 40 ? m->text.len :
		    40);
		break;
	case TIMELINE_TOOL: buf_str(c->b, "tool "); html_str(c->b, m->name);
		break;
	case TIMELINE_IMAGE: buf_str(c->b, "picture"); break;
	case TIMELINE_GAP: buf_str(c->b, "reconnection"); break;
	default: html_str(c->b, m->name != NULL ? m->name : "end");
	}
	buf_str(c->b, "\">");
}

static void
end_link(const struct chart *c)
{
	if (c->links)
		buf_str(c->b, "</a>");
	buf_byte(c->b, '\n');
}

static void
title(const struct chart *c, const struct timeline_item *m, const char *what)
{
	buf_str(c->b, "<title>");
	html_exact(c->b, m->from - c->l->zero);
	buf_byte(c->b, ' ');
	html_str(c->b, what);
	if (m->to > m->from) {
		buf_str(c->b, ", ");
		html_length(c->b, m->to - m->from);
	}
	buf_str(c->b, "</title></rect>");
}

static bool
here(const struct chart *c, const struct timeline_item *m)
{
	int64_t x = axis_x(c->a, m->from), end = axis_x(c->a, m->to);

	return x < c->to && (end > c->from || x >= c->from);
}

static void
mark(const struct chart *c, size_t i)
{
	static const char *const tools[] = {
		[TIMELINE_OPEN] = "tool", [TIMELINE_OK] = "tool",
		[TIMELINE_FAILED] = "tool bad",
		[TIMELINE_CANCELLED] = "tool off"
	};
	static const char *const turns[2][2] = {
		{ "turn m", "turn typed m" }, { "turn u", "turn typed u" }
	};
	const struct timeline_item *m = &c->l->items[i];
	const char *class = "trouble", *what = m->name;
	int y = MARKS_Y, h = MARK_H;

	if (m->kind == TIMELINE_END || !here(c, m))
		return;
	if (m->kind == TIMELINE_WORDS) {
		class = turns[m->who == SIDE_USER][m->typed];
		what = m->who == SIDE_USER ? "user" : "model";
		y = m->who == SIDE_USER ? USER_Y : MODEL_Y;
		h = LANE_H;
	} else if (m->kind == TIMELINE_TOOL)
		class = tools[m->state];
	else if (m->kind == TIMELINE_IMAGE) {
		class = "image";
		what = "picture";
	} else if (m->kind == TIMELINE_GAP) {
		class = "gap";
		what = "reconnection";
		y = AXIS_H;
		h = MARKS_Y - AXIS_H;
	}
	begin_link(c, i);
	if (box(c, class, m->from, m->to, y, h))
		title(c, m, what != NULL ? what : "");
	end_link(c);
}

/* What was cut off, up to the next turn; and where. */
static void
cut(const struct chart *c, size_t i)
{
	const struct timeline_span *s = &c->l->spans[i];
	int64_t to = s->to, x;

	if (s->cut < 0)
		return;
	if (i + 1 < c->l->nspans && c->l->spans[i + 1].from < to)
		to = c->l->spans[i + 1].from;
	if (to > s->cut && box(c, "lost", s->cut, to, MODEL_Y, LANE_H)) {
		buf_str(c->b, "<title>");
		html_length(c->b, s->to - s->cut);
		buf_str(c->b, " not heard</title></rect>\n");
	}
	x = axis_x(c->a, s->cut);
	if (x >= c->from && x < c->to)
		buf_printf(c->b, "<line class=\"cut\" x1=\"%.3f%%\" "
		    "x2=\"%.3f%%\" y1=\"%d\" y2=\"%d\"/>\n", percent(c, x),
		    percent(c, x), (int)AXIS_H, (int)MARKS_Y);
}

static void
row(struct chart *c, size_t n)
{
	size_t i;

	c->from = (int64_t)n * c->a->row;
	c->to = c->from + c->a->row;
	ticks(c);
	folds(c);
	for (i = 0; i < c->l->nspans; i++)
		cut(c, i);
	for (i = 0; i < c->l->nitems; i++)
		if (c->l->items[i].kind == TIMELINE_WORDS)
			mark(c, i);
	lane(c, SIDE_USER);
	lane(c, SIDE_MODEL);
	for (i = 0; i < c->l->nitems; i++)
		if (c->l->items[i].kind != TIMELINE_WORDS)
			mark(c, i);
}

void
chart_row(const struct timeline *l, const struct axis *a, size_t n,
    struct buf *out)
{
	struct chart c = { .l = l, .a = a, .b = out, .links = true };

	buf_printf(out, "<svg class=\"row\" width=\"100%%\" height=\"%d\" "
	    "role=\"group\" aria-label=\"", (int)HEIGHT);
	html_moment(out, axis_t(a, (int64_t)n * a->row) - l->zero);
	buf_str(out, " to ");
	html_moment(out, axis_t(a, (int64_t)(n + 1) * a->row < a->length ?
	    (int64_t)(n + 1) * a->row : a->length) - l->zero);
	buf_str(out, "\">\n");
	row(&c, n);
	buf_str(out, "</svg>");
}

static const char style[] =
    "svg{font:11px system-ui,sans-serif}text{fill:#777}.tick{stroke:#8884}"
    ".turn.u{fill:#2f7dd133}.turn.m{fill:#16916033}.turn.typed.u{"
    "fill:#2f7dd1}.turn.typed.m{fill:#169160}.wave.u path{stroke:#2f7dd1}"
    ".wave.m path{stroke:#169160}.lost{fill:#8885}.cut{stroke:#d43d3d;"
    "stroke-width:2}.gap{fill:#d43d3d44}.tool{fill:#8d5bc1}.bad{fill:#d43d3d}"
    ".off{opacity:.5}.image{fill:#d97f16}.trouble{fill:#d43d3d}"
    ".fold{fill:#8883}";

void
chart_file(const struct timeline *l, struct buf *out)
{
	enum { GUTTER = 50 };
	struct chart c = { .l = l, .b = out };
	struct axis a;
	size_t i;

	axis_init(&a, l);
	c.a = &a;
	buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "width=\"%d\" height=\"%zu\" viewBox=\"0 0 %d %zu\" role=\"img\" "
	    "aria-label=\"A call of ", WIDTH + GUTTER, a.rows * (HEIGHT + 8),
	    WIDTH + GUTTER, a.rows * (HEIGHT + 8));
	html_length(out, l->end - l->zero);
	buf_printf(out, "\">\n<style>%s</style>\n", style);
	for (i = 0; i < a.rows; i++) {
		buf_printf(out, "<g transform=\"translate(0 %zu)\">"
		    "<text x=\"2\" y=\"%d\">user</text><text x=\"2\" y=\"%d\">"
		    "model</text></g>\n<svg x=\"%d\" y=\"%zu\" width=\"%d\" "
		    "height=\"%d\">\n", i * (HEIGHT + 8), USER_Y + LANE_H / 2 +
		    4, MODEL_Y + LANE_H / 2 + 4, (int)GUTTER, i * (HEIGHT + 8),
		    (int)WIDTH, (int)HEIGHT);
		row(&c, i);
		buf_str(out, "</svg>\n");
	}
	buf_str(out, "</svg>\n");
	axis_done(&a);
}
