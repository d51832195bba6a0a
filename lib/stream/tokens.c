/* Sums of usage, and their price. */
#include "stream/tokens.h"

#include <stddef.h>
#include <string.h>

#include "base/json.h"
#include "stream/stream.h"

static const char *const names[] = {
	"text", "audio", "image", "video", "document", "other"
};
static const char *const wire[] = {
	"TEXT", "AUDIO", "IMAGE", "VIDEO", "DOCUMENT"
};

#define MOST (INT64_C(1) << 40)

const char *
tokens_name(enum tokens_kind k)
{
	return names[k];
}

/* The count under the first of the keys that is present. */
static int64_t
count(const struct json *head, const struct json *meta, const char *ours,
    const char *theirs, const char *also)
{
	int64_t n = json_get_int(head, ours, -1);

	if (n < 0)
		n = json_get_int(meta, theirs, -1);
	if (n < 0 && also != NULL)
		n = json_get_int(meta, also, -1);
	return n < 0 ? 0 : n > MOST ? MOST : n;
}

static void
details(const struct json *list, int64_t of[TOKENS_KINDS])
{
	const struct json *j;
	const char *m;
	int64_t n;
	int i;

	if (json_type(list) != JSON_ARRAY)
		return;
	for (j = json_first(list); j != NULL; j = json_next(j)) {
		m = json_get_str(j, "modality", "");
		n = json_get_int(j, "tokenCount", 0);
		for (i = 0; i < TOKENS_OTHER && strcmp(m, wire[i]) != 0; i++)
			;
		of[i] += n < 0 ? 0 : n > MOST ? MOST : n;
	}
}

/* What the details leave out. */
static void
rest(int64_t all, int64_t of[TOKENS_KINDS])
{
	int64_t sum = 0;
	int i;

	for (i = 0; i < TOKENS_KINDS; i++)
		sum += of[i];
	if (all > sum)
		of[TOKENS_OTHER] += all - sum;
}

static void
read_usage(const struct json *h, const struct json *m, struct tokens_count *c)
{
	*c = (struct tokens_count){
		.prompt = count(h, m, "prompt", "promptTokenCount", NULL),
		.cached = count(h, m, "cached", "cachedContentTokenCount",
		    NULL),
		.response = count(h, m, "response", "responseTokenCount",
		    "candidatesTokenCount"),
		.tool = count(h, m, "tool", "toolUsePromptTokenCount", NULL),
		.thoughts = count(h, m, "thoughts", "thoughtsTokenCount",
		    NULL),
		.total = count(h, m, "total", "totalTokenCount", NULL)
	};
	details(json_get(m, "promptTokensDetails"), c->in);
	details(json_get(m, "responseTokensDetails"), c->out);
	details(json_get(m, "candidatesTokensDetails"), c->out);
	rest(c->prompt, c->in);
	rest(c->response, c->out);
	if (c->total == 0)
		c->total = c->prompt + c->response + c->tool + c->thoughts;
}

static void
add(struct tokens_count *to, const struct tokens_count *c)
{
	int i;

	to->prompt += c->prompt;
	to->cached += c->cached;
	to->response += c->response;
	to->tool += c->tool;
	to->thoughts += c->thoughts;
	to->total += c->total;
	for (i = 0; i < TOKENS_KINDS; i++) {
		to->in[i] += c->in[i];
		to->out[i] += c->out[i];
	}
}

void
tokens_close(struct tokens *k)
{
	if (!k->open)
		return;
	add(&k->all, &k->turn);
	k->open = false;
}

/* Whether a record is a sum of the turn so far.  One without a prompt is only a
 * part: a sum includes the whole context. */
static bool
is_sum(const struct tokens_count *c, const struct tokens_count *turn)
{
	return c->prompt > 0 && c->prompt >= turn->prompt &&
	    c->response >= turn->response && c->total >= turn->total;
}

static void
take(struct tokens *k, int64_t turn, const struct json *head,
    const struct json *metadata)
{
	struct tokens_count c;

	read_usage(head, metadata, &c);
	if (k->open && turn != k->number)
		tokens_close(k);
	if (!k->open) {
		k->turn = c;
		k->open = true;
		k->number = turn;
	} else if (is_sum(&c, &k->turn))
		k->turn = c;
	else
		add(&k->turn, &c);
}

void
tokens_record(struct tokens *k, const struct record *rec)
{
	take(k, json_get_int(rec->head, "turn", 0), rec->head,
	    json_get(rec->head, "metadata"));
}

void
tokens_metadata(struct tokens *k, int64_t turn, const struct json *metadata)
{
	take(k, turn, NULL, metadata);
}

struct tokens_count
tokens_sum(const struct tokens *k)
{
	struct tokens_count c = k->all;

	if (k->open)
		add(&c, &k->turn);
	return c;
}

static const struct json *
find(const struct json *models, const char *model)
{
	const struct json *j, *best = NULL;
	size_t n, most = 0;
	const char *key, *name = strstr(model, "models/");

	/* projects/.../models/NAME on Vertex AI */
	if (name != NULL && (name == model || name[-1] == '/'))
		model = name + strlen("models/");
	for (j = json_first(models); j != NULL; j = json_next(j)) {
		key = json_key(j);
		n = strlen(key);
		if (strcmp(key, model) == 0)
			return j;
		if (n > 0 && key[n - 1] == '*' && n > most &&
		    strncmp(key, model, n - 1) == 0) {
			best = j;
			most = n;
		}
	}
	return best;
}

/* Adds n tokens of a kind; false if they have no price. */
static bool
charge(const struct json *of, const char *kind, int64_t n, double *sum)
{
	double price = json_num(json_get(of, kind), -1);

	if (price < 0)
		price = json_num(json_get(of, "other"), -1);
	if (n > 0 && price >= 0)
		*sum += (double)n * price / 1e6;
	return n == 0 || price >= 0;
}

bool
tokens_price(const struct tokens_count *c, const struct json *prices,
    const char *model, double *price)
{
	const struct json *m = find(json_get(prices, "models"), model);
	const struct json *in = json_get(m, "in"), *out = json_get(m, "out");
	double cached = json_num(json_get(m, "cached"), -1), text;
	bool ok = m != NULL;
	int i;

	*price = 0;
	for (i = 0; i < TOKENS_KINDS; i++) {
		ok &= charge(in, names[i], c->in[i], price);
		ok &= charge(out, names[i], c->out[i], price);
	}
	ok &= charge(in, "text", c->tool, price);
	ok &= charge(out, "text", c->thoughts, price);
	/* the cached ones were charged like the others */
	text = json_num(json_get(in, "text"), json_num(json_get(in, "other"),
	    0));
	if (cached >= 0 && c->cached > 0)
		*price -= (double)c->cached * (text - cached) / 1e6;
	return ok;
}
