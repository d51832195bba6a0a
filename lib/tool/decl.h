#ifndef TOOL_DECL_H
#define TOOL_DECL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The declaration of one function for the model as a tool gives it: a
 * FunctionDeclaration, with members of our own that the service never sees:
 *	"timeout"	seconds, or a text like "2m"
 *	"confirm"	true: ask before it runs
 *	"ack"		true: answer at once that the work goes on
 *	"scheduling"	for the answers: SILENT, WHEN_IDLE or INTERRUPT
 * Pure.
 */
struct json;

enum { DECL_NAME_MAX = 128 };

struct decl {
	char name[DECL_NAME_MAX + 1];
	struct json *function;	/* as the service gets it; owned */
	int64_t timeout_ms;	/* 0: the general limit */
	char scheduling[16];	/* "": none */
	bool nonblocking;	/* "behavior": "NON_BLOCKING" */
	bool confirm, ack;
};

/*
 * Reads a declaration; name is used if the text has none.  "parameters" in
 * JSON Schema become parametersJsonSchema; an object without properties is
 * left out, since the service refuses it. 0, or -1 with a sentence in why that
 * names the member.
 */
int decl_parse(struct decl *, const char *name, const char *text, size_t n,
    char *why, size_t size);
void decl_done(struct decl *);

/* A letter or '_', then letters, digits, '_', ':', '.', '-', at most
 * DECL_NAME_MAX: the service refuses a whole setup over any other name. */
bool decl_name_ok(const char *);

/* Turns any text into a legal name: '_' replaces characters not allowed, and
 * precedes a first character allowed only later. */
void decl_name_mend(const char *from, char to[DECL_NAME_MAX + 1]);

#endif
