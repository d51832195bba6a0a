/* tokentext: what is a secret and what is none; lines of a descriptor. */
#include <stdlib.h>
#include <string.h>

#include "../../tap.h"
#include "base/json.h"
#include "dialog/token.h"
#include "dialog/tokentext.h"

static void
test_texts(void)
{
	static const struct {
		const char *text;
		size_t n;	/* 0: as long as it is */
		enum tokentext_status status;
		const char *secret;
	} t[] = {
		{ "abc\n", 0, TOKENTEXT_SECRET, "abc" },
		{ " \tabc\r\n\n", 0, TOKENTEXT_SECRET, "abc" },
		{ "{\"access_token\":\"t\"}", 0, TOKENTEXT_SECRET, "t" },
		{ "{\"token\":\"t\"}\n", 0, TOKENTEXT_SECRET, "t" },
		{ "", 0, TOKENTEXT_NONE, NULL },
		{ " \n", 0, TOKENTEXT_NONE, NULL },
		{ "a b", 0, TOKENTEXT_MALFORMED, NULL },
		{ "a\nb\n", 0, TOKENTEXT_MALFORMED, NULL },
		{ "abc\0def", 7, TOKENTEXT_MALFORMED, NULL },
		{ "\0", 1, TOKENTEXT_MALFORMED, NULL },
		{ "h\xc3\xb6", 0, TOKENTEXT_MALFORMED, NULL },
		{ "{\"access_token\":\"\"}", 0, TOKENTEXT_MALFORMED, NULL },
		{ "{\"access_token\":7}", 0, TOKENTEXT_MALFORMED, NULL },
		{ "{\"access_token\":\"t\"", 0, TOKENTEXT_MALFORMED, NULL },
		{ "{\"access_token\":\"t\\r\\nX: y\"}", 0,
		    TOKENTEXT_MALFORMED, NULL },
		{ "{\"access_token\":\"t\\u0000\"}", 0, TOKENTEXT_MALFORMED,
		    NULL },
	};
	struct token_reply r;
	struct json *held;
	char text[64], what[80];
	size_t i, n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = t[i].n > 0 ? t[i].n : strlen(t[i].text);
		memcpy(text, t[i].text, n);
		snprintf(what, sizeof(what), "text %zu of a token", i);
		is_int(tokentext_read(text, n, &r, &held), t[i].status, what);
		if (t[i].secret != NULL)
			is_str(r.secret, t[i].secret, "... and which");
		json_wipe(held);
	}
}

static void
test_lines(void)
{
	char line[32] = "one\ntwo\nthr", last[33] = "";
	size_t have = 11;

	tokentext_lines(line, &have, last, false);
	is_str(last, "two", "the last whole line");
	is_int((long long)have, 3, "what has come of the next is kept");
	tokentext_lines(line, &have, last, true);
	is_str(last, "thr", "which is one at the end");
	is_int((long long)have, 0, "and nothing is left");
}

int
main(void)
{
	test_texts();
	test_lines();
	return tap_done();
}
