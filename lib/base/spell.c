/* The distance of two words, as far as fingers slip. */
#include "base/spell.h"

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
spell_distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t d[SPELL_MAX + 1][SPELL_MAX + 1], i, j;

	if (na > SPELL_MAX || nb > SPELL_MAX)
		return SPELL_FAR;
	for (i = 0; i <= na; i++)
		d[i][0] = i;
	for (j = 0; j <= nb; j++)
		d[0][j] = j;
	for (i = 1; i <= na; i++)
		for (j = 1; j <= nb; j++) {
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
			    d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[na][nb];
}

size_t
spell_slip(size_t n)
{
	return n < 3 ? 0 : n < 6 ? 1 : 2;
}
