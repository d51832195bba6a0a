/*
 * The output of a brain program, as records of gl-stream(5): sound, words,
 * calls, ends.
 */
#include <string.h>

#include "base/json.h"
#include "emulator/answer.h"
#include "emulator/call.h"
#include "emulator/conn.h"
#include "emulator/talk.h"
#include "emulator/told.h"
#include "emulator/turn.h"
#include "stream/stream.h"

/* A program's call of a function. */
static void
program_calls(struct emulator_conn *c, const struct json *head)
{
	struct json *rule = json_object(), *call = json_object();

	json_set(call, "name", json_string(json_get_str(head, "name", "")));
	json_set(call, "args", json_copy(json_get(head, "args")));
	json_add(json_set(rule, "calls", json_array()), call);
	c->turn.state = TURN_CALLING;
	c->turn.next = -1;
	emu_call_make(c, rule);
	json_free(rule);
}

/* A part of a program's answer: begins one if there is none. */
static struct answer *
program_answer(struct emulator_conn *c)
{
	struct emuturn *t = &c->turn;

	if (t->state == TURN_IDLE)
		emu_conn_update(c, false);
	if (t->state == TURN_PLAYING)
		emu_turn_interrupt(c);
	if (t->state != TURN_SPEAKING) {
		emu_turn_speak(c);
		answer_open(t->answer, true);
	}
	if (t->next < 0 && !t->waiting)
		t->next = c->e->now;
	return t->answer;
}

static void
program_ends(struct emulator_conn *c)
{
	struct emuturn *t = &c->turn;

	if (t->state == TURN_IDLE || t->state == TURN_PLAYING)
		return;
	if (t->state != TURN_SPEAKING)
		emu_turn_speak(c);
	answer_open(t->answer, false);
	if (t->next < 0 && !t->waiting)
		t->next = c->e->now;
}

static void
program_says(struct emulator_conn *c, const struct record *r)
{
	const char *text = json_get_str(r->head, "text", "");
	int rate = (int)json_get_int(r->head, "rate", ANSWER_RATE);

	if (strcmp(r->type, "audio") == 0)
		answer_speech(program_answer(c), rate, r->payload,
		    r->payload_len / 2);
	else if (strcmp(json_get_str(r->head, "role", "model"), "user") == 0)
		emu_turn_transcribe(c, TRANSCRIPT_INPUT, text);
	else
		answer_text(program_answer(c), text, strlen(text));
}

void
emu_told_record(struct emulator_conn *c, const struct record *r)
{
	const char *type = r ? r->type : "turn_complete";
	int64_t turn = c->talk->now.turns + 1;

	/* it belongs to a turn that was interrupted meanwhile */
	if (r && json_get_int(r->head, "turn", turn) < turn)
		return;
	if (strcmp(type, "audio") == 0 || strcmp(type, "text") == 0 ||
	    strcmp(type, "transcript") == 0)
		program_says(c, r);
	else if (strcmp(type, "turn_complete") == 0 ||
	    strcmp(type, "generation_complete") == 0)
		program_ends(c);
	else if (strcmp(type, "tool_call") == 0)
		program_calls(c, r->head);
	else if (strcmp(type, "interrupted") == 0)
		emu_turn_interrupt(c);
}
