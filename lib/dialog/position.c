/*
 * The service counts from the beginning of a connection.  What was sent again
 * after a change of connections comes before that.
 */
#include "dialog/position.h"

#include <string.h>

#include "base/duration.h"
#include "base/buf.h"
#include "base/json.h"
#include "stream/stream.h"

enum {
	AHEAD_MS = 1500,	/* this far ahead of the clock: no microphone */
	SLACK_MS = 2000		/* an offset later than what was sent counts
				 * from an earlier connection */
};

void
position_sound(struct position *p, size_t samples, int rate)
{
	p->ns += (int64_t)samples * 1000000000 / rate;
}

int64_t
position_ms(const struct position *p)
{
	return p->ns / 1000000;
}

/* The position of an offset from the service; -1 without one. */
static int64_t
moved(const struct position *p, int64_t ms)
{
	if (ms < 0)
		return -1;
	return p->base + ms > position_ms(p) + SLACK_MS ? ms : p->base + ms;
}

static int64_t
place(const struct position *p, const struct json *head, const char *key)
{
	return moved(p, json_get_int(head, key, -1));
}

static void
put(struct buf *out, int64_t at, int64_t to)
{
	if (at >= 0)
		stream_int(out, "at_ms", at);
	if (to >= 0 && to >= at)
		stream_int(out, "to_ms", to);
}

/* The position of the present in a live session, else -1. */
static int64_t
live(const struct position *p, int64_t t)
{
	return position_ms(p) <= t + AHEAD_MS ? position_ms(p) : -1;
}

static void
activity(struct position *p, const struct json *head, int64_t t,
    struct buf *out)
{
	int64_t at = place(p, head, "offset_ms");

	bool start = strcmp(json_get_str(head, "state", ""), "start") == 0;

	if (!start && at > 0)
		p->quiet = at;
	if (at < 0)
		at = live(p, t);
	if (at >= 0 && start)
		p->voice = at;
	put(out, at, -1);
}

/* The offset of the first or the last word, for a transcript without offsets of
 * its own; in ms of the service, -1 if there is none. */
static int64_t
word_offset(const struct json *head, bool last)
{
	const struct json *w = json_first(json_get(head, "words")), *next;

	for (; last && w != NULL && (next = json_next(w)) != NULL; w = next)
		;
	return w == NULL ? -1 : duration_ms(json_get_str(w, last ?
	    "endOffset" : "startOffset", "0s"));
}

/* Adds the position of words; without offsets, they lie between the beginning
 * of the speech and its end, or now. */
static void
words(struct position *p, const struct json *head, int64_t t, struct buf *out)
{
	int64_t at = place(p, head, "start_ms");
	int64_t to = place(p, head, "end_ms");

	if (at < 0)
		at = moved(p, word_offset(head, false));
	if (to < 0)
		to = moved(p, word_offset(head, true));
	if (strcmp(json_get_str(head, "role", ""), "user") != 0)
		return;
	if (at < 0 && to < 0) {
		to = p->quiet > p->voice && p->quiet > p->said ? p->quiet :
		    live(p, t);
		at = p->voice > p->said ? p->voice : to < 0 ? -1 : p->said;
		if (p->voice == 0 && p->said == 0 && p->quiet == 0)
			at = to = -1;	/* its beginning is unknown */
	}
	put(out, at, to);
	if (json_true(json_get(head, "interim")))
		return;		/* the same words will come again */
	if (to > p->said)
		p->said = to;
	else if (to < 0 && at > p->said)
		p->said = at;
}

void
position_members(struct position *p, const char *type, const char *text,
    size_t n, int64_t t, struct buf *out)
{
	bool voice = strcmp(type, "voice_activity") == 0;
	struct json *head;

	if (strcmp(type, "reconnecting") == 0)
		p->left = position_ms(p);
	if (!voice && strcmp(type, "transcript") != 0 &&
	    strcmp(type, "reconnected") != 0)
		return;
	head = json_parse(text, n, NULL, 0);
	if (voice)
		activity(p, head, t, out);
	else if (*type == 't')
		words(p, head, t, out);
	else {
		p->base = p->left - json_get_int(head, "resent_ms", 0);
		p->base = p->base > 0 ? p->base : 0;
	}
	json_free(head);
}
