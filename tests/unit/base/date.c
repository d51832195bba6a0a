/* date: RFC 3339, and what is like it. */
#include "../../tap.h"
#include "base/date.h"

int
main(void)
{
	static const char *const bad[] = {
		"", "2026-11-28", "2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z",
		"2026-11-28T24:00:00Z", "2026-11-28T20:60:00Z",
		"2026-11-28T20:00:00", "2026-11-28T20:00:00+1",
		"2026-11-28T20:00:00+24:00", "2026-11-28 20:00:00Z",
		"2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
		"20261128T200000ZZZZZ", " 2026-01-01T00:00:00Z"
	};
	int64_t t = 0;
	size_t i;

	is_int(date_seconds("2026-01-01T00:00:00Z", &t), 0, "a time");
	is_int(t, 1767225600, "... is right");
	is_int(date_seconds("2024-02-29T23:59:59.123456+05:30", &t), 0,
	    "with a fraction and an offset");
	is_int(t, 1709231399, "... is right too");
	is_int(date_ms("1970-01-01T00:00:00Z", &t), 0, "the epoch");
	is_int(t, 0, "... is 0");
	is_int(date_ms("2026-11-28t20:00:00.250z", &t), 0, "thousandths");
	is_int(t, 1795896000250, "... count");
	is_int(date_ms("2026-11-28T21:30:00.0009+01:30", &t), 0, "a zone");
	is_int(t, 1795896000000, "... and what is finer is cut off");
	is_int(date_ms("1969-12-31T23:59:59.5Z", &t), 0, "before the epoch");
	is_int(t, -500, "... is below 0");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is_int(date_ms(bad[i], &t), -1, bad[i]);
	return tap_done();
}
