#ifndef DIALOG_PERSON_H
#define DIALOG_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a person at the terminal is told of a conversation beside its words:
 * that it is connected, with what and how to end it; a prompt where lines are
 * typed; and at the end how long it was, its turns and tokens, and how long
 * answers took.
 */
struct json;
struct loop;
struct person;

struct person_opts {
	bool lines;		/* one at the start, one at the end */
	int prompt;		/* a terminal for the prompt, or -1 */
};

/* tell() says a sentence.  The model is that of the setup. */
struct person *person_new(struct loop *, const struct person_opts *,
    const struct json *setup, void (*tell)(void *arg, const char *text),
    void *arg);
void person_free(struct person *);

/* A record of the session's. */
void person_record(struct person *, const char *type, const char *head,
    size_t n);

/* A line was typed: the prompt comes back with the answer's end, or where none
 * comes; at once after an empty one.  person_prompt() brings it back, after a
 * line that asks nothing. */
void person_line(struct person *);
void person_blank(struct person *);
void person_prompt(struct person *);

/* Whether the prompt stands. */
bool person_asked(const struct person *);

#endif
