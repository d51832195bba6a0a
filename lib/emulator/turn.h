#ifndef EMULATOR_TURN_H
#define EMULATOR_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/server.h"

/*
 * The emulator's turns: from what the user said to the last word of the
 * answer, in the service's order of messages.
 *
 *	thinking -> speaking -> playing -> idle		an answer
 *	thinking -> calling -> speaking ...		one that calls functions
 *
 * Nothing interrupts what the user says; the user interrupts what the model
 * says.
 */
struct client_event;
struct emulator_conn;
struct emuturn;
struct heard;
struct rule;

/* What the user said, for emu_turn_user(), which takes ownership: text is
 * copied, pcm taken over. live: as realtimeInput, so it gets a transcript. */
struct heard *emu_turn_heard_text(const char *text, size_t n, bool live);
struct heard *emu_turn_heard_speech(void *pcm, int rate, size_t samples,
    int64_t ms);

void emu_turn_done(struct emuturn *);

/* The user's turn is over: answers it now, or after the present answer. */
void emu_turn_user(struct emulator_conn *, struct heard *);

/* The user begins to speak (or a rule says so): cuts off the answer. */
void emu_turn_interrupt(struct emulator_conn *);

/* Whether the model is busy: generating, playing, waiting for an answer. */
bool emu_turn_busy(const struct emulator_conn *);
/* Whether nothing would be lost if the conversation were resumed as it is. */
bool emu_turn_resumable(const struct emulator_conn *);

/* Advances one step; call while turn.next is due. */
void emu_turn_step(struct emulator_conn *);
/* There is room again in the connection's queue. */
void emu_turn_room(struct emulator_conn *);

/* Gives the answer that a rule prescribes. */
void emu_turn_rule(struct emulator_conn *, const struct rule *);

/* Takes an answer to a call. */
void emu_turn_response(struct emulator_conn *, const struct client_event *);

/* Cancels open calls: the one with that id, or all (NULL). */
void emu_turn_cancel(struct emulator_conn *, const char *id);

/* Resends the last transcripts of the conversation. */
void emu_turn_repeat(struct emulator_conn *);

/* For the files beside this one.  Drops the first of what was heard; what was
 * heard as words, in s if it was sound; output is generated from here on;
 * sends a whole transcript if the setup wants it. */
void emu_turn_drop(struct emuturn *);
const char *emu_turn_words(const struct heard *, char *s, size_t size);
void emu_turn_speak(struct emulator_conn *);
void emu_turn_transcribe(struct emulator_conn *, enum transcript_kind,
    const char *text);

#endif
