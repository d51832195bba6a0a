/* Any bytes as JSON: parsing, both printers, and what was printed again. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct json *j, *again;
	struct buf b;
	char why[128];

	j = json_parse_media((const char *)p, n, "serverContent", why,
	    sizeof(why));
	if (j == NULL)
		return 0;
	buf_init(&b, 64 << 20);
	json_pretty(j, &b);
	again = json_parse(b.data, b.len, why, sizeof(why));
	if (again == NULL)
		abort();
	json_free(again);
	json_free(j);
	buf_done(&b);
	return 0;
}
