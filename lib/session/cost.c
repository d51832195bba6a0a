/*
 * What the tokens cost by the user's table of prices, and the ceiling on it.
 * The service counts afterwards: what an answer cost is known when it is over,
 * and may be above the ceiling.
 */
#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "session/inner.h"
#include "stream/stream.h"

/* False if a price is missing or, like NaN, invalid. */
static bool
cost_now(const struct session *s, double *cost)
{
	struct tokens_count sum = tokens_sum(&s->tokens);

	return tokens_price(&sum, s->cfg.prices, json_get_str(s->setup,
	    "model", ""), cost) && *cost > -1e15 && *cost < 1e15;
}

void
cost_settle(struct session *s)
{
	int64_t used = tokens_sum(&s->tokens).total;
	double cost;

	if (s->cfg.max_cost <= 0 || used == s->priced)
		return;
	s->priced = used;
	if (!cost_now(s, &cost)) {
		note_tell(s, SESSION_ERROR, "tokens were used of a kind that "
		    "has no price for %s, so their cost has no ceiling: give "
		    "it \"other\" in the file of --prices",
		    json_get_str(s->setup, "model", ""));
		base_finish(s, CODE_CONFIG, "no_price");
	} else if (cost >= s->cfg.max_cost) {
		note_tell(s, SESSION_WARN, "%.8g %s were spent: stopping",
		    cost, json_get_str(s->cfg.prices, "currency", "of cost"));
		base_finish(s, CODE_CEILING, "max_cost");
	}
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
