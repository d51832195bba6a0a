/* Words of commands, limits, declarations, the ledger, answers of programs and
 * of MCP servers. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../../tap.h"
#include "base/buf.h"
#include "tool/caller.h"
#include "tool/decl.h"
#include "base/json.h"
#include "tool/ledger.h"
#include "tool/mcptool.h"
#include "tool/names.h"
#include "loop/proc.h"
#include "tool/result.h"
#include "loop/run.h"
#include "base/words.h"

static struct buf text;

static struct json *
parse(const char *s)
{
	return json_parse(s, strlen(s), NULL, 0);
}

/* Prints and frees it. */
static const char *
print(struct json *j)
{
	buf_clear(&text);
	json_print(j, &text);
	json_free(j);
	return text.data;
}

static const char *
split(const char *command, size_t max)
{
	char **w = words_split(command, max);
	size_t i;

	buf_clear(&text);
	buf_str(&text, w == NULL ? "none" : "");
	for (i = 0; w != NULL && w[i] != NULL; i++)
		buf_printf(&text, "[%s]", w[i]);
	free(w);
	return text.data;
}

static void
test_words(void)
{
	is_str(split("a  b\tc\n", 9), "[a][b][c]", "white space");
	is_str(split("'a b' \"c 'd'\" e\\ f", 9), "[a b][c 'd'][e f]", "quotes");
	is_str(split("a'b'\"c\"d", 9), "[abcd]", "quotes in a word");
	is_str(split("'' \"\"", 9), "[][]", "empty words");
	is_str(split("\"a\\\"b\\n\" '\\'", 9), "[a\"b\\n][\\]", "backslashes");
	is_str(split("$HOME `x` $(y) *;|", 9), "[$HOME][`x`][$(y)][*;|]",
	    "nothing is expanded");
	is_str(split("", 9), "none", "nothing");
	is_str(split(" \t ", 9), "none", "blanks");
	is_str(split("a 'b", 9), "none", "an open quote");
	is_str(split("a b", 2), "[a][b]", "as many as allowed");
	is_str(split("a b c", 2), "none", "one more");
}

static long long
limit(const char *s, int resource)
{
	struct proc_limit l;

	return proc_limit_parse(&l, s) == 0 && l.resource == resource ?
	    l.value : -1;
}

static void
test_limits(void)
{
	static const char *const bad[] = { "", "cpu", "cpu=", "=5", "cpu=x",
	    "cpu=-1", "cpu= 5", "cpu=5x", "cpu=5kk", "cp=5", "CPU=5", "cpu=1G1",
	    "as=99999999999999999999", "as=9999999999999999G" };
	size_t i;

	is_int(limit("cpu=10", RLIMIT_CPU), 10, "a number");
	is_int(limit("as=2G", RLIMIT_AS), 2LL << 30, "G");
	is_int(limit("fsize=3M", RLIMIT_FSIZE), 3 << 20, "M");
	is_int(limit("data=4k", RLIMIT_DATA), 4096, "k");
	is_int(limit("nofile=0", RLIMIT_NOFILE), 0, "nothing");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(limit(bad[i], RLIMIT_CPU) == -1 &&
		    limit(bad[i], RLIMIT_AS) == -1, bad[i]);
}

/* The declaration as the service gets it, or the sentence against it. */
static const char *
declare(struct decl *d, const char *s)
{
	char why[256];

	if (decl_parse(d, "own", s, strlen(s), why, sizeof(why)) == -1) {
		buf_clear(&text);
		buf_str(&text, why);
		return text.data;
	}
	print(json_copy(d->function));
	decl_done(d);
	return text.data;
}

#define PARAMS "{\"type\":\"object\",\"properties\":{\"a\":" \
	"{\"type\":\"string\"}}}"

static void
test_declarations(void)
{
	static const struct { const char *in, *out; } good[] = {
		{ "{}", "{\"name\":\"own\"}" },
		{ "{\"name\":\"x\"}", "{\"name\":\"x\"}" },
		{ "{\"description\":\"d\",\"parameters\":" PARAMS "}",
		    "{\"description\":\"d\",\"name\":\"own\","
		    "\"parametersJsonSchema\":" PARAMS "}" },
		{ "{\"parameters\":{\"type\":\"OBJECT\",\"properties\":"
		    "{\"a\":{\"type\":\"STRING\"}}}}",
		    "{\"parameters\":{\"type\":\"OBJECT\",\"properties\":"
		    "{\"a\":{\"type\":\"STRING\"}}},\"name\":\"own\"}" },
		{ "{\"parameters\":{\"type\":\"object\"}}",
		    "{\"name\":\"own\"}" },
	}, bad[] = {
		{ "", "" }, { "[]", "declaration" }, { "{\"name\":5}", "name" },
		{ "{\"name\":\"a b\"}", "name" },
		{ "{\"name\":\"../x\"}", "name" }, { "{\"name\":\"\"}", "name" },
		{ "{\"parameters\":[]}", "parameters" },
		{ "{\"parameters\":{\"type\":\"string\"}}", "parameters.type" },
		{ "{\"parameters\":{},\"parametersJsonSchema\":{}}",
		    "parameters" },
		{ "{\"timeout\":\"soon\"}", "timeout" },
		{ "{\"timeout\":0}", "timeout" },
		{ "{\"timeout\":86401}", "timeout" },
		{ "{\"timeout\":\"nan\"}", "timeout" },
		{ "{\"scheduling\":\"INTERRUPTED\"}", "scheduling" },
		{ "{\"confirm\":\"yes\"}", "confirm" }, { "{\"ack\":1}", "ack" },
		{ "{\"parameters\":{\"type\":\"OBJECT\",\"properties\":"
		    "{\"a\":{\"type\":\"STRANGE\"}}}}", "" },
	};
	struct decl d;
	char name[DECL_NAME_MAX + 1], why[256], cut[160];
	const char *s = good[2].in;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		is_str(declare(&d, good[i].in), good[i].out, good[i].in);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ok(declare(&d, bad[i].in)[0] != '{' && strncmp(text.data,
		    bad[i].out, strlen(bad[i].out)) == 0, bad[i].in);
		ok(d.function == NULL, "nothing is left of it");
	}
	for (i = 0; i < strlen(s); i++)
		if (decl_parse(&d, "own", s, i, why, sizeof(why)) == 0)
			break;
	ok(i == strlen(s), "cut at every byte it is none");
	is_str(declare(&d, "{\"timeout\":\"1.5s\",\"confirm\":true,\"ack\":true,"
	    "\"scheduling\":\"SILENT\",\"behavior\":\"NON_BLOCKING\"}"),
	    "{\"behavior\":\"NON_BLOCKING\",\"name\":\"own\"}",
	    "our own members are taken out");
	ok(d.timeout_ms == 1500 && d.confirm && d.ack && d.nonblocking &&
	    strcmp(d.scheduling, "SILENT") == 0, "and told");
	declare(&d, "{\"timeout\":\"2m\"}");
	is_int(d.timeout_ms, 120000, "minutes");
	memset(cut, 'n', sizeof(cut));
	cut[128] = '\0';
	ok(decl_name_ok(cut), "128 letters");
	cut[128] = 'n'; cut[129] = '\0';
	ok(!decl_name_ok(cut), "129 letters");
	decl_name_mend(cut, name);
	is_int(strlen(name), 128, "cut to 128");
	*cut = '7';
	decl_name_mend(cut, name);
	ok(strlen(name) == 128 && name[0] == '_' && name[1] == '7',
	    "cut to 128 with a prefix");
	ok(!decl_name_ok("7up") && !decl_name_ok("-x") && !decl_name_ok(".x") &&
	    !decl_name_ok("") && decl_name_ok("_7"), "a letter or _ first");
	decl_name_mend("-rf", name);
	is_str(name, "_-rf", "a prefix before what may not be first");
	decl_name_mend("get weather/\xc3\xa9\n", name);
	is_str(name, "get_weather____", "made legal");
	decl_name_mend("", name);
	ok(decl_name_ok(name), "also out of nothing");
}

static void
test_ledger(void)
{
	struct ledger *l = ledger_new();
	struct ledger_call *a, *b, *c, *old;
	struct json *one = parse("{\"a\":1}"), *two = parse("{\"a\":2}");
	size_t i, full = 0;

	is_int(ledger_open(l, "1", "f", one, &a, &old), LEDGER_NEW, "a call");
	ok(a->serial == 1 && old == NULL && ledger_first(l) == a, "is open");
	is_int(ledger_open(l, "1", "f", one, &b, &old), LEDGER_REPEAT,
	    "told again");
	ok(b == a, "is the same");
	is_int(ledger_open(l, "1", "f", two, &b, &old), LEDGER_REUSED,
	    "with other arguments it is another");
	ok(old == a && b != a && ledger_find(l, "1") == b, "and the newer");
	ledger_close(l, old);
	is_int(ledger_open(l, "1", "g", two, &a, &old), LEDGER_REUSED,
	    "and under another name");
	ok(old == b, "too");
	ledger_close(l, b);
	is_int(ledger_open(l, NULL, "f", one, &b, &old), LEDGER_NEW, "no id");
	is_int(ledger_open(l, NULL, "f", one, &c, &old), LEDGER_NEW,
	    "twice is two calls");
	ok(ledger_find(l, NULL) == NULL && ledger_find(l, "2") == NULL,
	    "found by id only");
	ok(ledger_first(l) == a, "in the order of their coming");
	ledger_close(l, b);
	ok(ledger_first(l) == a, "one goes");
	ledger_close(l, a);
	ok(ledger_first(l) == c, "and another");
	is_int(ledger_open(l, "1", "f", one, &a, &old), LEDGER_NEW,
	    "an id is free again once its call is over");
	for (i = 0; i < LEDGER_MAX + 10; i++)
		full += ledger_open(l, NULL, "f", one, &b, &old) ==
		    LEDGER_FULL;
	is_int(full, 12, "there is an end");
	for (i = 0; (c = ledger_first(l)) != NULL; i++)
		ledger_close(l, c);
	is_int(i, LEDGER_MAX, "of what is open");
	ledger_free(l);
	json_free(one);
	json_free(two);
}

static const char *
response(enum run_how how, int code, const char *out, const char *err)
{
	struct run_end e = { .how = how, .code = code, .out = out, .err = err,
	    .out_len = strlen(out), .err_len = strlen(err) };

	return print(result_run(&e, 1500, 1000));
}

static void
test_results(void)
{
	char longer[RESULT_ERR_MAX + 100];
	struct run_end nul = { .how = RUN_EXITED, .out = "a\0b", .out_len = 3,
	    .err = "" };

	is_str(response(RUN_EXITED, 0, "{\"a\":1}\n", "x"), "{\"a\":1}",
	    "an object");
	is_str(response(RUN_EXITED, 0, " \n{\"a\":[1.5]} \n", ""),
	    "{\"a\":[1.5]}", "with space round it");
	is_str(response(RUN_EXITED, 0, "a\n b \n\n", ""),
	    "{\"result\":\"a\\n b\"}", "text");
	is_str(response(RUN_EXITED, 0, "[1]", ""), "{\"result\":\"[1]\"}",
	    "an array is text");
	is_str(response(RUN_EXITED, 0, "", ""), "{\"result\":\"\"}", "nothing");
	ok(strstr(response(RUN_EXITED, 0, "{\"a\":", ""), "\"error\"") != NULL,
	    "half an object");
	ok(strstr(response(RUN_EXITED, 0, "{} {}", ""), "\"error\"") != NULL,
	    "two objects");
	ok(strstr(response(RUN_EXITED, 0, "\xc0\xaf", ""), "UTF-8") != NULL,
	    "no UTF-8");
	is_str(response(RUN_EXITED, 3, "out", " no \n"),
	    "{\"error\":\"exit status 3:  no\"}", "an exit status");
	is_str(response(RUN_EXITED, 1, "{\"a\":1}", ""),
	    "{\"error\":\"exit status 1\"}", "what failed did not answer");
	is_str(response(RUN_KILLED, 9, "{}", ""),
	    "{\"error\":\"killed by signal 9\"}", "a signal");
	is_str(response(RUN_TIMEOUT, 0, "{}", ""),
	    "{\"error\":\"no answer within 1.5 s\"}", "no time left");
	is_str(response(RUN_FLOOD, 0, "", ""),
	    "{\"error\":\"more than 1000 bytes of output\"}", "too much");
	memset(longer, 'e', sizeof(longer));
	memcpy(longer + RESULT_ERR_MAX - 1, "\xc3\xa9", 3);
	response(RUN_EXITED, 1, "", longer);
	is_int(strlen(text.data), strlen("{\"error\":\"exit status 1: \"}") +
	    RESULT_ERR_MAX - 1, "errors are cut between characters");
	is_str(response(RUN_EXITED, 1, "", "\xff"),
	    "{\"error\":\"exit status 1: \xef\xbf\xbd\"}", "and mended");
	ok(strstr(print(result_run(&nul, 0, 9)), "\"a") != NULL, "NULs");
}

/* A result of tools/call: response, parts and error. */
static const char *
mcp(const char *s)
{
	struct json *j = parse(s);
	struct mcptool_result r;
	char why[40];

	mcptool_answer(j, &r, why, sizeof(why));
	buf_clear(&text);
	if (r.response != NULL)
		json_print(r.response, &text);
	buf_byte(&text, '|');
	if (r.parts != NULL)
		json_print(r.parts, &text);
	buf_printf(&text, "|%s", r.error ? r.error : "");
	json_free(r.response);
	json_free(r.parts);
	json_free(j);
	return text.data;
}

#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"

static void
test_mcp(void)
{
	struct decl d;
	struct json *j;
	char why[200];

	is_str(mcp("{\"content\":[" TEXT("a") "," TEXT("b") "]}"),
	    "{\"result\":\"a\\nb\"}||", "texts are joined");
	is_str(mcp("{\"content\":[]}"), "{\"result\":\"\"}||", "nothing");
	is_str(mcp("null"), "{\"result\":\"\"}||", "not even a result");
	is_str(mcp("{\"content\":[" TEXT("a") ",{\"type\":\"image\",\"data\":"
	    "\"AA==\",\"mimeType\":\"image/png\"}]}"),
	    "{\"result\":\"a\"}|[{\"inlineData\":{\"mimeType\":\"image/png\","
	    "\"data\":\"AA==\"}}]|", "a picture");
	is_str(mcp("{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":"
	    "\"u\",\"text\":\"t\"}},{\"type\":\"resource_link\",\"uri\":\"l\"},"
	    "{\"type\":\"new\"},5]}"), "{\"result\":\"t\\nl\"}||",
	    "resources, links, and what is not known");
	is_str(mcp("{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":"
	    "\"u\",\"blob\":\"AA==\"}}]}"), "{\"result\":\"\"}|[{\"inlineData\":"
	    "{\"mimeType\":\"application/octet-stream\",\"data\":\"AA==\"}}]|",
	    "a resource in bytes");
	is_str(mcp("{\"content\":[" TEXT("a") "],\"structuredContent\":"
	    "{\"n\":1}}"), "{\"n\":1}||", "structured content");
	is_str(mcp("{\"isError\":true,\"content\":[" TEXT("no") "]}"), "||no",
	    "a failure");
	is_str(mcp("{\"isError\":true}"),
	    "||the tool failed and did not say why", "without a reason");
	is_str(mcp("{\"isError\":true,\"content\":["
	    TEXT("12345678901234567890123456789012345678\xc3\xa9") "]}"),
	    "||12345678901234567890123456789012345678",
	    "cut between characters");
	j = parse("{\"name\":\"a b\",\"title\":\"t\",\"inputSchema\":" PARAMS
	    ",\"annotations\":{}}");
	is_int(mcptool_declare(&d, j, why, sizeof(why)), 0, "a tool");
	is_str(print(json_copy(d.function)), "{\"name\":\"a_b\",\"description\":"
	    "\"t\",\"parametersJsonSchema\":" PARAMS "}", "is declared");
	decl_done(&d);
	json_free(j);
	j = parse("{\"name\":\"a\",\"inputSchema\":{\"type\":\"array\"}}");
	is_int(mcptool_declare(&d, j, why, sizeof(why)), -1, "or left out");
	json_free(j);
}

static void
test_names(void)
{
	char *list = NULL;

	ok(names_have("a b,c", "a") && names_have("a b,c", "b") &&
	    names_have("a b,c", "c") && names_have("x *", "y"), "named");
	ok(!names_have("ab b", "a") && !names_have(NULL, "a") &&
	    !names_have("", "a") && !names_have("a", "ab") &&
	    !names_have("a*", "ab"), "not named");
	is_int(names_add(&list, " , "), -1, "no name");
	ok(list == NULL, "is not a list");
	is_int(names_add(&list, "a,b"), 0, "names");
	is_int(names_add(&list, "c "), 0, "and more");
	ok(names_have(list, "a") && names_have(list, "b") &&
	    names_have(list, "c") && !names_have(list, "bc"), "are one list");
	free(list);
}

int
main(void)
{
	buf_init(&text, 1 << 20);
	test_words();
	test_limits();
	test_declarations();
	test_ledger();
	test_results();
	test_mcp();
	test_names();
	buf_done(&text);
	return tap_done();
}
