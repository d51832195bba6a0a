/* A model that only transcribes: what it hears is its output. */
#include <stdio.h>
#include <string.h>

#include "emulator/conn.h"
#include "emulator/scribe.h"
#include "emulator/talk.h"
#include "emulator/turn.h"
#include "proto/server.h"

/* Sends a transcribing model's whole turn: the words, and their end. */
void
emu_scribe_writes(struct emulator_conn *c, const char *text)
{
	proto_server_transcript(TRANSCRIPT_INPUT, text, strlen(text), false,
	    &c->e->out);
	emu_conn_send(c, "inputTranscription");
	proto_server_generation_complete(&c->e->out);
	emu_conn_send(c, "generationComplete");
	proto_server_voice_content(false, -1, &c->e->out);
	emu_conn_send(c, "voiceActivity");
	c->talk->now.turns++;
	emu_turn_drop(&c->turn);
	emu_conn_update(c, true);
	emu_conn_fire(c, ON_COMPLETE, NULL, NULL);
}

/* What such a model does with speech; it ignores typed text. */
void
emu_scribe_hears(struct emulator_conn *c, struct heard *h)
{
	struct heard **p = &c->turn.heard;
	char words[64];
	const char *text = emu_turn_words(h, words, sizeof(words));

	for (; *p; p = &(*p)->next)
		;
	*p = h;
	if (h->text) {
		while (c->turn.heard)
			emu_turn_drop(&c->turn);
		return;
	}
	snprintf(c->talk->user, sizeof(c->talk->user), "%s", text);
	if (!emu_conn_fire(c, ON_TURN, text, NULL))
		emu_scribe_writes(c, text);
}
