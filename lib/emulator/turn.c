/*
 * One answer at a time.  What the user says meanwhile without interrupting it
 * waits in order.  turn.heard is what is being answered, as long as the turn is
 * not idle.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/answer.h"
#include "emulator/brain.h"
#include "emulator/call.h"
#include "emulator/conn.h"
#include "emulator/scribe.h"
#include "emulator/turn.h"
#include "base/json.h"
#include "base/mem.h"
#include "proto/proto.h"
#include "proto/server.h"
#include "stream/stream.h"
#include "emulator/talk.h"

enum {
	QUEUE_MARK = 256 << 10,	/* bytes queued at which the model waits */
	BURST = 4,
	TONE_MS = 1500,
	WAITING_MAX = 64,	/* turns waiting */
	RESPONSE_MAX = 16 << 20,
	THOUGHTS = 7		/* thinking tokens of a turn */
};

static void begin(struct emulator_conn *);

struct heard *
emu_turn_heard_text(const char *text, size_t n, bool live)
{
	struct heard *h = mem_alloc(sizeof(*h));

	h->text = mem_copy(text, n);
	h->live = live;
	return h;
}

struct heard *
emu_turn_heard_speech(void *pcm, int rate, size_t samples, int64_t ms)
{
	struct heard *h = mem_alloc(sizeof(*h));

	h->live = true;
	h->pcm = pcm;
	h->rate = rate;
	h->samples = samples;
	h->ms = ms;
	return h;
}

void
emu_turn_drop(struct emuturn *t)
{
	struct heard *h = t->heard;

	if (!h)
		return;
	t->heard = h->next;
	free(h->text);
	free(h->pcm);
	free(h);
}

void
emu_turn_done(struct emuturn *t)
{
	while (t->heard)
		emu_turn_drop(t);
	answer_free(t->answer);
	t->answer = NULL;
	emu_call_done(t);
}

bool
emu_turn_busy(const struct emulator_conn *c)
{
	return c->turn.state != TURN_IDLE;
}

bool
emu_turn_resumable(const struct emulator_conn *c)
{
	return c->phase == CONN_LIVE && c->turn.state == TURN_IDLE &&
	    !c->turn.heard && !emu_call_open(&c->turn);
}

/* Sends a complete transcript. */
void
emu_turn_transcribe(struct emulator_conn *c, enum transcript_kind kind,
    const char *text)
{
	bool input = kind == TRANSCRIPT_INPUT;

	if (!*text || !(input ? c->set.input_transcript || c->set.unasked :
	    c->set.output_transcript))
		return;
	proto_server_transcript(kind, text, strlen(text), false, &c->e->out);
	emu_conn_send(c, input ? "inputTranscription" : "outputTranscription");
}

/* All that the ear knows about speech: how long it was. */
static void
mark(char *s, size_t size, int64_t ms)
{
	snprintf(s, size, "[%lld.%lld s of speech]", (long long)(ms / 1000),
	    (long long)(ms % 1000 / 100));
}

const char *
emu_turn_words(const struct heard *h, char *s, size_t size)
{
	if (h->text)
		return h->text;
	mark(s, size, h->ms);
	return s;
}

void
emu_turn_user(struct emulator_conn *c, struct heard *h)
{
	struct heard **p = &c->turn.heard;
	char words[64];
	size_t n = 0;
	struct buf *log;

	for (; *p; p = &(*p)->next)
		n++;
	if ((log = emu_conn_log(c, "turn"))) {
		if (h->text)
			stream_str(log, "text", h->text);
		else
			stream_int(log, "ms", h->ms);
		stream_int(log, "waiting", (int64_t)n);
		emu_conn_logged(c);
	}
	if (c->set.family.id == FAMILY_TRANSCRIBE) {
		emu_scribe_hears(c, h);
		return;
	}
	*p = h;
	if (h->live)
		emu_turn_transcribe(c, TRANSCRIPT_INPUT,
		    emu_turn_words(h, words, sizeof(words)));
	if (n > WAITING_MAX)
		emu_turn_drop(&c->turn);
	if (!emu_turn_busy(c))
		begin(c);
}

/* Goes on to the first thing that waits for an answer. */
static void
begin(struct emulator_conn *c)
{
	struct emuturn *t = &c->turn;
	struct heard *h = t->heard;
	char words[64];
	const char *text;

	if (!h || c->talk->deaf || !emu_conn_alive(c)) {
		while (c->talk && c->talk->deaf && t->heard)
			emu_turn_drop(t);
		return;
	}
	text = emu_turn_words(h, words, sizeof(words));
	snprintf(c->talk->user, sizeof(c->talk->user), "%s", text);
	t->state = TURN_THINKING;
	t->next = c->e->now + c->e->opt.think_ms;
	t->output = t->endless = t->waiting = false;
	emu_conn_update(c, false);
	/* a rule that answers replaces the brain */
	if (emu_conn_fire(c, ON_TURN, text, NULL) ||
	    c->e->opt.brain == EMULATOR_PROGRAM)
		t->next = -1;
}

/* From here on output is generated. */
void
emu_turn_speak(struct emulator_conn *c)
{
	struct emuturn *t = &c->turn;

	t->state = TURN_SPEAKING;
	t->next = t->started = c->e->now;
	t->waiting = false;
	if (!t->answer)
		t->answer = answer_new();
}

/* Makes the brain's answer. */
static void
think(struct emulator_conn *c, enum emulator_brain brain, int64_t ms)
{
	struct emuturn *t = &c->turn;
	struct heard *h = t->heard;
	char words[64];
	const char *text;

	emu_turn_speak(c);
	if (!h || brain == EMULATOR_TONE) {
		if (ms == 0)
			ms = c->e->opt.tone_ms ? c->e->opt.tone_ms : TONE_MS;
		answer_tone(t->answer, ms);
		text = words;
		snprintf(words, sizeof(words), "[%lld.%lld s of tone]",
		    (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	} else if (h->text) {
		text = h->text;
		answer_tone(t->answer, answer_length(text));
	} else {
		answer_speech(t->answer, h->rate, h->pcm, h->samples);
		text = emu_turn_words(h, words, sizeof(words));
	}
	answer_text(t->answer, text, strlen(text));
}

/* Begins the output of an answer. */
static void
put_out(struct emulator_conn *c)
{
	if (c->turn.output)
		return;
	c->turn.output = true;
	if (c->set.unasked) {
		buf_str(&c->e->out, "{\n  \"serverContent\": {}\n}\n");
		emu_conn_send(c, "serverContent");
	}
	emu_conn_fire(c, ON_ANSWER, NULL, NULL);
}

/* Puts a transcript into the message of sound in out: from 3.1 on several
 * fields come in one message. */
static void
add_transcript(struct buf *out, const char *p, size_t n)
{
	static const char tail[] = "\n  }\n}\n";

	out->len -= sizeof(tail) - 1;
	buf_str(out, ",\n    \"outputTranscription\": {\n      \"text\": ");
	json_quote(out, p, n);
	buf_str(out, "\n    }");
	buf_str(out, tail);
}

static bool
together(const struct emulator_conn *c)
{
	return c->set.output == OUTPUT_AUDIO && c->set.output_transcript &&
	    c->set.family.id != FAMILY_2_0 && c->set.family.id != FAMILY_2_5;
}

/* Sends the next piece of text; false at the end. */
static bool
send_text(struct emulator_conn *c)
{
	const char *p;
	size_t n;

	p = answer_piece(c->turn.answer, &n);
	if (!p)
		return false;
	if (c->set.output == OUTPUT_TEXT) {
		proto_server_text(c->backend, p, n, false, &c->e->out);
		emu_conn_send(c, "text");
	} else if (c->set.output_transcript) {
		proto_server_transcript(TRANSCRIPT_OUTPUT, p, n, false,
		    &c->e->out);
		emu_conn_send(c, "outputTranscription");
	}
	return true;
}

/* Sends the next chunk of sound; false if there is none now. */
static bool
send_audio(struct emulator_conn *c)
{
	unsigned char pcm[2 * ANSWER_CHUNK];
	struct answer *a = c->turn.answer;
	const char *words = NULL;
	size_t n, len;

	if (c->set.output != OUTPUT_AUDIO)
		return false;
	n = answer_read(a, pcm, answer_read_ms(a) ? ANSWER_CHUNK :
	    ANSWER_FIRST);
	if (n == 0)
		return false;
	proto_server_audio(c->backend, ANSWER_RATE, pcm, n * 2, &c->e->out);
	if (together(c) && (words = answer_piece(a, &len)))
		add_transcript(&c->e->out, words, len);
	emu_conn_send(c, "audio");
	if (c->set.unasked && emu_conn_alive(c)) {
		buf_str(&c->e->out, "{}\n");
		emu_conn_send(c, "nothing");
	}
	emu_conn_fire(c, ON_CHUNK, NULL, NULL);
	return true;
}

static void
generated(struct emulator_conn *c)
{
	struct emuturn *t = &c->turn;
	int64_t played;

	while (send_text(c))
		;
	proto_server_generation_complete(&c->e->out);
	emu_conn_send(c, "generationComplete");
	t->state = TURN_PLAYING;
	played = t->started + answer_read_ms(t->answer);
	t->next = t->endless ? -1 : played > c->e->now ? played : c->e->now;
	emu_conn_fire(c, ON_GENERATED, NULL, NULL);
}

static void
generate(struct emulator_conn *c)
{
	struct emuturn *t = &c->turn;
	int burst = c->e->opt.burst ? c->e->opt.burst : BURST;

	if (c->ops.queued && c->ops.queued(c->arg) > QUEUE_MARK) {
		t->waiting = true;
		t->next = -1;
		return;
	}
	put_out(c);
	if (!together(c))
		send_text(c);
	if (!send_audio(c)) {
		if (!answer_is_open(t->answer)) {
			generated(c);
			return;
		}
		while (send_text(c))
			;
		t->next = -1;
		return;
	}
	if (burst > 0)
		t->next = t->started + answer_read_ms(t->answer) / burst;
	/* the last chunk and the end come together */
	if (answer_left(t->answer) == 0 && !answer_is_open(t->answer))
		t->next = c->e->now;
}

static void
count_usage(struct emulator_conn *c, struct proto_usage *u)
{
	struct answer *a = c->turn.answer;
	int64_t ms = a ? answer_read_ms(a) : 0;
	int64_t text = a ? talk_text_tokens(strlen(answer_words(a))) : 0;

	*u = (struct proto_usage){ .prompt = talk_total(c->talk) };
	u->prompt_of[PROTO_TEXT_TOKENS] = c->talk->now.tokens[TALK_TEXT];
	u->prompt_of[PROTO_AUDIO_TOKENS] = c->talk->now.tokens[TALK_AUDIO];
	u->prompt_of[PROTO_IMAGE_TOKENS] = c->talk->now.tokens[TALK_IMAGE];
	if (c->set.output == OUTPUT_AUDIO) {
		u->response = (ms * 25 + 999) / 1000;
		u->response_of[PROTO_AUDIO_TOKENS] = u->response;
		talk_hear(c->talk, ms);
	} else {
		u->response = text;
		u->response_of[PROTO_TEXT_TOKENS] = text;
		talk_add(c->talk, TALK_TEXT, text);
	}
	u->total = u->prompt + u->response;
	/* not in the total, as in recordings */
	if (c->set.unasked)
		u->thoughts = THOUGHTS;
}

/* The turn is over: goes on with what waits. */
static void
complete(struct emulator_conn *c)
{
	struct emuturn *t = &c->turn;
	struct talk *k = c->talk;
	struct proto_usage u;
	const char *status = NULL;

	count_usage(c, &u);
	if (t->answer)
		snprintf(k->model, sizeof(k->model), "%s",
		    answer_words(t->answer));
	k->now.turns++;
	if (c->set.family.idle == IDLE_INTERACTION)
		status = t->calls ? "IN_PROGRESS" : "IDLE";
	proto_server_turn_complete(c->backend, NULL, status, &u, &c->e->out);
	emu_conn_send(c, "turnComplete");
	answer_free(t->answer);
	t->answer = NULL;
	emu_turn_drop(t);
	t->state = TURN_IDLE;
	t->next = -1;
	if (!talk_fits(k)) {
		emu_conn_invalid(c, "the context window is full");
		return;
	}
	if (emu_turn_resumable(c))
		emu_conn_update(c, true);
	emu_conn_fire(c, ON_COMPLETE, NULL, NULL);
	begin(c);
}

void
emu_turn_step(struct emulator_conn *c)
{
	switch (c->turn.state) {
	case TURN_THINKING:
		think(c, c->e->opt.brain, 0);
		break;
	case TURN_SPEAKING:
		generate(c);
		break;
	case TURN_PLAYING:
		complete(c);
		break;
	default:
		c->turn.next = -1;
	}
}

void
emu_turn_room(struct emulator_conn *c)
{
	if (!c->turn.waiting || c->turn.state != TURN_SPEAKING)
		return;
	c->turn.waiting = false;
	c->turn.next = c->e->now;
}

void
emu_turn_interrupt(struct emulator_conn *c)
{
	if (!emu_turn_busy(c) || !emu_conn_alive(c))
		return;
	if (emu_call_blocking(&c->turn))
		emu_call_cancel(c, NULL);
	proto_server_interrupted(&c->e->out);
	emu_conn_send(c, "interrupted");
	emu_brain_interrupted(c);
	emu_conn_fire(c, ON_INTERRUPTED, NULL, NULL);
	complete(c);
}

/* Adds the tone, if it has a length, and the words of a "say". */
static void
say(struct emulator_conn *c, const struct json *args)
{
	const char *text = json_get_str(args, "text", "");
	int64_t ms = json_get_int(args, "ms", answer_length(text));

	emu_turn_speak(c);
	answer_text(c->turn.answer, text, strlen(text));
	answer_tone(c->turn.answer, ms);
}

void
emu_turn_rule(struct emulator_conn *c, const struct rule *r)
{
	struct emuturn *t = &c->turn;

	if (c->set.family.id == FAMILY_TRANSCRIBE) {
		if (r->act == DO_SAY && t->heard)
			emu_scribe_writes(c, json_get_str(r->args, "text", ""));
		return;
	}
	if (t->state == TURN_SPEAKING || t->state == TURN_PLAYING)
		emu_turn_interrupt(c);
	if (!emu_conn_alive(c))
		return;
	if (t->state == TURN_IDLE)
		emu_conn_update(c, false);
	t->output = false;
	switch (r->act) {
	case DO_SAY: say(c, r->args); break;
	case DO_TONE:
		think(c, EMULATOR_TONE, json_get_int(r->args, "ms", 0));
		break;
	case DO_PARROT: think(c, EMULATOR_PARROT, 0); break;
	case DO_CALL:
		t->state = TURN_CALLING;
		t->next = -1;
		if (!emu_call_make(c, r->args))
			emu_turn_speak(c);
		return;
	default: emu_turn_speak(c);
	}
	t->endless = json_type(json_get(r->args, "complete")) == JSON_BOOL &&
	    !json_true(json_get(r->args, "complete"));
}

/* All calls of the turn are answered: speaks the text of the responses. */
static void
resume(struct emulator_conn *c, const char *text)
{
	struct emuturn *t = &c->turn;

	emu_turn_speak(c);
	answer_text(t->answer, text, strlen(text));
	answer_tone(t->answer, answer_length(text));
}

void
emu_turn_response(struct emulator_conn *c, const struct client_event *ev)
{
	struct emuturn *t = &c->turn;
	enum emu_call_result r;
	struct buf text;
	bool done;

	buf_init(&text, RESPONSE_MAX);
	buf_str(&text, "");
	r = emu_call_answer(c, ev, &text);
	if (emu_conn_alive(c) && r != EMUCALL_IGNORED &&
	    c->set.family.id == FAMILY_3_1 && !c->set.resumption) {
		/* as in recordings, though nobody asked for it */
		proto_server_resumption(NULL, true, -1, &c->e->out);
		emu_conn_send(c, "sessionResumptionUpdate");
	}
	done = !emu_conn_alive(c) || r == EMUCALL_IGNORED ||
	    emu_conn_fire(c, ON_RESPONSE, text.data, ev->id) ||
	    r == EMUCALL_SILENT || r == EMUCALL_MORE;
	if (!done && t->state == TURN_CALLING) {
		resume(c, text.data);
	} else if (!done) {
		if (r == EMUCALL_INTERRUPT)
			emu_turn_interrupt(c);
		emu_turn_user(c, emu_turn_heard_text(text.data, text.len,
		    false));
	}
	buf_done(&text);
}

void
emu_turn_cancel(struct emulator_conn *c, const char *id)
{
	emu_call_cancel(c, id);
	if (c->turn.state == TURN_CALLING && !emu_call_blocking(&c->turn))
		emu_turn_speak(c);
}

void
emu_turn_repeat(struct emulator_conn *c)
{
	emu_turn_transcribe(c, TRANSCRIPT_INPUT, c->talk->user);
	emu_turn_transcribe(c, TRANSCRIPT_OUTPUT, c->talk->model);
}
