#ifndef TOOL_RATION_H
#define TOOL_RATION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many calls the model may make in one turn.  Pure.  A model that has lost
 * its way makes the same call a hundred times: those above the ration are
 * answered and not run.
 */
struct ration {
	size_t max;		/* calls a turn; 0: no limit */
	size_t calls;		/* in this turn */
};

/* A record's type: a turn may be over.  How many calls it had above the
 * ration. */
size_t ration_record(struct ration *, const char *type);

/* One more call: whether it may run. */
bool ration_take(struct ration *);

/* What is above the ration so far. */
size_t ration_over(const struct ration *);

#endif
