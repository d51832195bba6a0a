#ifndef DIALOG_TASK_H
#define DIALOG_TASK_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/family.h"

/*
 * Jobs that one option names: speech to text, and speech to another language.
 * Each chooses a model and what is asked of it.  Pure.
 */
struct json;

enum task_mode { TASK_MODE_UNSAID, TASK_VERBATIM, TASK_SMART };

struct task {
	bool transcribe;
	const char *translate;		/* to this language, or NULL */
	/* how the user's speech is written down, for any model */
	const char *const *hints;	/* its languages, lists with commas */
	size_t nhints;
	const char *vocabulary;		/* words, by commas or lines */
	int mode;			/* enum task_mode */
};

/* What the user asked for besides, that would have no effect or none that is
 * meant. */
struct task_beside {
	bool typed, tools, system, voice, language, greet, modality;
	bool not_heard;			/* --transcripts leaves the user out */
};

/* CODE_OK, or CODE_USAGE and the reason. */
int task_check(const struct task *, const struct task_beside *, char *why,
    size_t size);

/* The model for it, which may be NULL: the usual one, or, where why is
 * written, none is known. */
const char *task_model(const struct task *, enum backend, char *why,
    size_t size);

/* Members of inputAudioTranscription, for the caller to free; an empty object
 * where nothing was said.  NULL with the reason. */
struct json *task_hearing(const struct task *, char *why, size_t size);

#endif
