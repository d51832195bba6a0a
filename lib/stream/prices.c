/* The file of prices, for every program that knows what a token costs. */
#include "stream/prices.h"

#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "base/textfile.h"

enum { PRICES_MAX = 1 << 20 };	/* bytes of the file */

struct json *
prices_read(const char *path, int *code, char *why, size_t size)
{
	struct json *prices = textfile_json(path, PRICES_MAX, code, why, size);

	if (prices == NULL) {
		if (*code == CODE_DATA)
			*code = CODE_CONFIG;
		return NULL;
	}
	if (json_type(json_get(prices, "models")) == JSON_OBJECT)
		return prices;
	snprintf(why, size, "%s: no object \"models\" in it (gl-conv(1), "
	    "PRICES)", path);
	*code = CODE_CONFIG;
	json_free(prices);
	return NULL;
}
