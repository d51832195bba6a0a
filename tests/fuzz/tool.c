/* Any bytes as a command, a limit, a declaration, a server's tool and result,
 * and what a program printed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tool/decl.h"
#include "base/json.h"
#include "tool/mcptool.h"
#include "base/mem.h"
#include "loop/proc.h"
#include "tool/result.h"
#include "base/words.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *text = mem_copy((const char *)p, n);
	struct proc_limit limit;
	struct json *result;
	struct decl d;
	char why[64];

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
