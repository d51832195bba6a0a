/*
 * A `turn` record: clientContent if the model accepts that, else the nearest
 * that it does: pictures and sounds as live input, words as typed text.
 */
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/client.h"
#include "proto/payload.h"
#include "proto/sending.h"
#include "proto/schema.h"
#include "stream/stream.h"

enum { WORDS_MAX = 16 << 20 };	/* bytes of a turn sent as text */

/* A part with a picture or sound, as realtimeInput if the model accepts that
 * kind; -1 if it does not, or if there are too many. */
static int
media_part(const struct sending *job, const struct json *part)
{
	const struct json *blob = schema_get(part, "inlineData");
	const char *mime = json_str(schema_get(blob, "mimeType"));
	struct buf *b = job->out->b;
	bool chunks = job->f->carrier == CARRIER_CHUNKS;

	if (job->f->client_content == CONTENT_NEVER || json_size(part) != 1 ||
	    mime == NULL || json_str(schema_get(blob, "data")) == NULL ||
	    job->out->n + 1 == PROTO_MESSAGES)
		return -1;
	if (strncmp(mime, "image/", 6) != 0 &&
	    strncmp(mime, "audio/pcm", 9) != 0)
		return -1;
	buf_printf(b, "{\"realtimeInput\":{\"%s\":%s", chunks ? "mediaChunks" :
	    *mime == 'i' ? "video" : "audio", chunks ? "[" : "");
	json_print(blob, b);
	buf_str(b, chunks ? "]}}" : "}}");
	return sending_end(job);
}

/* The parts of a turn: pictures and sounds go out, the words are collected.
 * False if one is neither. */
static bool
spread(const struct sending *job, const struct json *parts,
    struct buf *words)
{
	const struct json *p = json_first(parts);
	bool whole = p != NULL;
	const char *s;
	size_t n;

	for (; whole && p != NULL; p = json_next(p)) {
		s = json_strn(json_get(p, "text"), &n);
		if (s == NULL) {
			whole = media_part(job, p) >= 0;
			continue;
		}
		whole = json_size(p) == 1;
		if (words->len > 0)
			buf_byte(words, ' ');
		buf_add(words, s, n);
	}
	return whole;
}

/* If clientContent is not always accepted, words go as typed text, which the
 * model answers, after the pictures and sounds that they are about. */
static int
turn_as_text(const struct sending *job, const char *role,
    const struct json *text, const struct json *parts)
{
	struct buf words;
	bool whole = strcmp(role, "user") == 0;
	const char *s;
	size_t n;

	if (job->f->text == TEXT_NONE)
		return sending_refuse(job, "this model only hears: it takes no "
		    "turns (--quirk text=realtime sends them all the same)");
	buf_init(&words, WORDS_MAX);
	buf_str(&words, "");
	whole = whole && (parts == NULL || spread(job, parts, &words));
	s = parts ? words.data : json_strn(text, &n);
	n = parts ? words.len : n;
	if (whole && s != NULL && (n > 0 || parts == NULL))
		sending_text(s, n, job->out->b);
	else if (whole && s != NULL)
		proto_client_start(job->f, NULL, job->out->b);
	else
		whole = false;
	buf_done(&words);
	if (whole)
		return sending_end(job);
	return sending_refuse(job, job->f->client_content == CONTENT_NEVER ?
	    "this model takes nothing but the user's text in a running "
	    "session" : "this model takes nothing but the user's text, "
	    "pictures and PCM in a running session, 15 in one turn");
}

/* A turn as clientContent; one with neither text nor parts is only an end. */
static int
turn_as_content(const struct sending *job, const char *role,
    const struct json *text, const struct json *parts)
{
	const struct json *complete = json_get(job->head, "complete");
	bool done = complete == NULL || json_true(complete);
	size_t n;
	const char *s = json_strn(text, &n);
	struct buf *b = job->out->b;

	if (parts != NULL) {
		buf_str(b, "{\"clientContent\":{\"turns\":[{\"role\":");
		sending_quote(b, role);
		buf_str(b, ",\"parts\":");
		json_print(parts, b);
		buf_printf(b, "}],\"turnComplete\":%s}}",
		    done ? "true" : "false");
	} else if (s != NULL) {
		sending_turn(role, s, n, done, b);
	} else {
		proto_client_content(NULL, done, b);
	}
	return sending_end(job);
}

int
clientturn_send(const struct sending *job)
{
	const struct json *text = json_get(job->head, "text");
	const struct json *parts = json_get(job->head, "parts");
	const char *role = json_get_str(job->head, "role", "user");
	char why[160];

	if (parts != NULL && json_type(parts) != JSON_ARRAY)
		return sending_refuse(job, "\"parts\" is not an array");
	if (!payload_inline(parts, why, sizeof(why)))
		return sending_refuse(job, why);
	if (strcmp(role, "user") != 0 && strcmp(role, "model") != 0 &&
	    strcmp(role, "system") != 0)
		return sending_refuse(job, "its \"role\" is neither user nor "
		    "model");
	if (job->f->client_content == CONTENT_ANY || job->opening)
		return turn_as_content(job, role, text, parts);
	return turn_as_text(job, role, text, parts);
}
