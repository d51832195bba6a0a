#ifndef DIALOG_TASK_H
#define DIALOG_TASK_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/family.h"

/*
 * Jobs requested by a single option: speech to text, and speech to another
 * language.  Each determines a model and what is asked of it.  Pure.
 */
struct json;

enum task_mode { TASK_MODE_UNSAID, TASK_VERBATIM, TASK_SMART };

struct task {
	bool transcribe;
	const char *translate;		/* to this language, or NULL */
	/* how to transcribe the user's speech, for any model */
	const char *const *hints;	/* its languages, comma-separated */
	size_t nhints;
	const char *vocabulary;		/* words, one per line or by commas */
	int mode;			/* enum task_mode */
};

/* What else the user asked for that would have no effect, or not the intended
 * one. */
struct task_beside {
	bool typed, tools, system, voice, language, greet, modality;
	bool not_heard;			/* --transcripts omits the user */
};

/* CODE_OK, or CODE_USAGE and the reason. */
int task_check(const struct task *, const struct task_beside *, char *why,
    size_t size);

/* The model for it.  NULL: the usual one or, if why is set, none is known. */
const char *task_model(const struct task *, enum backend, char *why,
    size_t size);

/* Members of inputAudioTranscription, which the caller frees; an empty object
 * if nothing was given.  NULL with the reason. */
struct json *task_hearing(const struct task *, char *why, size_t size);

#endif
