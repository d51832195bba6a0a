#ifndef EMULATOR_SETUP_H
#define EMULATOR_SETUP_H

#include "emulator/ear.h"
#include "proto/family.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the emulator takes from a client's setup, and what it refuses in a
 * well-formed one.  Pure.
 */
struct json;

enum emu_setup_output { OUTPUT_AUDIO, OUTPUT_TEXT, OUTPUT_NOTHING };

/* A declared function; answers to NON_BLOCKING ones may come at any time. */
struct emu_setup_function {
	char *name;
	bool json_schema;	/* declared by parametersJsonSchema */
	bool async;
};

struct emusetup {
	bool unasked;		/* 3.8 sends things nobody asked for */
	struct family family;
	enum emu_setup_output output;
	bool input_transcript;
	bool output_transcript;
	bool no_interruption;
	bool resumption;
	bool transparent;
	char *handle;		/* to resume, or NULL */
	bool history;		/* starts with clientContent */
	bool activity;		/* voiceActivity is wanted */
	int64_t trigger, target;	/* compression; 0: none */
	int64_t prompt_tokens;	/* of the system instruction */
	struct ear_settings ear;
	struct emu_setup_function *functions;
	size_t function_count;
	/* why the next message will be refused, or NULL */
	const char *refuse_later;
};

struct emu_setup_verdict {
	int code;		/* of the close; 0: accepted */
	char reason[512];
	char why[512];		/* what the reason does not say */
};

/*
 * Reads the value of "setup", which the schema has already accepted. models is
 * a NULL-terminated list of further models, or NULL.  Fills in a verdict; call
 * emu_setup_done() in either case.
 */
void emu_setup_read(struct emusetup *, const struct json *setup, enum backend,
    const char *version, const char *const *models,
    struct emu_setup_verdict *);
void emu_setup_done(struct emusetup *);

/* Takes the functions from a list of tools, replacing earlier ones. */
void emu_setup_tools(struct emusetup *, const struct json *tools);
/* Whether other tools would be accepted: 0, or -1 and why not. */
int emu_setup_judge(const struct emusetup *, const struct json *tools,
    char *why, size_t size);
/* NULL if it was not declared. */
const struct emu_setup_function *emu_setup_function(const struct emusetup *,
    const char *name);

#endif
