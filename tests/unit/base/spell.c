/* spell: how far two words are apart. */
#include "base/spell.h"

#include <string.h>

#include "../../tap.h"

int
main(void)
{
	static const struct {
		const char *a, *b;
		size_t d;
	} v[] = {
		{ "", "", 0 }, { "", "ab", 2 }, { "voice", "voice", 0 },
		{ "vocie", "voice", 1 }, { "voce", "voice", 1 },
		{ "voicee", "voice", 1 }, { "vojce", "voice", 1 },
		{ "ovcie", "voice", 2 }, { "abc", "xyz", 3 },
		{ "0123456789012345678901234567890123456789",
		    "0123456789012345678901234567890123456789", 0 },
		{ "01234567890123456789012345678901234567890", "0", SPELL_FAR },
		{ "0", "01234567890123456789012345678901234567890", SPELL_FAR },
	};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		is_int((long long)spell_distance(v[i].a, strlen(v[i].a),
		    v[i].b, strlen(v[i].b)), (long long)v[i].d, v[i].a);
	is_int((long long)spell_slip(2), 0, "two letters may be anything");
	is_int((long long)spell_slip(5), 1, "five letters: one slip");
	is_int((long long)spell_slip(6), 2, "six letters: two");
	return tap_done();
}
