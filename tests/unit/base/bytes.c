/* buf, fifo, utf8, base64, and text in log: what only moves bytes. */
#include <stdlib.h>
#include <string.h>

#include "../../tap.h"
#include "base/base64.h"
#include "base/buf.h"
#include "play/fifo.h"
#include "base/log.h"
#include "base/utf8.h"

static void
test_buf(void)
{
	struct buf b;
	char *taken;
	size_t n;

	buf_init(&b, 10);
	is_int(buf_str(&b, "hello"), 0, "within the ceiling");
	is_int(buf_printf(&b, "%d", 12345), 0, "up to it");
	is_int(buf_byte(&b, 'x'), -1, "not beyond");
	ok(b.failed && b.len == 10, "failed, and nothing was added");
	is_str(b.data, "hello12345", "zero-terminated");
	buf_drop(&b, 5);
	is_str(b.data, "12345", "dropped from the front");
	buf_drop(&b, 50);
	is_int((long long)b.len, 0, "dropping more than there is");
	buf_clear(&b);
	ok(!b.failed && buf_room(&b, 11) == NULL, "room beyond the ceiling");
	buf_clear(&b);
	buf_str(&b, "abc");
	buf_clear(&b);
	buf_int(&b, 0);
	buf_int(&b, -70);
	is_str(b.data, "0-70", "numbers");
	b.max = 40;
	buf_clear(&b);
	buf_int(&b, INT64_MIN);
	buf_int(&b, 1234567890);
	is_str(b.data, "-92233720368547758081234567890", "of all sizes");
	buf_clear(&b);
	buf_str(&b, "abc");
	taken = buf_take(&b, &n);
	ok(strcmp(taken, "abc") == 0 && n == 3 && b.data == NULL, "taken");
	free(taken);
	buf_done(&b);
}

static void
test_fifo(void)
{
	struct fifo f;
	unsigned char in[7], out[7];
	unsigned next = 0, want = 0;
	size_t n, i, room;
	const void *p;
	bool same = true;
	int round;

	fifo_init(&f, 7);
	for (round = 0; round < 1000; round++) {
		for (i = 0; i < sizeof(in); i++)
			in[i] = (unsigned char)(next + i);
		n = (size_t)(round * 3 % 8);
		next += (unsigned)fifo_put(&f, in, n);
		p = fifo_rwin(&f, &room);
		n = (size_t)(round * 5 % 8);
		n = n < room ? n : room;
		memcpy(out, p, n);
		for (i = 0; i < n; i++)
			same = same && out[i] == (unsigned char)want++;
		fifo_take(&f, n);
	}
	ok(same, "a thousand puts and takes of all sizes");
	fifo_clear(&f);
	is_int((long long)fifo_put(&f, "abcdefghij", 10), 7, "full");
	fifo_rwin(&f, &n);
	ok(f.used == 7, "and the ring is full");
	fifo_done(&f);
}

static void
test_utf8(void)
{
	static const char *const bad[] = {
		"\x80", "\xc2", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "12345678\xff",
		"\xe2\x82", "\xf0\x9f\x98", NULL
	};
	const char *s = "ab\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
	int i;

	ok(utf8_valid(s, strlen(s)), "one to four bytes");
	ok(utf8_valid("a\0b", 3), "NUL is a character");
	for (i = 0; bad[i] != NULL; i++)
		ok(!utf8_valid(bad[i], strlen(bad[i])), "refused");
	is_int((long long)utf8_cut(s, 3), 2, "not inside of two bytes");
	is_int((long long)utf8_cut(s, 4), 4, "behind them");
	is_int((long long)utf8_cut(s, 6), 4, "not inside of three");
	is_int((long long)utf8_cut(s, 10), 7, "not inside of four");
	is_int((long long)utf8_cut(s, 11), 11, "behind four");
}

static void
test_base64(void)
{
	static const struct { const char *plain, *code; } pairs[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" }
	};
	static const char *const bad[] = { "Z", "Zg=", "Zh==", "Zm9=", "Zg==Zg==",
	    "Z===", "====", "Zm9v\n", "Zm 9", "Zm9.", "Zm9vY", NULL };
	unsigned char all[256], back[260];
	char code[BASE64_LEN(256) + 1];
	size_t i, n;

	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		n = base64_encode(code, pairs[i].plain, strlen(pairs[i].plain));
		code[n] = '\0';
		is_str(code, pairs[i].code, "RFC 4648 section 10, encoded");
		is_int(base64_decode(back, code, n),
		    (long long)strlen(pairs[i].plain), "and back");
	}
	for (i = 0; bad[i] != NULL; i++)
		is_int(base64_decode(back, bad[i], strlen(bad[i])), -1, "refused");
	is_int(base64_decode(back, "Zg", 2), 1, "unpadded");
	for (i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	n = base64_encode(code, all, 256);
	ok(base64_decode(back, code, n) == 256 && memcmp(all, back, 256) == 0,
	    "every byte there and back");
	for (n = base64_encode(code, all, 256), i = 0; i < n; i++)
		code[i] = code[i] == '+' ? '-' : code[i] == '/' ? '_' : code[i];
	ok(base64_decode(back, code, n) == 256 && memcmp(all, back, 256) == 0,
	    "in the URL alphabet, padded");
	n = base64_url_encode(code, all, 256);
	ok(base64_decode(back, code, n) == 256 && memcmp(all, back, 256) == 0,
	    "and not padded");
	n = base64_url_encode(code, "\xfb\xff\xfe", 2);
	code[n] = '\0';
	is_str(code, "-_8", "the URL alphabet, no padding");
}

static void
test_tame(void)
{
	char text[] = "a\x1b[m\x7f \xc2\x80\xc2\x9f\xc2\xa0\xc2";

	log_tame(text);
	is_str(text, "a?[m? ??\xc2\xa0?", "no control characters");
}

int
main(void)
{
	test_buf();
	test_fifo();
	test_utf8();
	test_base64();
	test_tame();
	return tap_done();
}
