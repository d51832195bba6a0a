/* duration: what proto3 JSON spells so, both ways. */
#include "base/duration.h"

#include "../../tap.h"

int
main(void)
{
	static const struct {
		const char *text;
		long long ms;
	} v[] = {
		{ "10s", 10000 }, { "9.5s", 9500 }, { "0.000000001s", 0 },
		{ "0s", 0 }, { "1.0019s", 1001 }, { "3600s", 3600000 },
		{ "", -1 }, { "s", -1 }, { "-1s", -1 }, { "1", -1 },
		{ "1.5", -1 }, { "1.5sec", -1 }, { "1e3s", -1 },
		{ "99999999999999999999s", -1 },
	};
	char text[40];
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		is_int(duration_ms(v[i].text), v[i].ms, v[i].text);
	is_int(duration_ms(NULL), -1, "none");
	duration_text(60000, text, sizeof(text));
	is_str(text, "60s", "whole seconds");
	duration_text(9500, text, sizeof(text));
	is_str(text, "9.5s", "tenths");
	duration_text(1001, text, sizeof(text));
	is_str(text, "1.001s", "thousandths");
	return tap_done();
}
