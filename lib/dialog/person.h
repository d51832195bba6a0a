#ifndef DIALOG_PERSON_H
#define DIALOG_PERSON_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the user at the terminal is told besides the conversation's words: that
 * it is connected, to what and how to end it; a prompt where lines are typed;
 * and at the end its length, turns and tokens, and how long answers took.
 */
struct json;
struct loop;
struct person;

struct person_opts {
	bool lines;		/* one at the start, one at the end */
	int prompt;		/* terminal for the prompt, or -1 */
};

/* tell() reports a sentence.  The model is taken from the setup. */
struct person *person_new(struct loop *, const struct person_opts *,
    const struct json *setup, void (*tell)(void *arg, const char *text),
    void *arg);
void person_free(struct person *);

/* Takes a record of the session. */
void person_record(struct person *, const char *type, const char *head,
    size_t n);

/* A line was typed: the prompt returns at the end of the answer, or if none
 * comes; after a blank one, at once. person_prompt() brings it back after a
 * line that asks nothing. */
void person_line(struct person *);
void person_blank(struct person *);
void person_prompt(struct person *);

/* Whether the prompt is shown. */
bool person_asked(const struct person *);

#endif
