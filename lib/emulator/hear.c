/*
 * Invalid messages end the connection with the service's code and text.  If its
 * text is not known, it is the general one for a bad request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/ear.h"
#include "emulator/brain.h"
#include "emulator/conn.h"
#include "emulator/hear.h"
#include "emulator/turn.h"
#include "base/json.h"
#include "base/mem.h"
#include "sound/pcm.h"
#include "proto/server.h"
#include "proto/schema.h"
#include "stream/stream.h"
#include "emulator/talk.h"

enum {
	IMAGE_TOKENS = 258,
	IMAGE_MS = 900,		/* one a second, less some jitter */
	TEXT_MAX = 1 << 20,
	UPDATE_MS = 1000,
	GUESS_MS = 300		/* between two guesses of a transcription */
};

static const char *const kind_names[] = {
	[CLIENT_SETUP] = "setup", [CLIENT_CONTENT] = "content",
	[CLIENT_AUDIO] = "audio", [CLIENT_IMAGE] = "image",
	[CLIENT_TEXT] = "text", [CLIENT_ACTIVITY_START] = "activity_start",
	[CLIENT_ACTIVITY_END] = "activity_end",
	[CLIENT_AUDIO_END] = "audio_end",
	[CLIENT_TOOL_RESPONSE] = "tool_response",
	[CLIENT_CONTEXT] = "context", [CLIENT_NOTHING] = "nothing"
};

/* Logs an event of a message; media by its size, everything else in full. */
static void
log_event(struct emulator_conn *c, const struct client_event *ev,
    const struct json *message)
{
	struct buf *log = emu_conn_log(c, "received");

	if (!log)
		return;
	stream_int(log, "n", c->received);
	if (c->talk)
		stream_int(log, "of_talk", c->talk->now.received);
	stream_str(log, "kind", kind_names[ev->kind]);
	if (ev->kind == CLIENT_AUDIO)
		stream_int(log, "rate", ev->rate);
	if (ev->kind == CLIENT_IMAGE)
		stream_str(log, "mime", ev->mime ? ev->mime : "");
	if (ev->kind == CLIENT_AUDIO || ev->kind == CLIENT_IMAGE)
		stream_int(log, "base64", (int64_t)ev->len);
	else
		stream_json(log, "message", message);
	emu_conn_logged(c);
}

/* Finds the conversation: a new one, or the one that a handle refers to. */
static bool
join(struct emulator_conn *c)
{
	struct emulator *e = c->e;
	const struct talk_state *state;
	struct talk *k;

	if (!c->set.handle) {
		c->talk = talk_new(e->talks, c->backend, &e->random);
		talk_add(c->talk, TALK_TEXT, c->set.prompt_tokens);
		c->talk->holder = c;
		return true;
	}
	k = talk_resume(e->talks, c->set.handle, e->now, &state);
	if (!k || k->backend != c->backend) {
		emu_conn_close(c, 1008, "Requested entity was not found.",
		    "setup.sessionResumption.handle is none of this backend's "
		    "that lives");
		return false;
	}
	if (k->holder) {
		emu_conn_close(c, 1011, "Internal error encountered.",
		    "another connection has the conversation of the handle");
		return false;
	}
	c->talk = k;
	c->resumed = true;
	k->now = *state;
	k->holder = c;
	c->settled_all = k->now.received;
	return true;
}

static void
log_join(struct emulator_conn *c)
{
	struct buf *log;

	if (!c->resumed || !(log = emu_conn_log(c, "resumed")))
		return;
	stream_int(log, "received", c->talk->now.received);
	stream_int(log, "turns", c->talk->now.turns);
	emu_conn_logged(c);
}

static void
setup(struct emulator_conn *c, const struct json *o)
{
	struct emu_setup_verdict v;

	if (c->doom) {
		emu_conn_close(c, c->doom_code, c->doom, c->doom_why);
		return;
	}
	emu_setup_read(&c->set, o, c->backend, c->version, c->e->opt.models,
	    &v);
	if (v.code) {
		emu_conn_close(c, v.code, v.reason, v.why);
		return;
	}
	if (!c->set.handle && c->token && c->e->watch.token_use &&
	    !c->e->watch.token_use(c->e->arg, c->token)) {
		emu_conn_close(c, 1007, "Request contains an invalid argument.",
		    "the ephemeral token has no use left, or may begin no new "
		    "session any more");
		return;
	}
	if (!join(c))
		return;
	log_join(c);
	c->talk->window = c->e->opt.context_tokens ?
	    c->e->opt.context_tokens : c->set.family.window_tokens;
	c->talk->trigger = c->set.trigger;
	c->talk->target = c->set.target;
	c->ear = ear_new(&c->set.ear);
	c->phase = CONN_SETUP;
	emu_conn_fire(c, ON_SETUP, NULL, NULL);
}

void
emu_hear_ready(struct emulator_conn *c)
{
	const struct emulator_options *o = &c->e->opt;

	c->phase = c->set.history && !c->resumed ? CONN_SEED : CONN_LIVE;
	proto_server_ready(c->backend, c->talk->session, &c->e->out);
	emu_conn_send(c, "setupComplete");
	if (c->phase == CONN_LIVE)
		emu_conn_update(c, true);
	if (c->set.unasked && !c->set.resumption) {
		proto_server_resumption(NULL, true, -1, &c->e->out);
		emu_conn_send(c, "sessionResumptionUpdate");
	}
	if (o->life_ms > 0)
		c->end_at = c->opened + o->life_ms;
	if (o->life_ms > 0 && o->notice_ms > 0)
		c->go_away_at = c->end_at - o->notice_ms;
	emu_conn_fire(c, ON_READY, NULL, NULL);
	if (c->resumed)
		emu_conn_fire(c, ON_RESUMED, NULL, NULL);
}

static void
voice_activity(struct emulator_conn *c, bool start)
{
	struct buf *log = emu_conn_log(c, start ? "speech" : "silence");

	if (log) {
		stream_int(log, "heard", ear_time(c->ear));
		emu_conn_logged(c);
	}
	if (!c->set.activity || (c->set.family.id == FAMILY_TRANSCRIBE &&
	    !start))
		return;
	if (c->set.family.id == FAMILY_TRANSCRIBE)
		proto_server_voice_content(start, ear_time(c->ear),
		    &c->e->out);
	else
		proto_server_voice_activity(start, ear_time(c->ear),
		    &c->e->out);
	emu_conn_send(c, "voiceActivity");
}

static void
speech_starts(struct emulator_conn *c)
{
	voice_activity(c, true);
	emu_brain_activity(c, true);
	emu_conn_fire(c, ON_SPEECH, NULL, NULL);
	if (!c->set.no_interruption)
		emu_turn_interrupt(c);
}

static void
speech_ends(struct emulator_conn *c)
{
	int64_t ms = ear_turn(c->ear);
	size_t samples;
	void *pcm;
	int rate;

	voice_activity(c, false);
	emu_brain_activity(c, false);
	pcm = ear_take(c->ear, &rate, &samples);
	emu_turn_user(c, emu_turn_heard_speech(pcm, rate, samples, ms));
}

static void
listen_to(struct emulator_conn *c, int rate, const unsigned char *pcm,
    size_t samples)
{
	enum ear_event ev;
	size_t used;

	while (samples > 0 && emu_conn_alive(c)) {
		ev = ear_hear(c->ear, rate, pcm, samples, &used);
		pcm += used * 2;
		samples -= used;
		if (ev == EAR_STARTED)
			speech_starts(c);
		else if (ev == EAR_ENDED)
			speech_ends(c);
	}
}

/* Sends, now and then, what a transcribing model has understood so far. */
static void
guess(struct emulator_conn *c)
{
	long long ms = ear_turn(c->ear);
	char text[64];

	if (c->set.family.id != FAMILY_TRANSCRIBE || !emu_conn_alive(c) ||
	    !ear_speaking(c->ear) || c->e->now < c->guess_at)
		return;
	c->guess_at = c->e->now + GUESS_MS;
	snprintf(text, sizeof(text), "[%lld.%lld s", ms / 1000,
	    ms % 1000 / 100);
	proto_server_transcript(TRANSCRIPT_INTERIM, text, strlen(text), false,
	    &c->e->out);
	emu_conn_send(c, "interimInputTranscription");
}

static void
hear_audio(struct emulator_conn *c, const struct client_event *ev)
{
	struct emulator *e = c->e;
	unsigned char *pcm;
	ssize_t n = -1;

	if (ev->flag && c->set.family.id == FAMILY_3_1) {
		emu_conn_invalid(c, "this model takes no mediaChunks");
		return;
	}
	if (ev->mime && strncmp(ev->mime, "audio/pcm", 9) == 0 &&
	    ev->rate >= PCM_RATE_MIN && ev->rate <= PCM_RATE_MAX) {
		pcm = mem_alloc(proto_server_media_room(ev) + 1);
		n = proto_server_media(ev, pcm);
	} else {
		pcm = NULL;
	}
	if (n < 0) {
		emu_conn_invalid(c, pcm ? "audio that is not base64" :
		    "audio whose MIME type is not audio/pcm with a rate of "
		    "1000 to 384000");
	} else {
		if (e->watch.heard)
			e->watch.heard(e->arg, c->talk->id, ev->rate, pcm,
			    (size_t)n & ~(size_t)1);
		emu_brain_audio(c, ev->rate, pcm, (size_t)n & ~(size_t)1);
		if (!c->set.ear.manual || ear_speaking(c->ear))
			talk_hear(c->talk, n / 2 * 1000 / ev->rate);
		emu_conn_fire(c, ON_AUDIO, NULL, NULL);
		listen_to(c, ev->rate, pcm, (size_t)n / 2);
		guess(c);
	}
	free(pcm);
}

static void
log_image(struct emulator_conn *c, ssize_t size,
    const struct emulator_image *i, int bad)
{
	struct buf *log = emu_conn_log(c, "image");
	char rgb[40];

	if (!log)
		return;
	snprintf(rgb, sizeof(rgb), "[%d,%d,%d]", i->rgb[0], i->rgb[1],
	    i->rgb[2]);
	stream_int(log, "of_talk", c->talk->now.received);
	stream_int(log, "size", size);
	stream_int(log, "width", i->width);
	stream_int(log, "height", i->height);
	stream_raw(log, "rgb", rgb);
	/* more than one a second costs tokens and brings nothing */
	if (c->image_at >= 0 && c->e->now - c->image_at < IMAGE_MS)
		stream_bool(log, "early", true);
	if (bad)
		stream_str(log, "why", i->why);
	emu_conn_logged(c);
}

static void
hear_image(struct emulator_conn *c, const struct client_event *ev)
{
	struct emulator *e = c->e;
	struct emulator_image seen = { .why = "no base64, or empty" };
	void *p = mem_alloc(proto_server_media_room(ev) + 1);
	ssize_t n = proto_server_media(ev, p);
	int bad = -1;

	if (n > 0)
		bad = e->watch.image ? e->watch.image(e->arg, c->talk->id,
		    c->talk->now.received, ev->mime, p, (size_t)n, &seen) : 0;
	if (bad == 0)
		emu_brain_image(c, ev->mime, p, (size_t)n);
	free(p);
	log_image(c, n, &seen, bad);
	c->image_at = e->now;
	if (bad) {
		emu_conn_invalid(c, seen.why);
		return;
	}
	talk_add(c->talk, TALK_IMAGE, IMAGE_TOKENS);
	emu_conn_fire(c, ON_IMAGE, NULL, NULL);
}

static void
hear_text(struct emulator_conn *c, const struct client_event *ev)
{
	talk_add(c->talk, TALK_TEXT, talk_text_tokens(ev->len));
	if (!c->set.no_interruption)
		emu_turn_interrupt(c);
	if (!emu_conn_alive(c))
		return;
	emu_brain_text(c, ev->text, ev->len);
	emu_turn_user(c, emu_turn_heard_text(ev->text, ev->len, true));
}

static void
activity(struct emulator_conn *c, bool start)
{
	if (!c->set.ear.manual) {
		emu_conn_invalid(c, "activityStart or activityEnd without "
		    "automaticActivityDetection.disabled in setup");
	} else if (start) {
		if (ear_start(c->ear))
			speech_starts(c);
	} else if (ear_end(c->ear)) {
		speech_ends(c);
	}
}

static void
audio_end(struct emulator_conn *c)
{
	if (c->set.ear.manual)
		emu_conn_invalid(c, "audioStreamEnd with "
		    "automaticActivityDetection.disabled in setup");
	else if (!c->e->opt.ignore_stream_end && ear_end(c->ear))
		speech_ends(c);
}

/* The text of the last turn of a clientContent; -1 if a turn has no role though
 * the family wants one. */
static int
last_turn(struct emulator_conn *c, const struct json *turns, struct buf *text)
{
	const struct json *t, *p;
	const char *s;
	size_t before;

	for (t = json_first(turns); t; t = json_next(t)) {
		if (c->set.family.roles && !json_str(schema_get(t, "role")))
			return -1;
		buf_clear(text);
		before = 0;
		for (p = json_first(schema_get(t, "parts")); p;
		    p = json_next(p)) {
			s = json_get_str(p, "text", "");
			if (before++ && *s)
				buf_byte(text, ' ');
			buf_str(text, s);
		}
		talk_add(c->talk, TALK_TEXT, talk_text_tokens(text->len));
	}
	return 0;
}

static void
hear_content(struct emulator_conn *c, const struct client_event *ev)
{
	bool seeding = c->phase == CONN_SEED;
	struct buf text;

	buf_init(&text, TEXT_MAX);
	buf_str(&text, "");
	if (!seeding && c->set.family.client_content != CONTENT_ANY &&
	    (c->set.family.client_content != CONTENT_SEED || c->begun ||
	    c->talk->now.turns > 0)) {
		emu_conn_invalid(c, "this model takes clientContent only as "
		    "its history, before all else");
	} else if (last_turn(c, schema_get(ev->json, "turns"), &text) != 0) {
		emu_conn_invalid(c, "a turn of clientContent without a role");
	} else if (seeding) {
		if (ev->flag) {
			c->phase = CONN_LIVE;
			emu_conn_update(c, true);
		}
	} else {
		if (text.len > 0)
			emu_conn_fire(c, ON_TEXT, text.data, NULL);
		emu_turn_interrupt(c);
		if (ev->flag && emu_conn_alive(c)) {
			emu_brain_text(c, text.data, text.len);
			emu_turn_user(c, emu_turn_heard_text(text.data,
			    text.len, false));
		}
	}
	buf_done(&text);
}

static void
hear_context(struct emulator_conn *c, const struct json *o)
{
	const struct json *tools = schema_get(o, "tools");
	char why[512];

	if (c->set.family.context != CONTEXT_UPDATE)
		emu_conn_invalid(c, "contextUpdate is not taken by this model");
	else if (tools && emu_setup_judge(&c->set, schema_get(tools, "tools"),
	    why, sizeof(why)) != 0)
		emu_conn_invalid(c, why);
	else if (tools)
		emu_setup_tools(&c->set, schema_get(tools, "tools"));
}

static void
hear(struct emulator_conn *c, const struct client_event *ev)
{
	if (ev->kind != CLIENT_CONTENT)
		c->begun = true;
	switch (ev->kind) {
	case CLIENT_CONTENT: hear_content(c, ev); break;
	case CLIENT_AUDIO: hear_audio(c, ev); break;
	case CLIENT_IMAGE: hear_image(c, ev); break;
	case CLIENT_TEXT: hear_text(c, ev); break;
	case CLIENT_ACTIVITY_START: activity(c, true); break;
	case CLIENT_ACTIVITY_END: activity(c, false); break;
	case CLIENT_AUDIO_END: audio_end(c); break;
	case CLIENT_TOOL_RESPONSE: emu_turn_response(c, ev); break;
	case CLIENT_CONTEXT: hear_context(c, ev->json); break;
	default: break;
	}
}

/* Why this is not allowed in this phase; NULL if it is. */
static const char *
misplaced(const struct emulator_conn *c, enum client_kind kind)
{
	if (c->phase == CONN_OPEN)
		return kind != CLIENT_SETUP ? "the first message is not setup" :
		    NULL;
	if (kind == CLIENT_SETUP)
		return "setup came twice";
	if (c->phase == CONN_SEED && kind != CLIENT_CONTENT)
		return "only clientContent may come before the history that "
		    "setup announced is complete (turnComplete)";
	return c->set.refuse_later;
}

static void
hear_all(struct emulator_conn *c, struct protoserver *s, int count)
{
	const struct client_event *ev;
	const char *why;
	int i;

	for (i = 0; i < count && emu_conn_alive(c); i++) {
		ev = proto_server_event(s, (size_t)i);
		log_event(c, ev, proto_server_message(s));
		if ((why = misplaced(c, ev->kind))) {
			emu_conn_invalid(c, why);
		} else if (ev->kind == CLIENT_SETUP) {
			setup(c, ev->json);
		} else {
			if (ev->kind == CLIENT_TEXT)
				emu_conn_fire(c, ON_TEXT, ev->text, NULL);
			hear(c, ev);
		}
	}
}

void
emu_hear_message(struct emulator_conn *c, bool text, const char *p, size_t n)
{
	struct protoserver *s = c->e->server[c->backend];
	int count;

	count = text ? proto_server_parse(s, p, n) : -1;
	if (count < 0) {
		if (text)
			emu_conn_close(c, 1007, proto_server_why(s),
			    proto_server_why(s));
		else
			emu_conn_invalid(c, "a binary message");
		return;
	}
	if (c->phase == CONN_LIVE || c->phase == CONN_SEED) {
		c->received++;
		c->talk->now.received++;
		emu_conn_fire(c, ON_MESSAGE, NULL, NULL);
	}
	hear_all(c, s, count);
	if (c->ear && c->talk && ear_quiet(c->ear)) {
		c->settled = c->received;
		c->settled_all = c->talk->now.received;
	}
	if (c->set.transparent && c->phase == CONN_LIVE && c->update_at < 0)
		c->update_at = c->e->now + UPDATE_MS;
}
