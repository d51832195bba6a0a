/*
 * Items are in order of time.  The user's are on the right, the model's on the
 * left; what neither said is in between.
 */
#include "conv/page.h"

#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/json.h"
#include "conv/axis.h"
#include "conv/chart.h"
#include "conv/html.h"
#include "conv/summary.h"
#include "conv/timeline.h"
#include "stream/render.h"

enum {
	NEW_HEAD_MS = 60000,	/* the speaker's name is repeated */
	MANY = 300, MANY_ROWS = 6,	/* drawn when they are scrolled to */
	CODE_MAX = 64 << 10	/* bytes of style or script */
};

struct writer {
	const struct page *p;
	const struct timeline *l;
	const struct summary *s;
	struct buf *b;
	struct axis axis;
	int who;		/* who spoke last, -1 nobody */
	int64_t when;
};

static void
pieces(struct buf *b, const char *const *text)
{
	for (; *text != NULL; text++)
		buf_str(b, *text);
}

static void
hash(struct buf *b, const char *const *text)
{
	unsigned char sum[32];
	char in64[BASE64_LEN(sizeof(sum))];
	struct buf all;

	buf_init(&all, CODE_MAX);
	pieces(&all, text);
	crypt_sha256(sum, all.data, all.len);
	buf_done(&all);
	base64_encode(in64, sum, sizeof(sum));
	buf_str(b, "'sha256-");
	buf_add(b, in64, sizeof(in64));
	buf_byte(b, '\'');
}

/* "2026-11-28T20:00:01.5Z" as "28 November 2026, 20:00 UTC". */
static void
date(struct buf *b, const char *s)
{
	static const char *const months[] = {
		"January", "February", "March", "April", "May", "June", "July",
		"August", "September", "October", "November", "December"
	};
	int month, day;
	const char *zone;

	if (when_wall(s) < 0) {
		html_str(b, s);
		return;
	}
	month = (s[5] - '0') * 10 + s[6] - '0';
	day = (s[8] - '0') * 10 + s[9] - '0';
	zone = s + 19 + strcspn(s + 19, "Zz+-");
	buf_str(b, "<time datetime=\"");
	html_str(b, s);
	buf_printf(b, "\">%d %s %.4s, %.5s %s</time>", day, months[month - 1],
	    s, s + 11, *zone == 'Z' || *zone == 'z' ? "UTC" : zone);
}

static void
begin_fact(struct writer *w, const char *name)
{
	buf_printf(w->b, "<div><dt>%s</dt><dd>", name);
}

static void
end_fact(struct writer *w)
{
	buf_str(w->b, "</dd></div>\n");
}

static void
fact(struct writer *w, const char *name, const char *value)
{
	if (value == NULL)
		return;
	begin_fact(w, name);
	html_str(w->b, value);
	end_fact(w);
}

/* "3 turns, 1 interruption". */
static void
counted(struct buf *b, bool *any, int64_t n, const char *what)
{
	if (n <= 0)
		return;
	buf_printf(b, "%s%" PRId64 " %s%s", *any ? ", " : "", n, what,
	    n == 1 ? "" : "s");
	*any = true;
}

static void
counts(struct writer *w)
{
	const struct summary *s = w->s;
	bool any = false;

	buf_str(w->b, "<div class=\"wide\"><dt>What happened</dt><dd>");
	counted(w->b, &any, s->turns, "turn");
	counted(w->b, &any, s->interruptions, "interruption");
	counted(w->b, &any, s->calls, "tool call");
	counted(w->b, &any, s->pictures, "picture");
	counted(w->b, &any, s->reconnections, "reconnection");
	counted(w->b, &any, s->errors, "error");
	if (!any)
		buf_str(w->b, "nothing");
	end_fact(w);
}

static void
figures(struct writer *w)
{
	int64_t user = w->s->user_ms, model = w->s->model_ms;
	const struct tokens_count *t = &w->s->tokens.all;
	double price;

	if (w->s->nlatency > 0) {
		begin_fact(w, "Answered after");
		buf_printf(w->b, "%.1f s, at worst %.1f s",
		    (double)summary_latency(w->s, 0.5) / 1000,
		    (double)summary_latency(w->s, 1) / 1000);
		end_fact(w);
	}
	if (user + model > 0) {
		begin_fact(w, "Who spoke");
		buf_printf(w->b, "user %d%%, model %d%%", (int)((user * 100 +
		    (user + model) / 2) / (user + model)), 100 -
		    (int)((user * 100 + (user + model) / 2) / (user + model)));
		end_fact(w);
	}
	if (t->total > 0) {
		begin_fact(w, "Tokens");
		html_count(w->b, t->total);
		buf_str(w->b, " (");
		html_count(w->b, t->prompt + t->tool);
		buf_str(w->b, " in, ");
		html_count(w->b, t->response + t->thoughts);
		buf_str(w->b, " out)");
		end_fact(w);
	}
	if (w->p->prices != NULL && tokens_price(t, w->p->prices,
	    w->s->model != NULL ? w->s->model : "", &price)) {
		begin_fact(w, "Price");
		buf_printf(w->b, "%.4f ", price);
		html_str(w->b, json_get_str(w->p->prices, "currency", ""));
		end_fact(w);
	}
	if (w->s->lost_ms > 0) {
		begin_fact(w, "Lost");
		html_length(w->b, w->s->lost_ms);
		end_fact(w);
	}
}

static void
policy(struct writer *w)
{
	struct buf *b = w->b;

	buf_str(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; base-uri 'none'; form-action "
	    "'none'; img-src data:; media-src ");
	buf_str(b, w->p->sound_file != NULL ? "'self' file:" : "data:");
	buf_str(b, "; style-src ");
	hash(b, page_style);
	buf_str(b, "; script-src ");
	hash(b, page_script);
	buf_str(b, "\">\n<title>");
	html_str(b, w->p->name);
	buf_str(b, "</title>\n<style>");
	pieces(b, page_style);
	buf_printf(b, "</style>\n</head>\n<body%s>\n", w->l->nitems > MANY ||
	    w->axis.rows > MANY_ROWS ? " class=\"long\"" : "");
}

static void
head(struct writer *w)
{
	struct buf *b = w->b;

	buf_str(b, "<header>\n<h1>");
	html_str(b, w->p->name);
	buf_str(b, "</h1>\n<p class=\"sub\">");
	if (w->s->date != NULL) {
		date(b, w->s->date);
		buf_str(b, " · ");
	}
	html_length(b, w->s->length_ms);
	buf_str(b, "</p>\n<dl>\n");
	fact(w, "Model", w->s->model);
	fact(w, "Voice", w->s->voice);
	fact(w, "Language", w->s->language);
	figures(w);
	counts(w);
	buf_str(b, "</dl>\n");
	if (w->l->full)
		buf_str(b, "<p>The call is longer than this page can hold; "
		    "its end is left out.</p>\n");
	buf_str(b, "</header>\n<main>\n");
}

/* Where each part of the axis begins, as time and place, for the script. */
static void
axis_map(struct writer *w)
{
	const struct axis_part *p;
	size_t i;

	buf_printf(w->b, " data-row=\"%" PRId64 "\" data-map=\"",
	    w->axis.row);
	for (i = 0; i < w->axis.nparts; i++) {
		p = &w->axis.parts[i];
		buf_printf(w->b, "%" PRId64 ":%" PRId64 " ", p->from -
		    w->l->zero, p->x);
	}
	buf_printf(w->b, "%" PRId64 ":%" PRId64 "\"", w->l->end - w->l->zero,
	    w->axis.length);
}

/* Which marks are in the drawing. */
static bool
has(const struct writer *w, enum timeline_kind kind)
{
	size_t i;

	for (i = 0; i < w->l->nitems && w->l->items[i].kind != kind; i++)
		;
	return i < w->l->nitems;
}

static bool
folded(const struct writer *w)
{
	size_t i;

	for (i = 0; i < w->axis.nparts && !w->axis.parts[i].fold; i++)
		;
	return i < w->axis.nparts;
}

static void
key(struct writer *w, bool there, const char *class, const char *what)
{
	if (there)
		buf_printf(w->b, "<li><span class=\"key %s\"></span>%s</li>",
		    class, what);
}

static void
legend(struct writer *w)
{
	bool cut = w->s->interruptions > 0;

	buf_str(w->b, "<ul class=\"legend\">");
	key(w, true, "u", "user");
	key(w, true, "m", "model");
	key(w, cut, "lost", "not heard");
	key(w, cut, "cut", "interruption");
	key(w, has(w, TIMELINE_TOOL), "tool", "tool");
	key(w, has(w, TIMELINE_IMAGE), "image", "picture");
	key(w, has(w, TIMELINE_GAP), "gap", "reconnection");
	key(w, has(w, TIMELINE_TROUBLE) || w->s->calls_failed > 0, "trouble",
	    "trouble");
	key(w, folded(w), "fold", "silence, folded");
	buf_str(w->b, "</ul>\n");
}

static void
drawing(struct writer *w)
{
	static const char *const zooms[] = { "1", "2", "4", "8" };
	struct buf *b = w->b;
	size_t i;

	buf_str(b, "<section class=\"drawing\" aria-labelledby=\"when\">\n"
	    "<h2 id=\"when\">When</h2>\n<fieldset class=\"zoom\"><legend>Zoom"
	    "</legend>");
	for (i = 0; i < 4; i++)
		buf_printf(b, "<label><input type=\"radio\" name=\"zoom\" "
		    "id=\"z%s\"%s>%s×</label>", zooms[i], i == 0 ?
		    " checked" : "", zooms[i]);
	buf_str(b, "</fieldset>\n<div id=\"chart\"");
	axis_map(w);
	buf_str(b, ">\n");
	for (i = 0; i < w->axis.rows; i++) {
		buf_str(b, "<div class=\"strip\"><div class=\"names\" "
		    "aria-hidden=\"true\"><span>user</span><span>model</span>"
		    "</div><div class=\"scroll\" tabindex=\"0\" "
		    "role=\"group\" aria-label=\"Timeline from ");
		html_moment(b, axis_t(&w->axis, (int64_t)i * w->axis.row) -
		    w->l->zero);
		buf_str(b, "\">");
		chart_row(w->l, &w->axis, i, b);
		buf_str(b, "</div></div>\n");
	}
	buf_str(b, "</div>\n");
	legend(w);
	buf_str(b, "</section>\n");
}

static void
moment_link(struct writer *w, size_t i)
{
	buf_printf(w->b, "<a class=\"at\" href=\"#c%zu\">", i);
	html_moment(w->b, w->l->items[i].from - w->l->zero);
	buf_str(w->b, "</a>");
}

/* When each word begins, in hundredths of a second since the item's time. */
static void
word_times(struct writer *w, const struct timeline_item *m)
{
	size_t i;

	buf_printf(w->b, " data-t=\"%" PRId64 "\" data-e=\"%" PRId64
	    "\" data-w=\"", m->from - w->l->zero, m->to - w->l->zero);
	for (i = 0; i < m->nwords; i++)
		buf_printf(w->b, "%s%" PRId64, i > 0 ? " " : "",
		    (m->words[i].from - m->from) / 10);
	buf_byte(w->b, '"');
}

/* What precedes a word: a space or the end of a line; nothing where text
 * without spaces was cut, though the script must see two words there. */
static void
gap(struct writer *w, const struct timeline_item *m, size_t i)
{
	const char *s = m->text.data;
	size_t at = m->words[i - 1].at + m->words[i - 1].len;

	if (at >= m->words[i].at)
		buf_str(w->b, "<!---->");
	else if (memchr(s + at, '\n', m->words[i].at - at) != NULL)
		buf_byte(w->b, '\n');
	else
		buf_byte(w->b, ' ');
}

/* The words one by one, as the script counts them. */
static void
word_range(struct writer *w, const struct timeline_item *m, size_t a, size_t b)
{
	size_t i;

	for (i = a; i < b; i++) {
		if (i > a)
			gap(w, m, i);
		html_text(w->b, m->text.data + m->words[i].at,
		    m->words[i].len);
	}
}

static void
said(struct writer *w, size_t i)
{
	const struct timeline_item *m = &w->l->items[i];
	const char *who = m->who == SIDE_USER ? "User" : "Model";
	size_t heard = 0;

	while (heard < m->nwords && m->words[heard].at < m->heard)
		heard++;
	buf_printf(w->b, "<li id=\"i%zu\" class=\"say %s%s\">", i,
	    m->who == SIDE_USER ? "u" : "m", m->typed ? " typed" : "");
	if (w->who != m->who || m->from - w->when > NEW_HEAD_MS)
		buf_printf(w->b, "<span class=\"who\">%s</span>", who);
	else
		buf_printf(w->b, "<span class=\"hide\">%s</span>", who);
	buf_str(w->b, "<p dir=\"auto\"");
	if (m->nwords > 0)
		word_times(w, m);
	buf_byte(w->b, '>');
	if (m->nwords > 0)
		word_range(w, m, 0, heard);
	else
		html_text(w->b, m->text.data, m->text.len);
	if (heard < m->nwords) {
		if (heard > 0)
			gap(w, m, heard);
		buf_str(w->b, "<s title=\"not heard\">");
		word_range(w, m, heard, m->nwords);
		buf_str(w->b, "</s>");
	}
	buf_str(w->b, "</p><span class=\"foot\">");
	moment_link(w, i);
	if (m->cut)
		buf_str(w->b, " interrupted");
	if (m->lost)
		buf_str(w->b, " lost with the connection");
	if (m->typed)
		buf_str(w->b, " typed");
	buf_str(w->b, "</span></li>\n");
	w->who = m->who;
	w->when = m->to;
}

static void
tool(struct writer *w, size_t i)
{
	static const char *const states[] = {
		[TIMELINE_OPEN] = "no answer", [TIMELINE_OK] = "ok",
		[TIMELINE_FAILED] = "error",
		[TIMELINE_CANCELLED] = "cancelled"
	};
	const struct timeline_item *m = &w->l->items[i];

	buf_printf(w->b, "<li id=\"i%zu\" class=\"block tool%s\"><details>"
	    "<summary><bdi class=\"name\">", i, m->state == TIMELINE_FAILED ?
	    " failed" : "");
	html_str(w->b, m->name);
	buf_printf(w->b, "</bdi> <span class=\"state\">%s",
	    states[m->state]);
	if (m->state != TIMELINE_OPEN) {
		buf_str(w->b, ", ");
		html_length(w->b, m->to - m->from);
	}
	buf_str(w->b, "</span></summary>");
	if (m->text.len > 0) {
		buf_str(w->b, "<h3>Called with</h3><pre tabindex=\"0\">");
		html_text(w->b, m->text.data, m->text.len);
		buf_str(w->b, "</pre>");
	}
	if (m->answer.len > 0) {
		buf_str(w->b, "<h3>Answer</h3><pre tabindex=\"0\">");
		html_text(w->b, m->answer.data, m->answer.len);
		buf_str(w->b, "</pre>");
	}
	buf_str(w->b, "</details>");
	moment_link(w, i);
	buf_str(w->b, "</li>\n");
}

/* The picture's type, by its first bytes, if browsers can show it. */
static const char *
picture_type(const struct buf *b)
{
	const unsigned char *p = (const unsigned char *)b->data;

	if (b->len > 3 && p[0] == 0xff && p[1] == 0xd8 && p[2] == 0xff)
		return "image/jpeg";
	if (b->len > 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	return NULL;
}

static void
picture(struct writer *w, size_t i)
{
	const struct timeline_item *m = &w->l->items[i];
	const char *type = picture_type(&m->answer);

	buf_printf(w->b, "<li id=\"i%zu\" class=\"pic %s\">", i, m->who ==
	    SIDE_USER ? "u" : "m");
	if (type != NULL) {
		buf_str(w->b, "<details><summary><img loading=\"lazy\" "
		    "alt=\"Picture at ");
		html_moment(w->b, m->from - w->l->zero);
		buf_str(w->b, "\" src=\"");
		html_data(w->b, type, m->answer.data, m->answer.len);
		buf_str(w->b, "\"></summary></details>");
	} else {
		buf_str(w->b, "<p class=\"missing\">");
		buf_str(w->b, "<bdi>");
		html_str(w->b, *m->name != '\0' ? m->name : "picture");
		buf_printf(w->b, "</bdi>, %zu bytes, not in this page</p>",
		    m->bytes);
	}
	buf_str(w->b, "<span class=\"foot\">");
	moment_link(w, i);
	buf_str(w->b, "</span></li>\n");
}

static void
divider(struct writer *w, size_t i, const char *class, const char *what)
{
	const struct timeline_item *m = &w->l->items[i];

	buf_printf(w->b, "<li id=\"i%zu\" class=\"rule %s\"><span>", i, class);
	if (m->kind != TIMELINE_END) {
		moment_link(w, i);
		buf_byte(w->b, ' ');
	}
	html_str(w->b, what);
	if (m->text.len > 0) {
		buf_str(w->b, ": <bdi>");
		html_text(w->b, m->text.data, m->text.len);
		buf_str(w->b, "</bdi>");
	}
	if (m->kind == TIMELINE_GAP && m->to > m->from) {
		buf_str(w->b, ", ");
		html_length(w->b, m->to - m->from);
	}
	buf_str(w->b, "</span></li>\n");
}

static void
talk(struct writer *w)
{
	const struct timeline_item *m;
	size_t i;

	buf_str(w->b, "<section class=\"words\" aria-labelledby=\"what\">\n"
	    "<h2 id=\"what\">What was said</h2>\n<ol class=\"talk\" "
	    "role=\"list\">\n");
	for (i = 0; i < w->l->nitems; i++) {
		m = &w->l->items[i];
		switch (m->kind) {
		case TIMELINE_WORDS:
			if (m->text.len > 0 && strspn(m->text.data,
			    " \t\r\n") < m->text.len)
				said(w, i);
			break;
		case TIMELINE_TOOL: tool(w, i); break;
		case TIMELINE_IMAGE: picture(w, i); break;
		case TIMELINE_GAP: divider(w, i, "gap", "reconnected"); break;
		case TIMELINE_TROUBLE:
			divider(w, i, "trouble", m->name);
			break;
		case TIMELINE_END: divider(w, i, "end", "end"); break;
		}
	}
	buf_str(w->b, "</ol>\n</section>\n</main>\n");
}

static void
player(struct writer *w)
{
	struct buf *b = w->b;

	if (w->p->sound == NULL && w->p->sound_file == NULL)
		return;
	buf_str(b, "<aside class=\"player\" aria-label=\"Sound\"><audio "
	    "id=\"sound\" controls preload=\"metadata\" src=\"");
	if (w->p->sound != NULL)
		html_data(b, "audio/ogg", w->p->sound, w->p->sound_len);
	else
		html_str(b, w->p->sound_file);
	buf_str(b, "\"></audio><p class=\"keys\" hidden><kbd>space</kbd> "
	    "plays, <kbd>←</kbd> <kbd>→</kbd> 5 s, <kbd>j</kbd> "
	    "<kbd>l</kbd> "
	    "10 s, <kbd>k</kbd> stops</p></aside>\n");
}

void
page_write(const struct page *p, struct buf *out)
{
	struct writer w = { .p = p, .l = p->timeline, .s = p->summary,
	    .b = out, .who = -1 };

	axis_init(&w.axis, w.l);
	policy(&w);
	head(&w);
	drawing(&w);
	talk(&w);
	player(&w);
	buf_str(out, "<script>");
	pieces(out, page_script);
	buf_str(out, "</script>\n</body>\n</html>\n");
	axis_done(&w.axis);
}
