/* wsin: sequences of frames, each payload in pieces of every size. */
#include "net/wsin.h"

#include "../../tap.h"

struct piece {
	int opcode;
	bool fin;
	const char *payload;
	size_t len;
};

#define P(op, fin, text) { op, fin, text, sizeof(text) - 1 }

/* Feeds one frame in pieces of n bytes; the first event that is one. */
static enum wsin_event
feed(struct wsin *w, const struct piece *p, size_t n)
{
	struct wsin_frame f = { .fin = p->fin, .opcode = (uint8_t)p->opcode,
	    .length = p->len };
	enum wsin_event e = WSIN_MORE;
	size_t at = 0, part;

	do {
		part = p->len - at < n ? p->len - at : n;
		e = wsin_take(w, &f, p->payload + at, part);
		at += part;
	} while (e == WSIN_MORE && at < p->len);
	return e;
}

/* The frames, whatever the pieces: only the last one's event counts. */
static void
expect(const char *what, const struct piece *p, size_t count,
    enum wsin_event wanted, int code, const char *data)
{
	enum wsin_event e = WSIN_MORE;
	struct wsin w;
	size_t n, i, good = 0;

	for (n = 1; n <= 12; n++) {
		wsin_init(&w, false, 64);
		for (i = 0; i < count; i++)
			e = feed(&w, p + i, n);
		if (e == wanted && (!code || w.code == code) &&
		    (!data || (w.len == strlen(data) &&
		    memcmp(w.data, data, w.len + 1) == 0)))
			good++;
		wsin_done(&w);
	}
	is_int((long long)good, 12, what);
}

#define EXPECT(what, event, code, data, ...) do { \
	static const struct piece pieces[] = { __VA_ARGS__ }; \
	expect(what, pieces, sizeof(pieces) / sizeof(pieces[0]), event, \
	    code, data); \
} while (0)

static void
messages(void)
{
	EXPECT("a text", WSIN_GOT_MESSAGE, 0, "hello", P(1, true, "hello"));
	EXPECT("an empty text", WSIN_GOT_MESSAGE, 0, "", P(1, true, ""));
	EXPECT("fragments", WSIN_GOT_MESSAGE, 0, "abcdef", P(1, false, "ab"),
	    P(0, false, "cd"), P(0, true, "ef"));
	EXPECT("a ping between fragments", WSIN_GOT_MESSAGE, 0, "abcd",
	    P(1, false, "ab"), P(9, true, "ping"), P(0, true, "cd"));
	EXPECT("a character over two fragments", WSIN_GOT_MESSAGE, 0,
	    "\xce\xba", P(1, false, "\xce"), P(0, true, "\xba"));
	EXPECT("two messages", WSIN_GOT_MESSAGE, 0, "b", P(1, true, "a"),
	    P(2, true, "b"));
	EXPECT("a ping", WSIN_GOT_PING, 0, NULL, P(9, true, "x"));
	EXPECT("a pong", WSIN_GOT_PONG, 0, NULL, P(10, true, "x"));
	EXPECT("a close", WSIN_GOT_CLOSE, 1000, NULL, P(8, true, "\x03\xe8"));
	EXPECT("an empty close", WSIN_GOT_CLOSE, 1005, NULL, P(8, true, ""));
	EXPECT("binary", WSIN_GOT_MESSAGE, 0, "\xff", P(2, true, "\xff"));
}

static void
violations(void)
{
	EXPECT("not UTF-8", WSIN_BAD, 1007, NULL, P(1, true, "a\xff"));
	EXPECT("a cut character", WSIN_BAD, 1007, NULL, P(1, true, "a\xce"));
	EXPECT("a cut character at the end of fragments", WSIN_BAD, 1007, NULL,
	    P(1, false, "\xce"), P(0, true, ""));
	EXPECT("a reserved opcode", WSIN_BAD, 1002, NULL, P(3, true, "x"));
	EXPECT("a reserved control opcode", WSIN_BAD, 1002, NULL,
	    P(11, true, "x"));
	EXPECT("a continuation of nothing", WSIN_BAD, 1002, NULL,
	    P(0, true, "x"));
	EXPECT("a message in a message", WSIN_BAD, 1002, NULL,
	    P(1, false, "x"), P(2, true, "y"));
	EXPECT("a fragmented ping", WSIN_BAD, 1002, NULL, P(9, false, "x"));
	EXPECT("half a close code", WSIN_BAD, 1002, NULL, P(8, true, "\x03"));
	EXPECT("close code 1005", WSIN_BAD, 1002, NULL,
	    P(8, true, "\x03\xed"));
	EXPECT("a reason that is not UTF-8", WSIN_BAD, 1007, NULL,
	    P(8, true, "\x03\xe8\xff"));
	EXPECT("too big", WSIN_BAD, 1009, NULL, P(2, true,
	    "12345678901234567890123456789012345678901234567890123456789012345"
	    ));
	EXPECT("too big in fragments", WSIN_BAD, 1009, NULL,
	    P(2, false, "1234567890123456789012345678901234567890"),
	    P(0, true, "1234567890123456789012345"));
	EXPECT("just not too big", WSIN_GOT_MESSAGE, 0, NULL,
	    P(2, false, "1234567890123456789012345678901234567890"),
	    P(0, true, "123456789012345678901234"));
}

static void
headers(void)
{
	struct wsin_frame f = { .fin = true, .opcode = 2, .length = UINT64_MAX };
	struct wsin w;

	wsin_init(&w, false, 64);
	ok(wsin_take(&w, &f, "x", 1) == WSIN_BAD && w.code == 1009 &&
	    !w.data, "a length that wraps allocates nothing");
	wsin_done(&w);
	f.length = 1;
	f.masked = true;
	wsin_init(&w, false, 64);
	ok(wsin_take(&w, &f, "x", 1) == WSIN_BAD && w.code == 1002,
	    "a masked frame to a client");
	wsin_done(&w);
	wsin_init(&w, true, 64);
	ok(wsin_take(&w, &f, "x", 1) == WSIN_GOT_MESSAGE,
	    "a masked frame to a server");
	f.masked = false;
	ok(wsin_take(&w, &f, "x", 1) == WSIN_BAD && w.code == 1002,
	    "a bare frame to a server");
	wsin_done(&w);
	f.rsv = 4;
	wsin_init(&w, false, 64);
	ok(wsin_take(&w, &f, "x", 1) == WSIN_BAD && w.code == 1002,
	    "reserved bits");
	wsin_done(&w);
	f = (struct wsin_frame){ .fin = true, .opcode = 9, .length = 126 };
	wsin_init(&w, false, 200);
	ok(wsin_take(&w, &f, "x", 1) == WSIN_BAD && w.code == 1002,
	    "a long ping");
	wsin_done(&w);
}

static void
memory(void)
{
	static char part[65536];
	struct wsin_frame f = { .fin = true, .opcode = 2,
	    .length = 3 << 20 };
	enum wsin_event e = WSIN_MORE;
	struct wsin w;
	int i;

	wsin_init(&w, false, 16 << 20);
	wsin_take(&w, &f, part, 1);
	ok(w.cap <= 4096, "memory follows what came, not what was promised");
	wsin_done(&w);
	wsin_init(&w, false, 16 << 20);
	for (i = 0; i < 48; i++)
		e = wsin_take(&w, &f, part, sizeof(part));
	ok(e == WSIN_GOT_MESSAGE && w.len == 3 << 20, "a big message");
	wsin_next(&w);
	ok(w.cap == 0, "its memory goes");
	f.length = sizeof(part);
	wsin_take(&w, &f, part, sizeof(part));
	wsin_next(&w);
	ok(w.cap > 0, "that of a small one stays");
	wsin_done(&w);
}

int
main(void)
{
	messages();
	violations();
	headers();
	memory();
	ok(wsin_code_valid(1000) && wsin_code_valid(1014) &&
	    wsin_code_valid(3000) && wsin_code_valid(4999) &&
	    !wsin_code_valid(999) && !wsin_code_valid(1004) &&
	    !wsin_code_valid(1006) && !wsin_code_valid(1015) &&
	    !wsin_code_valid(2999) && !wsin_code_valid(5000), "close codes");
	return tap_done();
}
