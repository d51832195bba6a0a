#ifndef DIALOG_SETUP_H
#define DIALOG_SETUP_H

#include <stdbool.h>
#include <stddef.h>

struct json;

/*
 * The setup object of a conversation, assembled from the command line and its
 * files.  Pure.  Later overrides earlier: our defaults, --setup, the flags,
 * --set.
 */

/* Whose speech is wanted as text. */
enum {
	SETUP_HEAR = 1,		/* the user's (inputAudioTranscription) */
	SETUP_SAY = 2,		/* the model's (outputAudioTranscription) */
	SETUP_UNSAID = -1	/* not given: both, unless the base decides */
};

enum setup_vad { SETUP_VAD_UNSAID, SETUP_VAD_AUTO, SETUP_VAD_MANUAL };

/* NULL, SETUP_UNSAID and SETUP_VAD_UNSAID for flags not given. */
struct setup_flags {
	const struct json *base;	/* --setup: a setup object, or one
					 * under the key "setup" */
	const char *model;		/* as it goes on the wire */
	const char *system;		/* system instruction, text */
	const char *voice;
	const char *language;
	const char *modality;		/* "AUDIO", "TEXT" */
	const char *target;		/* the language to translate into */
	int transcripts;		/* SETUP_HEAR | SETUP_SAY */
	const struct json *hearing;	/* members of inputAudioTranscription,
					 * or NULL */
	enum setup_vad vad;
	const struct json *tools;	/* as returned by setup_tools() */
	const char *const *sets;	/* "a.b=json", nsets of them */
	size_t nsets;
};

/*
 * The body of `setup`, which the caller frees; NULL with a sentence in why if
 * --setup or a --set cannot be used.  The session adds resumption and history.
 */
struct json *setup_build(const struct setup_flags *, char *why, size_t size);

/*
 * Converts tools to the list that `setup` wants: from a list of Tool objects,
 * a list of function declarations (as printed by gl-tool --declare), both
 * mixed, one such object, or {"tools": ...}. NULL with a sentence in why.
 */
struct json *setup_tools(const struct json *, char *why, size_t size);

/* Whether the setup declares a function of that name. */
bool setup_declares(const struct json *setup, const char *name);

#endif
