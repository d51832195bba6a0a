#ifndef PROTO_FAMILY_H
#define PROTO_FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/findings.h"

/*
 * What differs between the service's two backends and its model families: one
 * table of switches, each with a default per family and backend and a name by
 * which a user overrides it (QUIRKS.md lists them).
 */
struct json;

enum backend {
	BACKEND_GEMINI,		/* Gemini Developer API */
	BACKEND_VERTEX
};

enum family_id {
	FAMILY_UNKNOWN,		/* newer than this table: as the newest known */
	FAMILY_2_0,		/* 2.0 and 2.5 models that also speak text */
	FAMILY_2_5,		/* 2.5 native audio */
	FAMILY_3_1,
	FAMILY_3_8,
	FAMILY_3_8_THINKING,	/* extended thinking */
	FAMILY_TRANSLATE,
	FAMILY_TRANSCRIBE,
	FAMILY_COUNT
};

enum thinking { THINKING_NONE, THINKING_BUDGET, THINKING_LEVEL, THINKING_ANY };
/* A feature is refused, needs API version v1alpha (Gemini only), is available,
 * or is always on. */
enum feature { FEATURE_NO, FEATURE_ALPHA, FEATURE_YES, FEATURE_ALWAYS };
/* When clientContent is accepted. */
enum content_rule { CONTENT_NEVER, CONTENT_SEED, CONTENT_ANY };
/* How typed text and turns are sent; not at all to a model that only hears. */
enum text_way { TEXT_REALTIME, TEXT_CONTENT, TEXT_NONE };
/* How earlier turns are given to a fresh session: not at all, as
 * clientContent, or as clientContent announced by historyConfig. */
enum seed_way { SEED_NO, SEED_TURNS, SEED_HISTORY };
/* How the model is made to speak without new input from the user. */
enum start_way { START_COMPLETE, START_TEXT };
/* How the system instruction of a running session is changed: not at all, by
 * contextUpdate, by a turn with this role or with none. */
enum context_way { CONTEXT_NO, CONTEXT_UPDATE, CONTEXT_SYSTEM, CONTEXT_MODEL,
	CONTEXT_BARE };
/* What of a changed setup a resumed session takes: nothing, all but the system
 * instruction, or all. */
enum resume_setup { RESUME_SETUP_NO, RESUME_SETUP_BUT_SYSTEM,
	RESUME_SETUP_ALL };
/* `behavior` of a function: not sent, BLOCKING and NON_BLOCKING, or only
 * NON_BLOCKING. */
enum behavior { BEHAVIOR_NO, BEHAVIOR_BOTH, BEHAVIOR_ASYNC };
/* Ids in tool answers: needed, sent if the call had one, left out. */
enum tool_ids { TOOL_IDS_NEEDED, TOOL_IDS_OPTIONAL, TOOL_IDS_OMIT };
/* How a function's parametersJsonSchema is sent: as it is, or converted to
 * `parameters`. */
enum tool_schema { TOOL_SCHEMA_JSON, TOOL_SCHEMA_PARAMETERS };
/* How the end of the user's audio is sent: audioStreamEnd, silence, or silence
 * and then audioStreamEnd. */
enum audio_end_way { AUDIO_END_FLAG, AUDIO_END_SILENCE, AUDIO_END_BOTH };
/* Fields `audio` and `video` of realtimeInput, or the old mediaChunks. */
enum carrier { CARRIER_FIELDS, CARRIER_CHUNKS };
/* What signals that the model is idle. */
enum idle_signal { IDLE_TURN, IDLE_INTERACTION, IDLE_GENERATION };
/* How generation is interrupted by hand while activity detection is automatic:
 * by clientContent, or only on our side. */
enum interrupt_way { INTERRUPT_CONTENT, INTERRUPT_LOCAL };
/* turnCoverage to ask for with manual activity. */
enum coverage { COVERAGE_DEFAULT, COVERAGE_ALL_INPUT };

/* Plain data; read the members, change them with family_override(). */
struct family {
	enum family_id id;
	enum backend backend;

	/* What setup may hold. */
	int text_modality;	/* bool: TEXT in responseModalities */
	int thinking;		/* enum thinking */
	int thinking_minimal;	/* bool: level MINIMAL is accepted */
	int affective;		/* enum feature */
	int proactive;		/* enum feature */
	int history_config;	/* bool */
	int transparent;	/* bool: transparent resumption */
	int explicit_vad;	/* bool: setup.explicitVadSignal is accepted */
	int av_coverage;	/* bool: TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_
				 * VIDEO is accepted */
	int manual_coverage;	/* enum coverage */
	int search_functions;	/* bool: googleSearch beside functions */
	int translation;	/* bool: generationConfig.translationConfig */

	/* What is sent in a running session, and how. */
	int client_content;	/* enum content_rule */
	int roles;		/* bool: every turn needs a role */
	int text;		/* enum text_way */
	int seed;		/* enum seed_way */
	int seed_user_end;	/* bool: the seed must end with a user turn */
	int start;		/* enum start_way */
	int context;		/* enum context_way */
	int resume_setup;	/* enum resume_setup */
	int carrier;		/* enum carrier */
	int audio_end;		/* enum audio_end_way */
	int interrupt;		/* enum interrupt_way */

	/* Tools. */
	int tool_behavior;	/* enum behavior */
	int tool_async;		/* bool: NON_BLOCKING is the default */
	int tool_scheduling;	/* bool */
	int tool_continue;	/* bool: willContinue */
	int tool_ids;		/* enum tool_ids */
	int tool_schema;	/* enum tool_schema */

	/* What comes back. */
	int idle;		/* enum idle_signal */
	int audio_text;		/* bool: text beside AUDIO is speech, not
				 * reasoning, though nothing marks it */
	int vad_high;		/* bool: default sensitivities are HIGH */

	/* Times and sizes, as documented or observed. */
	int connection_s;	/* life of a connection, seconds */
	int handle_s;		/* life of a resumption handle, seconds */
	int window_tokens;	/* context window */
};

/* Sets the switches for a model, by its bare name or any longer form of it
 * ("models/X", "projects/.../models/X"). */
void family_init(struct family *, const char *model, enum backend);

/* "2.0", "2.5", "3.1", "3.8", "3.8-extended-thinking", "translate",
 * "transcribe", "unknown". */
const char *family_name(const struct family *);

/* "gemini" or "vertex". */
const char *family_backend_name(enum backend);

/*
 * Sets a switch by its name: "carrier=mediaChunks".  0, or -1, and why names
 * what is wrong and what is possible.
 */
int family_override(struct family *, const char *assignment, char *why,
    size_t size);

/* For tests: the i-th switch as "name=value", its possible words, what it is
 * about; false beyond the last.  Any pointer may be NULL; text has `size`
 * bytes. */
bool family_switch(const struct family *, size_t i, char *text, size_t size,
    const char **words, const char **about);

/* The API version for this setup: "v1alpha" if the model takes it only through
 * that (Gemini), else the usual one. */
const char *proto_check_version(const struct family *,
    const struct json *setup);

/* Whether the service accepts a function of this name: up to 128 letters,
 * digits and _ : . -, the first a letter or _. */
bool proto_check_name(const char *);

/* The day ("2026-12-13") on which a model is shut down; NULL if none is
 * known. */
const char *checkmodel_gone(const char *model);

/* The day before which Vertex AI will not retire a generally available model;
 * NULL if none was promised. */
const char *checkmodel_stays(const char *model);

/* The i-th model that this version knows, and which backends have it; the i-th
 * voice and language; NULL beyond the last. */
const char *checkmodel_name(size_t i, bool *gemini, bool *vertex);
const char *checkmodel_voice(size_t i);
const char *checkmodel_language(size_t i);

/*
 * Adds findings on what this family is known to refuse or ignore in this setup
 * object (the value of "setup", not the message); version is the API version
 * that will be dialled, or NULL.
 */
void proto_check(const struct family *, const struct json *setup,
    const char *version, struct findings *);

#endif
