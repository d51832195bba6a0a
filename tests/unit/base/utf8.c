/* utf8_feed(): agrees with utf8_valid() on every short sequence, however it
 * is cut, and says no at the first byte that cannot be. */
#include "base/utf8.h"

#include "../../tap.h"

static const unsigned char bytes[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90,
    0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
    0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };

enum { COUNT = sizeof(bytes) };

static bool
whole(const unsigned char *p, size_t n, size_t cut)
{
	unsigned state = 0;

	return utf8_feed(&state, p, cut) &&
	    utf8_feed(&state, p + cut, n - cut) && state == 0;
}

/* All sequences of four of the bytes, cut at each place. */
static void
agreement(void)
{
	unsigned char p[4];
	long i, n, wrong = 0;
	size_t cut;

	for (i = 0; i < (long)COUNT * COUNT * COUNT * COUNT; i++) {
		n = i;
		for (cut = 0; cut < 4; cut++, n /= COUNT)
			p[cut] = bytes[n % COUNT];
		for (cut = 0; cut <= 4; cut++)
			wrong += whole(p, 4, cut) != utf8_valid(p, 4);
	}
	is_int(wrong, 0, "agrees with utf8_valid()");
}

/* A prefix is refused exactly where no continuation can make it good. */
static void
early(const char *text, size_t bad_at)
{
	unsigned state = 0;
	size_t i;

	for (i = 0; i < strlen(text); i++)
		if (!utf8_feed(&state, text + i, 1))
			break;
	is_int((long long)i, (long long)bad_at, "refused at once");
}

int
main(void)
{
	unsigned state = 0;

	agreement();
	early("\xce\xba\xf4\x90\x80\x80", 3);
	early("\xed\xa0\x80", 1);
	early("\xe0\x80\xaf", 1);
	early("\xf0\x80\x80\xaf", 1);
	early("\xc0\xaf", 0);
	early("0123456789\xff", 10);
	ok(utf8_feed(&state, "0123456789abcde\xce", 16) && state != 0 &&
	    !utf8_feed(&state, "01234567", 8),
	    "ASCII does not end a character");
	return tap_done();
}
