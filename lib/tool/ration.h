#ifndef TOOL_RATION_H
#define TOOL_RATION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Limits the model's calls per turn.  Pure.  A confused model may make the
 * same call a hundred times: calls above the limit are answered but not run.
 */
struct ration {
	size_t max;		/* calls per turn; 0: no limit */
	size_t calls;		/* in this turn */
};

/* Notes a record's type, which may end the turn; returns how many of its calls
 * exceeded the limit. */
size_t ration_record(struct ration *, const char *type);

/* Counts one more call; returns whether it may run. */
bool ration_take(struct ration *);

/* Calls above the limit so far. */
size_t ration_over(const struct ration *);

#endif
