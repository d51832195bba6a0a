/* The ration of calls: what ends a turn, and what is above it. */
#include "tool/ration.h"

#include "../../tap.h"

int
main(void)
{
	struct ration r = { .max = 2 }, free_one = { 0 };
	int i;

	ok(ration_take(&r) && ration_take(&r) && !ration_take(&r),
	    "two of three");
	ok(ration_over(&r) == 1, "one is over");
	ok(ration_record(&r, "audio") == 0 && !ration_take(&r),
	    "sound ends no turn");
	ok(ration_record(&r, "turn_complete") == 2 && ration_take(&r),
	    "a turn's end does");
	ok(ration_record(&r, "interrupted") == 0, "nothing was over");
	for (i = 0; i < 1000 && ration_take(&free_one); i++)
		;
	ok(i == 1000 && ration_over(&free_one) == 0, "no limit");
	return tap_done();
}
