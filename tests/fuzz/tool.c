/* Any bytes as a command, a limit, a declaration, a server's tool and result,
 * what a program printed; and all of it on a terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tool/decl.h"
#include "base/json.h"
#include "tool/mcptool.h"
#include "base/mem.h"
#include "loop/proc.h"
#include "tool/result.h"
#include "base/shown.h"
#include "base/utf8.h"
#include "base/words.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
as_json(const char *text, size_t n)
{
	struct json *j = json_parse(text, n, NULL, 0);
	struct mcptool_result r;
	struct decl d;
	char why[64];

	if (mcptool_declare(&d, j, why, sizeof(why)) == 0) {
		if (!decl_name_ok(d.name))
			abort();
		decl_done(&d);
	}
	mcptool_answer(j, &r, why, sizeof(why));
	if ((r.error == NULL) != (r.response != NULL))
		abort();
	json_free(r.response);
	json_free(r.parts);
	json_free(j);
}

/* No order but term's own, a row begun anew; no row with a program's name. */
static void
on_terminal(enum shown_how how, int columns, const char *text, size_t n)
{
	struct buf b;
	size_t i, len;
	int wide;

	buf_init(&b, n * 16 + 64);
	shown_lines(how, columns, text, n, &b);
	for (i = 0; i < b.len; i += len) {
		if ((i == 0 || b.data[i - 1] == '\n') && b.len - i >= 3 &&
		    memcmp(b.data + i, "gl-", 3) == 0)
			abort();
		len = utf8_char(b.data + i, b.len - i, &wide);
		if (b.data[i] == '\r' || b.data[i] == '\n')
			continue;
		if (b.len - i >= 3 && memcmp(b.data + i, "\x1b[K", 3) == 0)
			len = 3;
		else if (utf8_unsafe(b.data + i, b.len - i) > 0)
			abort();
	}
	buf_done(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *text = mem_copy((const char *)p, n);
	struct proc_limit limit;
	struct json *result;
	struct decl d;
	char why[64];

	on_terminal(SHOWN_JSON, n > 0 ? p[0] % 100 : 80, text, n);
	on_terminal(SHOWN_MARKS, 40, text, n);
	free(words_split(text, 8));
	proc_limit_parse(&limit, text);
	if (decl_parse(&d, "own", text, n, why, sizeof(why)) == 0) {
		if (!decl_name_ok(d.name))
			abort();
		decl_done(&d);
	}
	as_json(text, n);
	result = result_printed(text, n);
	if (json_type(result) != JSON_OBJECT)
		abort();
	json_free(result);
	free(text);
	return 0;
}
