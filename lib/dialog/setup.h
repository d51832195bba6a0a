#ifndef DIALOG_SETUP_H
#define DIALOG_SETUP_H

#include <stdbool.h>
#include <stddef.h>

struct json;

/*
 * The setup object of a conversation, put together from what the command line
 * and its files say.  Pure.  Later beats earlier: our defaults, --setup, the
 * flags, --set.
 */

/* Which side's speech is wanted as text. */
enum {
	SETUP_HEAR = 1,		/* the user's (inputAudioTranscription) */
	SETUP_SAY = 2,		/* the model's (outputAudioTranscription) */
	SETUP_UNSAID = -1	/* not given: both, unless the base says */
};

enum setup_vad { SETUP_VAD_UNSAID, SETUP_VAD_AUTO, SETUP_VAD_MANUAL };

/* NULL, SETUP_UNSAID and SETUP_VAD_UNSAID where a flag was not given. */
struct setup_flags {
	const struct json *base;	/* --setup: a setup object, or one
					 * under the key "setup" */
	const char *model;		/* as it goes on the wire */
	const char *system;		/* system instruction, text */
	const char *voice;
	const char *language;
	const char *modality;		/* "AUDIO", "TEXT" */
	const char *target;		/* the language to translate to */
	int transcripts;		/* SETUP_HEAR | SETUP_SAY */
	const struct json *hearing;	/* members of inputAudioTranscription,
					 * or NULL */
	enum setup_vad vad;
	const struct json *tools;	/* as setup_tools() gives them */
	const char *const *sets;	/* "a.b=json", nsets of them */
	size_t nsets;
};

/*
 * The body of `setup`, to be freed by the caller; NULL with a sentence in why
 * where --setup or a --set cannot be used.  Resumption and history are the
 * session's to add.
 */
struct json *setup_build(const struct setup_flags *, char *why, size_t size);

/*
 * Tools in any of their usual forms as the list that `setup` wants: a list of
 * Tool objects, a list of function declarations (as gl-tool --declare prints
 * it), both mixed, one such object, or {"tools": ...}.  NULL with a sentence
 * in why.
 */
struct json *setup_tools(const struct json *, char *why, size_t size);

/* Whether the setup declares a function of that name. */
bool setup_declares(const struct json *setup, const char *name);

#endif
