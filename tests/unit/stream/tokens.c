/* tokens: both spellings, cumulative and piece by piece, and prices. */
#include <math.h>

#include "../../tap.h"
#include "base/json.h"
#include "stream/tokens.h"
#include "stream/stream.h"

static struct tokens k;

static void
usage(const char *head)
{
	struct json *j = json_parse(head, strlen(head), NULL, 0);
	struct record rec = { .type = "usage", .head = j };

	ok(j != NULL, head);
	tokens_record(&k, &rec);
	json_free(j);
}

static void
begin(void)
{
	k = (struct tokens){ 0 };
}

int
main(void)
{
	static const char table[] = "{\"models\":{\"m*\":{\"in\":{\"text\":1,"
	    "\"audio\":2},\"out\":{\"audio\":10,\"text\":4},\"cached\":0.5},"
	    "\"mx\":{\"in\":{\"other\":3},\"out\":{}}}}";
	struct json *prices = json_parse(table, strlen(table), NULL, 0);
	double price;

	begin();
	usage("{\"turn\":1,\"prompt\":10,\"response\":5,\"total\":15}");
	usage("{\"turn\":1,\"prompt\":10,\"response\":9,\"total\":19}");
	usage("{\"turn\":2,\"prompt\":19,\"response\":1,\"total\":20}");
	tokens_close(&k);
	is_int(k.all.prompt, 29, "a turn that grows counts once");
	is_int(k.all.response, 10, "... the answer too");
	is_int(k.all.total, 39, "... and all");
	is_int(k.all.in[TOKENS_OTHER], 29, "of no kind that is said");

	begin();
	usage("{\"turn\":1,\"prompt\":10,\"response\":5,\"total\":15}");
	usage("{\"turn\":1,\"response\":4,\"total\":4}");
	usage("{\"turn\":1,\"response\":3,\"total\":3}");
	tokens_close(&k);
	is_int(k.all.total, 22, "pieces of a turn are added");

	begin();
	usage("{\"metadata\":{\"promptTokenCount\":100,\"candidatesTokenCount\""
	    ":50,\"totalTokenCount\":160,\"thoughtsTokenCount\":10,"
	    "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":60}"
	    ",{\"modality\":\"AUDIO\",\"tokenCount\":30}],"
	    "\"candidatesTokensDetails\":[{\"modality\":\"AUDIO\","
	    "\"tokenCount\":50}],\"cachedContentTokenCount\":20}}");
	tokens_close(&k);
	tokens_close(&k);
	is_int(k.all.in[TOKENS_TEXT], 60, "text in");
	is_int(k.all.in[TOKENS_AUDIO], 30, "sound in");
	is_int(k.all.in[TOKENS_OTHER], 10, "the rest in");
	is_int(k.all.out[TOKENS_AUDIO], 50, "sound out, in Vertex's spelling");
	is_int(k.all.total, 160, "closed twice it counts once");
	ok(!tokens_price(&k.all, prices, "m1", &price), "no price for the rest");
	k.all.in[TOKENS_OTHER] = 0;
	ok(tokens_price(&k.all, prices, "models/m1", &price) &&
	    fabs(price - (60 + 60 + 500 + 40 - 10) / 1e6) < 1e-12,
	    "text, sound, thoughts, less what was cached");
	ok(tokens_price(&k.all, prices, "projects/p/locations/l/publishers/"
	    "google/models/m1", &price), "a model by its name on Vertex AI");
	k.all.out[TOKENS_AUDIO] = 0;
	k.all.thoughts = 0;
	ok(tokens_price(&k.all, prices, "mx", &price) &&
	    fabs(price - 270e-6) < 1e-12, "a name of its own, one price");
	ok(!tokens_price(&k.all, prices, "other", &price), "no such model");

	begin();
	usage("{\"metadata\":{\"promptTokenCount\":7,\"responseTokenCount\":8,"
	    "\"responseTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":"
	    "9}]}}");
	tokens_close(&k);
	is_int(k.all.total, 15, "no total: the sum");
	is_int(k.all.out[TOKENS_TEXT], 9, "the details as they are");
	begin();
	usage("{\"prompt\":-5,\"total\":\"x\",\"metadata\":[]}");
	tokens_close(&k);
	is_int(k.all.total, 0, "nonsense is nothing");
	json_free(prices);
	return tap_done();
}
