/*
 * Data frames are collected in one growing buffer, control frames in a small
 * one of their own, since they may come between the fragments of a message.
 * The buffer grows by what has come, never by what a header promises.
 */
#include "net/wsin.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_MIN = 4096 };

void
wsin_init(struct wsin *w, bool server, size_t max)
{
	memset(w, 0, sizeof(*w));
	w->server = server;
	w->max = max;
	w->why = "";
}

void
wsin_done(struct wsin *w)
{
	free(w->data);
	memset(w, 0, sizeof(*w));
}

static enum wsin_event
bad(struct wsin *w, int code, const char *why)
{
	w->code = code;
	w->why = why;
	return WSIN_BAD;
}

bool
wsin_code_valid(int code)
{
	/* 1012 to 1014 were registered after the RFC */
	return (code >= 1000 && code <= 1003) ||
	    (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

static bool
is_control(const struct wsin *w)
{
	return w->frame.opcode >= 8;
}

static enum wsin_event
begin_control(struct wsin *w)
{
	if (w->frame.opcode > WSIN_PONG)
		return bad(w, 1002, "a frame has a reserved opcode");
	if (!w->frame.fin)
		return bad(w, 1002, "a control frame is fragmented");
	if (w->frame.length > WSIN_CONTROL_MAX)
		return bad(w, 1002, "a control frame is longer than 125 bytes");
	w->control_len = 0;
	return WSIN_MORE;
}

static enum wsin_event
begin_data(struct wsin *w)
{
	if (w->frame.opcode > WSIN_BINARY)
		return bad(w, 1002, "a frame has a reserved opcode");
	if (w->frame.opcode == WSIN_CONTINUATION && !w->open)
		return bad(w, 1002, "a continuation continues nothing");
	if (w->frame.opcode != WSIN_CONTINUATION && w->open)
		return bad(w, 1002, "a message begins within another");
	if (!w->open) {
		w->text = w->frame.opcode == WSIN_TEXT;
		w->len = 0;
		w->utf8 = 0;
	}
	if (w->frame.length > w->max - w->len)
		return bad(w, 1009, "a message is too big");
	w->open = !w->frame.fin;
	return WSIN_MORE;
}

static enum wsin_event
begin(struct wsin *w, const struct wsin_frame *f)
{
	w->frame = *f;
	w->left = f->length;
	w->inside = true;
	if (f->rsv)
		return bad(w, 1002, "a frame has reserved bits set");
	if (f->masked != w->server)
		return bad(w, 1002, w->server ? "a client's frame is not "
		    "masked" : "a server's frame is masked");
	return is_control(w) ? begin_control(w) : begin_data(w);
}

/* Room for n more bytes and the zero. */
static void
reserve(struct wsin *w, size_t n)
{
	size_t cap = w->cap ? w->cap : CAP_MIN;

	while (cap < w->len + n + 1)
		cap *= 2;
	if (cap == w->cap)
		return;
	w->data = mem_resize(w->data, cap, 1);
	w->cap = cap;
}

static enum wsin_event
end_close(struct wsin *w)
{
	int code;

	if (w->control_len == 0) {
		w->code = 1005;
		memset(w->control, 0, 3);
		return WSIN_GOT_CLOSE;
	}
	if (w->control_len == 1)
		return bad(w, 1002, "a close frame holds half a code");
	code = w->control[0] << 8 | w->control[1];
	if (!wsin_code_valid(code))
		return bad(w, 1002, "a close frame has a code that must not "
		    "be sent");
	if (!utf8_valid(w->control + 2, w->control_len - 2))
		return bad(w, 1007, "a close frame's reason is not UTF-8");
	w->code = code;
	return WSIN_GOT_CLOSE;
}

/* The frame is whole. */
static enum wsin_event
end(struct wsin *w)
{
	w->inside = false;
	if (is_control(w)) {
		w->control[w->control_len] = '\0';
		if (w->frame.opcode == WSIN_CLOSE)
			return end_close(w);
		return w->frame.opcode == WSIN_PING ? WSIN_GOT_PING :
		    WSIN_GOT_PONG;
	}
	if (w->open)
		return WSIN_MORE;
	if (w->text && w->utf8 != 0)
		return bad(w, 1007, "a text ends within a character");
	reserve(w, 0);
	w->data[w->len] = '\0';
	return WSIN_GOT_MESSAGE;
}

enum wsin_event
wsin_take(struct wsin *w, const struct wsin_frame *f, const void *p, size_t n)
{
	if (!w->inside && begin(w, f) == WSIN_BAD)
		return WSIN_BAD;
	if (is_control(w)) {
		memcpy(w->control + w->control_len, p, n);
		w->control_len += n;
	} else if (n > 0) {
		if (w->text && !utf8_feed(&w->utf8, p, n))
			return bad(w, 1007, "a text is not UTF-8");
		reserve(w, n);
		memcpy(w->data + w->len, p, n);
		w->len += n;
	}
	w->left -= n;
	return w->left > 0 ? WSIN_MORE : end(w);
}

void
wsin_next(struct wsin *w)
{
	w->len = 0;
	if (w->cap <= WSIN_KEEP)
		return;
	free(w->data);
	w->data = NULL;
	w->cap = 0;
}
