/* json: the strict parser cut and fed wrong, long integers, media, merging. */
#include <stdlib.h>
#include <string.h>

#include "../../tap.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"

static char why[128];

static struct json *
parse(const char *s)
{
	return json_parse(s, strlen(s), why, sizeof(why));
}

/* The text of what s parses to, or "!reason". */
static const char *
round_trip(const char *s, bool pretty)
{
	static char out[4096];
	struct json *j = parse(s);
	struct buf b;

	if (j == NULL) {
		snprintf(out, sizeof(out), "!%s", why);
		return out;
	}
	buf_init(&b, sizeof(out) - 1);
	if (pretty)
		json_pretty(j, &b);
	else
		json_print(j, &b);
	snprintf(out, sizeof(out), "%s", b.data);
	buf_done(&b);
	json_free(j);
	return out;
}

static void
good(void)
{
	static const char *const same[] = {
		"{}", "[]", "null", "true", "false", "0", "-1", "1.5", "1e+300",
		"\"\"", "[1,[2,[3]],{\"a\":{}}]", "12345678901234567890",
		"-9223372036854775808", "0.1", "3.1415926535897932384626",
		"\"\\u0001\\n\\\"\\\\\"", "{\"b\":1,\"a\":2}", "\"\x7f\"",
		"\"\xc3\xa9\xf0\x9f\x98\x80\"", NULL
	};
	int i;

	for (i = 0; same[i] != NULL; i++)
		is_str(round_trip(same[i], false), same[i], same[i]);
	is_str(round_trip(" [ 1 ,\t2\r\n] ", false), "[1,2]", "white space");
	is_str(round_trip("\"\\u00e9\\ud83d\\ude00\\/\"", false),
	    "\"\xc3\xa9\xf0\x9f\x98\x80/\"", "escapes become UTF-8");
	is_str(round_trip("\"a\\u0000b\\ud800c\\udc00\"", false),
	    "\"a\xef\xbf\xbd" "b\xef\xbf\xbd" "c\xef\xbf\xbd\"",
	    "NUL and half surrogates become U+FFFD");
	is_str(round_trip("{\"a\":[1,{}],\"b\":[],\"c\":{\"d\":\"e\"}}", true),
	    "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": [],\n  \"c\": {\n"
	    "    \"d\": \"e\"\n  }\n}", "pretty as the service writes");
}

static void
wrong(void)
{
	static const char *const texts[] = {
		"", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}",
		"{\"a\":1,}", "{a:1}", "{1:2}", "nul", "tru", "01", "-", "+1",
		"1.", ".5", "1e", "1e+", "0x1", "NaN", "\"", "\"\\\"", "\"\\x\"",
		"\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\x01\"", "[1 2]", "1 2",
		"{} x", "\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "[1}",
		"\xef\xbb\xbf{}", "'a'", "\"\\", NULL
	};
	char deep[256];
	struct json *j;
	int i;

	for (i = 0; texts[i] != NULL; i++) {
		why[0] = '\0';
		j = parse(texts[i]);
		if (!ok(j == NULL && strstr(why, "at byte") != NULL, "refused"))
			printf("# %s: %s\n", texts[i], why);
		json_free(j);
	}
	memset(deep, '[', 200);
	deep[200] = '\0';
	is_str(round_trip(deep, false), "!nested too deep at byte 65", "depth");
	memset(deep, '1', 200);
	ok(round_trip(deep, false)[0] == '!', "a number of 200 digits");
}

static void
cuts(void)
{
	const char *s = "{\"k\\u00e9\":[1.5e3,true,null,\"\\ud83d\\ude00\"]}";
	size_t n = strlen(s), i;
	char *exact;
	bool all = true;
	struct json *j;

	for (i = 0; i < n; i++) {
		exact = malloc(i ? i : 1);
		memcpy(exact, s, i);
		j = json_parse(exact, i, why, sizeof(why));
		all = all && j == NULL;
		json_free(j);
		free(exact);
	}
	ok(all, "cut at every byte: refused");
	j = parse(s);
	ok(j != NULL, "whole: taken");
	json_free(j);
}

static void
media(void)
{
	char text[2048], data[600];
	const char *s;
	struct json *j, *copy, *d;
	size_t n = 0;

	memset(data, 'A', sizeof(data));
	snprintf(text, sizeof(text), "{\"up\":{\"data\":\"%.600s\"},"
	    "\"other\":{\"data\":\"%.600s\"}}", data, data);
	j = json_parse_media(text, strlen(text), "up", why, sizeof(why));
	d = json_path(j, "up.data");
	s = json_strn(d, &n);
	ok(s > text && s < text + sizeof(text), "points into the message");
	is_int((long long)n, 600, "with its length");
	ok(json_str(d) == NULL, "and is not a C string");
	ok(json_str(json_path(j, "other.data")) != NULL, "elsewhere copied");
	copy = json_copy(j);
	ok(json_str(json_path(copy, "up.data")) != NULL, "a copy is its own");
	json_free(copy);
	json_free(j);
	text[20] = '\\';
	text[21] = 'n';
	j = json_parse_media(text, strlen(text), "up", why, sizeof(why));
	ok(json_str(json_path(j, "up.data")) != NULL, "with escapes copied");
	json_free(j);
}

static void
access_and_merge(void)
{
	struct json *j = parse("{\"i\":\"42\",\"n\":7,\"f\":1.5,\"e\":1e3,"
	    "\"big\":9007199254740993,\"x\":1,\"x\":2,\"s\":\"12a\"}");
	struct json *a = parse("{\"a\":{\"b\":1,\"c\":2},\"d\":[1],\"e\":5}");
	struct json *b = parse("{\"a\":{\"b\":null,\"z\":{\"y\":1}},"
	    "\"d\":{\"q\":1},\"e\":6}");
	struct buf out;
	int64_t v;

	is_int(json_get_int(j, "i", -1), 42, "int64 written as a string");
	is_int(json_get_int(j, "n", -1), 7, "as a number");
	is_int(json_get_int(j, "e", -1), 1000, "whole though 1e3");
	is_int(json_get_int(j, "big", -1), 9007199254740993, "beyond doubles");
	is_int(json_get_int(j, "x", -1), 2, "of equal keys the last");
	ok(json_int(json_get(j, "f"), &v) == -1, "1.5 is not whole");
	ok(json_int(json_get(j, "s"), &v) == -1, "12a is not a number");
	ok(json_get(NULL, "a") == NULL && json_type(NULL) == JSON_NONE &&
	    json_first(NULL) == NULL && json_size(NULL) == 0,
	    "nothing has nothing in it");
	json_merge(a, b);
	json_set_path(a, "p.q.r", json_integer(123456789012345678));
	buf_init(&out, 4096);
	json_print(a, &out);
	is_str(out.data, "{\"a\":{\"c\":2,\"z\":{\"y\":1}},\"d\":{\"q\":1},"
	    "\"e\":6,\"p\":{\"q\":{\"r\":123456789012345678}}}", "merged");
	buf_clear(&out);
	json_quote(&out, "a\0b\xffz", 5);
	is_str(out.data, "\"a\\ufffdb\xef\xbf\xbdz\"", "quoting mends");
	buf_done(&out);
	json_free(j);
	json_free(a);
	json_free(b);
}

/* As many values as are taken, and one more. */
static void
many(void)
{
	size_t n = 2 * (size_t)JSON_VALUES + 2, i;
	char *text = malloc(n);
	struct json *j;

	for (i = 0; i < n; i += 2) {
		text[i] = '1';
		text[i + 1] = ',';
	}
	text[0] = '[';
	text[1] = ' ';
	text[n - 1] = ']';
	/* JSON_VALUES elements and the list itself */
	j = json_parse(text, n, why, sizeof(why));
	ok(j == NULL && strncmp(why, "too many values", 15) == 0,
	    "over a million values are refused");
	json_free(j);
	text[n - 3] = ']';
	j = json_parse(text, n - 2, why, sizeof(why));
	is_int((long long)json_size(j), JSON_VALUES - 1, "one less is taken");
	json_free(j);
	free(text);
}

static const char *
printed(const struct json *j)
{
	static char out[64];
	struct buf b;

	buf_init(&b, sizeof(out) - 1);
	json_print(j, &b);
	snprintf(out, sizeof(out), "%.*s", (int)b.len, b.data);
	buf_done(&b);
	return out;
}

/* A key that stands twice: the last counts, whatever is done with it. */
static void
twice(void)
{
	struct json *j = parse("{\"a\":1,\"b\":2,\"a\":3}"), *v;
	struct json *big = json_object();
	char key[16];
	int i;

	is_str(json_repeated(j), "a", "which key stands twice");
	is_int(json_get_int(j, "a", 0), 3, "the last one counts");
	v = json_copy(j);
	json_set(v, "a", json_integer(4));
	is_str(printed(v), "{\"b\":2,\"a\":4}", "one replaces both");
	json_free(v);
	v = json_copy(j);
	json_set(v, "a", NULL);
	is_str(printed(v), "{\"b\":2}", "both are removed");
	json_free(v);
	v = json_detach(j, "a");
	is_str(printed(j), "{\"b\":2}", "... and taken out");
	is_int(json_num(v, 0) > 2, 1, "as the last");
	json_free(v);
	ok(json_repeated(j) == NULL, "once is not twice");
	for (i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		json_append(big, mem_str(key), json_null());
	}
	ok(json_repeated(big) == NULL, "none of 5000");
	json_append(big, mem_str("k77"), json_null());
	is_str(json_repeated(big), "k77", "one of 5001");
	json_free(big);
	json_free(j);
}

int
main(void)
{
	twice();
	many();
	good();
	wrong();
	cuts();
	media();
	access_and_merge();
	return tap_done();
}
