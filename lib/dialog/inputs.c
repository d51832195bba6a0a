/*
 * Distributes the inputs' records: to the session, past it, and to what keeps
 * the conversation.
 */
#include "dialog/inner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "proto/client.h"
#include "stream/stream.h"

void
inputs_note(struct dialog *t, const struct record *r)
{
	if (strcmp(r->type, "audio") == 0)
		stats_sound(t->stats, true, r->payload, r->payload_len / 2);
	recording_user(t->recording, r, loop_now(t->loop) - t->zero,
	    position_ms(&t->position));
}

/* Passes on to the reader a record that is neither for the service nor ours. */
static bool
pass(struct dialog *t, const struct record *r)
{
	struct session_out out = {
		.type = r->type, .head = r->line, .head_len = r->line_len,
		.body = r->payload, .body_len = r->payload_len
	};

	if (sink_full(t->sink))
		return false;
	sink_record(t->sink, &out);
	inputs_note(t, r);
	return true;
}

static int
input_flags(const struct dialog *t, int how)
{
	return (how & FEED_LIVE ? SESSION_LIVE : 0) |
	    (how & FEED_PLAIN ? SESSION_PLAIN : 0) |
	    (how & FEED_LINE && !t->o->typed ? SESSION_TURNS : 0);
}

static bool
take(void *arg, const struct record *r, int how)
{
	struct dialog *t = arg;
	bool taken;

	/* only the user's own keyboard gives commands */
	if (how & FEED_LINE && how & FEED_STANDARD && t->o->typed &&
	    slash_line(t, r, &taken))
		return taken;
	/* gl-tool passes its own input on */
	if (how & FEED_TOOLS && !proto_client_takes(r->type))
		return true;
	/* a loudspeaker's sound, 48 kB a second, is only for a canceller */
	if (strcmp(r->type, "reference") == 0)
		return true;
	if (!proto_client_takes(r->type) && strcmp(r->type, "played") != 0 &&
	    strcmp(r->type, "hangup") != 0)
		return pass(t, r);
	if (!session_record(t->session, loop_now(t->loop), r,
	    input_flags(t, how)))
		return false;
	if (how & FEED_LINE)
		person_line(t->person);
	inputs_note(t, r);
	return true;
}

static bool
take_audio(void *arg, const void *pcm, size_t n, int rate, int how)
{
	struct dialog *t = arg;

	if (!session_audio(t->session, loop_now(t->loop), pcm, n, rate,
	    input_flags(t, how)))
		return false;
	stats_sound(t->stats, true, pcm, n / 2);
	recording_sound(t->recording, pcm, n, rate, loop_now(t->loop) -
	    t->zero, position_ms(&t->position));
	position_sound(&t->position, n / 2, rate);
	return true;
}

static void
blank(void *arg)
{
	struct dialog *t = arg;

	person_blank(t->person);
}

static bool
hungry(void *arg)
{
	struct dialog *t = arg;

	return !t->done && session_hungry(t->session);
}

static void
input_end(void *arg)
{
	struct dialog *t = arg;

	session_input_end(t->session, loop_now(t->loop));
}

static void
input_warn(void *arg, const char *name, const char *why)
{
	dialog_tell(arg, SESSION_WARN, "%s: %s", name, why);
}

/* Fails batches that ask for it; otherwise a warning and a record. */
static void
input_silent(void *arg, const char *name, const char *why)
{
	struct dialog *t = arg;
	char text[DIALOG_TEXT];
	struct buf b;
	struct session_out out = { .type = "silent" };

	snprintf(text, sizeof(text), "%s: nothing was said: %s", name,
	    why);
	if (t->o->require_speech) {
		dialog_tell(t, SESSION_ERROR, "%s", text);
		session_spoil(t->session, loop_now(t->loop), CODE_DATA, text);
		return;
	}
	dialog_tell(t, SESSION_WARN, "%s", text);
	buf_init(&b, 4096);
	stream_head(&b, "silent");
	stream_str(&b, "input", name);
	stream_str(&b, "why", why);
	stream_tail(&b, 0);
	out.head = b.data;
	out.head_len = b.len;
	sink_record(t->sink, &out);
	buf_done(&b);
}

static void
input_bad(void *arg, const char *name, int code, const char *why)
{
	struct dialog *t = arg;
	char text[DIALOG_TEXT];

	snprintf(text, sizeof(text), "%s: %s", name, why);
	dialog_tell(t, SESSION_ERROR, "%s", text);
	session_spoil(t->session, loop_now(t->loop), code, text);
}

enum progress_status
inputs_where(void *arg, struct progress_at *at)
{
	struct dialog *t = arg;
	bool file = feed_progress(t->feed, &at->bytes, &at->size);

	if (position_ms(&t->position) > 0)
		at->ms = position_ms(&t->position);
	if (t->o->progress_json)
		return PROGRESS_KNOWN;
	return !file ? PROGRESS_NONE : sink_pause_captions(t->sink) ?
	    PROGRESS_KNOWN : PROGRESS_SOON;
}

static const struct feed_ops feed_ops = {
	take, take_audio, blank, hungry, input_end, input_warn, input_silent,
	input_bad
};

static void
helper_dead(void *arg, int code, const char *why)
{
	struct dialog *t = arg;

	if (t->leaving || t->done)
		return;
	dialog_tell(t, SESSION_ERROR, "%s", why);
	if (!t->bad)
		t->bad = code ? code : CODE_UNAVAILABLE;
}

static int
start_helper(struct dialog *t)
{
	int fd;

	if (!t->o->tool_command)
		return CODE_OK;
	t->helper = helper_start(t->loop, t->o->tool_command, &fd,
	    helper_dead, t);
	if (t->helper) {
		feed_add_tools(t->feed, fd, "gl-tool");
		return CODE_OK;
	}
	dialog_tell(t, SESSION_ERROR, "%s: %s", t->o->tool_command[0],
	    log_reason(errno));
	return CODE_CONFIG;
}

int
inputs_open(struct dialog *t)
{
	size_t i;

	t->feed = feed_new(t->loop, &t->o->feed, &feed_ops, t);
	for (i = 0; i < t->o->ninputs; i++)
		if (feed_add(t->feed, t->o->inputs[i]) < 0) {
			dialog_tell(t, SESSION_ERROR, "%s: %s",
			    t->o->inputs[i], log_reason(errno));
			return CODE_NOINPUT;
		}
	if (t->o->standard)
		feed_stdin(t->feed, t->o->form);
	return start_helper(t);
}
