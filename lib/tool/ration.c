/* A turn is over when the model's turn is, or when it was cut off; a new
 * connection counts too, since that record may have been lost. */
#include "tool/ration.h"

#include <string.h>

size_t
ration_over(const struct ration *r)
{
	return r->max > 0 && r->calls > r->max ? r->calls - r->max : 0;
}

size_t
ration_record(struct ration *r, const char *type)
{
	static const char *const ends[] = { "turn_complete", "interrupted",
	    "reconnected", "ready", "end" };
	size_t i, over = ration_over(r);

	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (strcmp(type, ends[i]) == 0) {
			r->calls = 0;
			return over;
		}
	return 0;
}

bool
ration_take(struct ration *r)
{
	r->calls++;
	return ration_over(r) == 0;
}
