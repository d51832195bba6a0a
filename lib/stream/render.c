/*
 * Records as text and as JSON lines.  Text keeps two open lines, one per
 * speaker.  In whole-line form they are held back until the turn ends, since
 * pieces of the user's transcript may come after the answer has begun; what the
 * user says while the model's words come is kept apart (`late`): if the turn is
 * interrupted, that was the interruption and opens the next turn.  An answer
 * lost with its connection is given again: where only words are wanted, the
 * lost one is written only if no other came.
 */
#include "stream/render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/term.h"
#include "base/utf8.h"
#include "stream/stream.h"

enum {
	LINE_FULL = 1 << 20,	/* a held line this long is written */
	LINE_CEILING = LINE_FULL + 4 * STREAM_HEAD_MAX,
	DETAIL_MAX = 400		/* of arguments and answers shown */
};

struct render {
	struct render_opts o;
	struct buf held[2];	/* by side; whole-line form */
	struct buf late;	/* the user's, since the model began */
	struct buf lost;	/* an answer that may be given again */
	int open;		/* live form: whose line is open, or -1 */
	struct term term;	/* live form: the row */
	int width;
	bool cut;		/* the last thing said was an interruption */
};

enum side
render_side(const struct record *rec)
{
	const char *role = json_get_str(rec->head, "role", NULL);
	const char *side = json_get_str(rec->head, "side", role);

	if (side != NULL)
		return strcmp(side, "model") == 0 ? SIDE_MODEL : SIDE_USER;
	return json_type(json_get(rec->head, "turn")) == JSON_NUMBER ?
	    SIDE_MODEL : SIDE_USER;
}

struct render *
render_new(const struct render_opts *o)
{
	struct render *r = mem_alloc(sizeof(*r));

	r->o = *o;
	r->open = -1;
	buf_init(&r->held[SIDE_USER], 2 * LINE_CEILING);
	buf_init(&r->held[SIDE_MODEL], LINE_CEILING);
	buf_init(&r->late, LINE_CEILING);
	buf_init(&r->lost, LINE_CEILING);
	return r;
}

void
render_width(struct render *r, int columns)
{
	r->width = columns;
	term_width(&r->term, columns);
}

void
render_moved(struct render *r)
{
	r->open = -1;
}

int
render_open(const struct render *r)
{
	return r->o.live && r->open != -1 ? r->term.col : -1;
}

void
render_free(struct render *r)
{
	if (r == NULL)
		return;
	buf_done(&r->held[SIDE_USER]);
	buf_done(&r->held[SIDE_MODEL]);
	buf_done(&r->late);
	buf_done(&r->lost);
	free(r);
}

/* Text from outside, without what utf8_unsafe() finds; newline and tab stay,
 * but among labelled lines the further ones of a text are indented, lest they
 * look like another's or a remark. */
static void
add_safe(const struct render *r, struct buf *b, const char *s, size_t n)
{
	size_t i = 0, from = 0, bad;
	int columns;

	while (i < n) {
		bad = s[i] == '\n' || s[i] == '\t' ? 0 :
		    utf8_unsafe(s + i, n - i);
		if (s[i] == '\n' && r->o.labels) {
			buf_add(b, s + from, i - from);
			buf_str(b, "\n  ");
			from = ++i;
		} else if (bad > 0) {
			buf_add(b, s + from, i - from);
			buf_str(b, "\xef\xbf\xbd");
			i += bad;
			from = i;
		} else {
			i += utf8_char(s + i, n - i, &columns);
		}
	}
	buf_add(b, s + from, n - from);
}

/* The same, wrapped in live form. */
static void
put(struct render *r, const char *s, size_t n, struct buf *out)
{
	if (r->o.live)
		term_put(&r->term, s, n, out);
	else
		add_safe(r, out, s, n);
}

/* Text of our own; in live form it may begin a row. */
static void
own(struct render *r, const char *s, struct buf *out)
{
	term_row(&r->term, r->width);
	term_own(&r->term, s, (int)strlen(s), out);
}

static void
label(struct render *r, enum side side, struct buf *out)
{
	if (!r->o.labels) {
		/* on a terminal, no row begins with text from outside */
		own(r, r->o.live && r->width > 0 ? "  " : "", out);
		return;
	}
	if (r->o.colour)
		buf_str(out, side == SIDE_USER ? "\033[36m" : "\033[32m");
	own(r, side == SIDE_USER ? "user:" : "model:", out);
	term_own(&r->term, r->o.colour ? "\033[0m " : " ", 1, out);
}

/* Live form: ends whatever line is open. */
static void
shut(struct render *r, struct buf *out)
{
	if (r->open != -1)
		buf_byte(out, '\n');
	r->open = -1;
}

static size_t
spaces(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' ||
	    s[i] == '\r'))
		i++;
	return i;
}

static size_t
trimmed(const char *s, size_t n)
{
	while (n > 0 && spaces(s + n - 1, 1) == 1)
		n--;
	return n;
}

/* Whole-line form: writes a held line, if there is one. */
static void
release(struct render *r, enum side side, struct buf *out)
{
	struct buf *b = &r->held[side];
	size_t skip = spaces(b->data, b->len);
	size_t n = trimmed(b->data, b->len);

	if (n > skip) {
		label(r, side, out);
		buf_add(out, b->data + skip, n - skip);
		buf_byte(out, '\n');
	}
	buf_clear(b);
}

static void
release_all(struct render *r, struct buf *out)
{
	buf_add(&r->held[SIDE_USER], r->late.data, r->late.len);
	buf_clear(&r->late);
	release(r, SIDE_USER, out);
	release(r, SIDE_MODEL, out);
}

static void
words(struct render *r, enum side side, const char *s, struct buf *out)
{
	size_t n = strlen(s), skip;
	struct buf *b;

	if (!(side == SIDE_USER ? r->o.user : r->o.model))
		return;
	r->cut = false;
	if (r->o.live) {
		skip = r->open == (int)side ? 0 : spaces(s, n);
		if (skip == n)
			return;
		if (r->open != (int)side) {
			shut(r, out);
			label(r, side, out);
		}
		r->open = side;
		put(r, s + skip, n - skip, out);
		return;
	}
	if (side == SIDE_MODEL)
		buf_clear(&r->lost);
	b = side == SIDE_USER && r->held[SIDE_MODEL].len > 0 ? &r->late :
	    &r->held[side];
	add_safe(r, b, s, n);
	if (b->len > LINE_FULL)
		release_all(r, out);
}

static void
note_begin(struct render *r, struct buf *out)
{
	shut(r, out);
	if (r->o.colour)
		buf_str(out, "\033[2m");
	own(r, "[", out);
}

static void
note_end(struct render *r, struct buf *out)
{
	buf_str(out, r->o.colour ? "]\033[0m\n" : "]\n");
}

static void
note(struct render *r, const char *what, const char *detail, struct buf *out)
{
	size_t n = detail != NULL ? strlen(detail) : 0, cut;

	if (!r->o.events)
		return;
	cut = n > DETAIL_MAX ? utf8_cut(detail, DETAIL_MAX) : n;
	note_begin(r, out);
	put(r, what, strlen(what), out);
	if (n > 0) {
		put(r, ": ", 2, out);
		put(r, detail, cut, out);
		if (cut < n)
			put(r, "...", 3, out);
	}
	note_end(r, out);
}

/* "name {...}" for a tool's call or answer. */
static void
note_tool(struct render *r, const char *what, const struct json *head,
    const char *key, struct buf *out)
{
	struct buf b;

	buf_init(&b, STREAM_HEAD_MAX * 2);
	buf_str(&b, json_get_str(head, "name", "?"));
	if (json_get(head, key) != NULL) {
		buf_byte(&b, ' ');
		json_print(json_get(head, key), &b);
	}
	note(r, what, b.failed ? "?" : b.data, out);
	buf_done(&b);
}

/* Ends one side's line. */
static void
finish(struct render *r, enum side side, struct buf *out)
{
	if (r->o.live && r->open == (int)side)
		shut(r, out);
	else if (!r->o.live)
		release(r, side, out);
}

static void
on_transcript(struct render *r, const struct record *rec, struct buf *out)
{
	const char *text = json_get_str(rec->head, "text", "");

	/* final words follow an interim guess, and a thought is not spoken */
	if (json_true(json_get(rec->head, "interim")) ||
	    json_true(json_get(rec->head, "thought")))
		return;
	/* not words but the end of them: the connection changes, and some may
	 * come again */
	if (*text == '\0' && json_true(json_get(rec->head, "finished")) &&
	    (r->o.live || render_side(rec) == SIDE_USER))
		finish(r, render_side(rec), out);
	words(r, render_side(rec), text, out);
}

/* Typed text is a line of its own. */
static void
on_text(struct render *r, const struct record *rec, struct buf *out)
{
	if (render_side(rec) == SIDE_MODEL) {
		on_transcript(r, rec, out);
		return;
	}
	if (!r->o.live)
		release_all(r, out);
	shut(r, out);
	words(r, SIDE_USER, json_get_str(rec->head, "text", ""), out);
	finish(r, SIDE_USER, out);
}

static void
on_turn(struct render *r, const struct record *rec, struct buf *out)
{
	enum side side = render_side(rec);
	const struct json *part;

	if (!r->o.live)
		release_all(r, out);
	shut(r, out);
	words(r, side, json_get_str(rec->head, "text", ""), out);
	for (part = json_first(json_get(rec->head, "parts")); part != NULL;
	    part = json_next(part))
		words(r, side, json_get_str(part, "text", ""), out);
	finish(r, side, out);
}

static void
keep_lost(struct render *r)
{
	struct buf *model = &r->held[SIDE_MODEL];

	buf_clear(&r->lost);
	buf_add(&r->lost, model->data, model->len);
	buf_clear(model);
}

static void
on_turn_end(struct render *r, const struct record *rec, struct buf *out)
{
	const char *reason = json_get_str(rec->head, "reason", NULL);
	struct buf *model = &r->held[SIDE_MODEL];

	if (json_true(json_get(rec->head, "lost")) && model->len > 0) {
		model->len = trimmed(model->data, model->len);
		if (r->o.events)
			buf_str(model, " [lost]");
		else
			keep_lost(r);
	}
	shut(r, out);
	release_all(r, out);
	if (reason != NULL)
		note(r, "turn ended", reason, out);
}

static void
on_interrupted(struct render *r, const struct record *rec, struct buf *out)
{
	struct buf *model = &r->held[SIDE_MODEL];

	(void)rec;
	if (!r->o.live) {
		release(r, SIDE_USER, out);
		model->len = trimmed(model->data, model->len);
		if (r->o.events && model->len > 0) {
			buf_str(model, " [interrupted]");
			r->cut = true;
		}
		release(r, SIDE_MODEL, out);
		/* these words open the next turn */
		buf_add(&r->held[SIDE_USER], r->late.data, r->late.len);
		buf_clear(&r->late);
	}
	/* the service may repeat it for a single interruption */
	if (!r->cut)
		note(r, "interrupted", NULL, out);
	r->cut = true;
}

static void
on_call(struct render *r, const struct record *rec, struct buf *out)
{
	release_all(r, out);
	note_tool(r, "tool call", rec->head, "args", out);
}

static void
on_response(struct render *r, const struct record *rec, struct buf *out)
{
	release_all(r, out);
	note_tool(r, "tool answer", rec->head, "response", out);
}

static void
on_cancel(struct render *r, const struct record *rec, struct buf *out)
{
	struct buf b;

	buf_init(&b, STREAM_HEAD_MAX * 2);
	json_print(json_get(rec->head, "ids"), &b);
	note(r, "tool calls cancelled", b.failed ? "?" : b.data, out);
	buf_done(&b);
}

static void
on_media(struct render *r, const struct record *rec, struct buf *out)
{
	struct buf b;

	if (!r->o.events)
		return;
	release_all(r, out);
	buf_init(&b, STREAM_HEAD_MAX * 2);
	buf_printf(&b, "%s, %zu bytes", json_get_str(rec->head, "mime", "?"),
	    rec->payload_len);
	note(r, rec->type, b.data, out);
	buf_done(&b);
}

/* Sound that nobody will hear. */
static void
on_lost(struct render *r, const struct record *rec, struct buf *out)
{
	struct buf b;

	buf_init(&b, 64);
	buf_printf(&b, "%" PRId64 " ms of sound", json_get_int(rec->head, "ms",
	    0));
	note(r, rec->type, b.data, out);
	buf_done(&b);
}

/* The text in a record about trouble. */
static const char *
detail(const struct json *head)
{
	static const char *const keys[] = { "message", "reason", "why",
	    "text" };
	const char *s = NULL;
	size_t i;

	for (i = 0; s == NULL && i < sizeof(keys) / sizeof(keys[0]); i++)
		s = json_get_str(head, keys[i], NULL);
	return s;
}

static void
on_trouble(struct render *r, const struct record *rec, struct buf *out)
{
	int64_t gap = json_get_int(rec->head, "gap_ms", -1);
	struct buf b;

	if (!r->o.live)
		release_all(r, out);
	if (gap < 0) {
		note(r, rec->type, detail(rec->head), out);
		return;
	}
	buf_init(&b, 64);
	buf_printf(&b, "after %" PRId64 " ms", gap);
	note(r, rec->type, b.data, out);
	buf_done(&b);
}

static const struct {
	const char *type;
	void (*fn)(struct render *, const struct record *, struct buf *);
} text_types[] = {
	{ "transcript", on_transcript },
	{ "text", on_text },
	{ "turn", on_turn },
	{ "turn_complete", on_turn_end },
	{ "generation_complete", on_turn_end },
	{ "interrupted", on_interrupted },
	{ "tool_call", on_call },
	{ "tool_response", on_response },
	{ "tool_cancel", on_cancel },
	{ "image", on_media },
	{ "blob", on_media },
	{ "lost", on_lost },
	{ "reconnecting", on_trouble },
	{ "reconnected", on_trouble },
	{ "stalled", on_trouble },
	{ "error", on_trouble },
	{ "end", on_trouble },
};

/* The header without "bytes", with "size" and perhaps "data". */
static void
as_json(struct render *r, const struct record *rec, struct buf *out)
{
	struct json *head;
	size_t n = rec->payload_len;

	if (n == 0 && json_get(rec->head, "bytes") == NULL) {
		buf_add(out, rec->line, trimmed(rec->line, rec->line_len));
		buf_byte(out, '\n');
		return;
	}
	if (rec->head == NULL)
		return;
	head = json_copy(rec->head);
	json_set(head, "bytes", NULL);
	json_set(head, "data", NULL);
	json_set(head, "size", json_integer((int64_t)n));
	json_print(head, out);
	json_free(head);
	if (r->o.data) {
		out->len -= out->failed ? 0 : 1;	/* closing brace */
		buf_str(out, ",\"data\":\"");
		base64_add(out, rec->payload, n);
		buf_str(out, "\"}");
	}
	buf_byte(out, '\n');
}

void
render_record(struct render *r, const struct record *rec, struct buf *out)
{
	struct record copy = *rec;
	struct json *parsed = NULL;
	size_t i, from, n = sizeof(text_types) / sizeof(text_types[0]);

	for (i = 0; i < n && strcmp(rec->type, text_types[i].type) != 0; i++)
		;
	if (i == n && !r->o.json)
		return;
	if (rec->head == NULL)
		copy.head = parsed = json_parse(rec->line, rec->line_len, NULL,
		    0);
	from = out->len;
	if (r->o.json)
		as_json(r, &copy, out);
	if (r->o.json && r->width > 0)
		json_tame(out, from);
	if (!r->o.json)
		text_types[i].fn(r, &copy, out);
	json_free(parsed);
}

void
render_end(struct render *r, struct buf *out)
{
	shut(r, out);
	buf_add(&r->held[SIDE_MODEL], r->lost.data, r->lost.len);
	buf_clear(&r->lost);
	release_all(r, out);
}
