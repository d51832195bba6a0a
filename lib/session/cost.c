/* What the tokens cost by the user's table of prices. */
#include "base/buf.h"
#include "base/json.h"
#include "session/inner.h"
#include "stream/stream.h"

bool
cost_now(const struct session *s, double *cost)
{
	struct tokens_count sum = tokens_sum(&s->tokens);

	return tokens_price(&sum, s->cfg.prices, json_get_str(s->setup,
	    "model", ""), cost) && *cost > -1e15 && *cost < 1e15;
}

void
cost_members(const struct session *s, struct buf *b)
{
	const char *currency = json_get_str(s->cfg.prices, "currency", NULL);
	double cost;

	if (s->cfg.prices == NULL)
		return;
	if (cost_now(s, &cost))
		buf_printf(b, ",\"cost\":%.8g", cost);
	else
		buf_str(b, ",\"cost\":null");
	if (currency != NULL)
		stream_str(b, "currency", currency);
}
