/* The table of prices. */
#include "dialog/budget.h"

#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "base/textfile.h"
#include "stream/tokens.h"

enum { PRICES_MAX = 1 << 20 };

struct json *
budget_read(const char *path, double ceiling, const char *model, int *code,
    char *why, size_t size)
{
	const struct tokens_count none = { 0 };
	struct json *prices;
	double cost;

	*code = CODE_OK;
	if (path == NULL && ceiling > 0) {
		snprintf(why, size, "--max-cost wants a file of prices, since "
		    "none are built in: --prices (gl-conv(1), PRICES)");
		*code = CODE_USAGE;
	}
	if (path == NULL)
		return NULL;
	prices = textfile_json(path, PRICES_MAX, code, why, size);
	if (prices == NULL) {
		if (*code == CODE_DATA)
			*code = CODE_CONFIG;
		return NULL;
	}
	if (json_type(json_get(prices, "models")) != JSON_OBJECT)
		snprintf(why, size, "%s: no object \"models\" in it "
		    "(gl-conv(1), PRICES)", path);
	else if (ceiling > 0 && !tokens_price(&none, prices, model, &cost))
		snprintf(why, size, "%s: no price for %s in it, which "
		    "--max-cost wants", path, model);
	else
		return prices;
	*code = CODE_CONFIG;
	json_free(prices);
	return NULL;
}
