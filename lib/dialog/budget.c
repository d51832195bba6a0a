/* The table of prices. */
#include "dialog/budget.h"

#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "stream/prices.h"
#include "stream/tokens.h"

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
	prices = prices_read(path, code, why, size);
	if (prices == NULL || ceiling <= 0 || tokens_price(&none, prices,
	    model, &cost))
		return prices;
	snprintf(why, size, "%s: no price for %s in it, which --max-cost "
	    "wants", path, model);
	*code = CODE_CONFIG;
	json_free(prices);
	return NULL;
}
