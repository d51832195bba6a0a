#ifndef TOOL_ASKER_H
#define TOOL_ASKER_H

#include <stdbool.h>

/* Questions to the user on the terminal, one at a time; what was typed before a
 * question was shown does not answer it. */
struct asker;
struct loop;

enum { ASKER_MAX = 64 };		/* questions that wait */

/* decide() is never called from inside of these functions. */
struct asker *asker_new(struct loop *,
    void (*decide)(void *arg, unsigned long serial, bool yes), void *arg);
void asker_free(struct asker *);

/* Asks whether name may run with args; -1 where there is no terminal, or too
 * many questions wait. */
int asker_ask(struct asker *, unsigned long serial, const char *name,
    const char *args);

/* The question is moot. */
void asker_unask(struct asker *, unsigned long serial);

#endif
