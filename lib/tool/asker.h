#ifndef TOOL_ASKER_H
#define TOOL_ASKER_H

#include <stdbool.h>

/*
 * Questions to the user on the terminal, one at a time:
 *
 *	gl-tool: reboot host="db1" force=true? [y/N]
 *
 * Only a whole line "y" or "yes" allows the call, and only if it certainly
 * answers this question.  Input typed before it was shown is ignored, as is
 * input within a second after a question was withdrawn.  If anything was
 * written after the question, an answer does not count and it is asked again.
 * While it stands no other program of the toolkit reads the terminal.
 */
struct asker;
struct loop;

enum { ASKER_MAX = 64 };		/* waiting questions */

/* decide() is never called from within these functions. */
struct asker *asker_new(struct loop *,
    void (*decide)(void *arg, unsigned long serial, bool yes), void *arg);
void asker_free(struct asker *);

/* Asks whether a tool may run with args; 0, or -1 if there is no terminal or
 * too many questions are waiting, with E2BIG if the question would not fit on
 * the screen. */
int asker_ask(struct asker *, unsigned long serial, const char *tool,
    const char *args);

/* The model has spoken, or other programs may have written: the question is
 * repeated once they pause, before any answer counts. */
void asker_words(struct asker *);

/* Withdraws a question; if it was on screen, says so. */
void asker_unask(struct asker *, unsigned long serial);

#endif
