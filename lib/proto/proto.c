/*
 * Reads the service's messages.  The current message's tree, the rest that was
 * not understood and the events live until the next message; media stay where
 * they came and are decoded straight into the caller's memory.
 */
#include "proto/proto.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "base/base64.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/why.h"
#include "proto/rest.h"
#include "proto/sound.h"

enum {
	EVENTS_MAX = 4096,	/* of one message */
	RATE_DEFAULT = 24000,	/* audio/pcm without a rate */
	RATE_MIN = 1000,
	RATE_MAX = 384000
};

struct proto {
	struct json *root;
	struct json *rest;	/* what was not understood, or NULL */
	struct proto_event *v;
	size_t n, cap;
	bool overflow;
	char why[160];
};

struct proto *
proto_new(void)
{
	return mem_alloc(sizeof(struct proto));
}

static void
forget(struct proto *p)
{
	json_free(p->root);
	json_free(p->rest);
	p->root = p->rest = NULL;
	p->n = 0;
	p->overflow = false;
	p->why[0] = '\0';
}

void
proto_free(struct proto *p)
{
	if (p == NULL)
		return;
	forget(p);
	free(p->v);
	free(p);
}

/* Another event, blank; beyond the ceiling, one that is thrown away. */
static struct proto_event *
add(struct proto *p, enum proto_kind kind, const struct json *j)
{
	struct proto_event *e;

	if (p->n == EVENTS_MAX) {
		p->overflow = true;
		p->n--;
	}
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->v = mem_resize(p->v, p->cap, sizeof(*p->v));
	}
	e = &p->v[p->n++];
	memset(e, 0, sizeof(*e));
	e->kind = kind;
	e->json = j;
	e->ms = e->end_ms = e->index = -1;
	return e;
}

/* Whether the type means raw samples, and at which rate. */
static bool
pcm_rate(const char *mime, int *rate)
{
	const char *p;
	long v;

	if (strncasecmp(mime, "audio/pcm", 9) != 0 &&
	    strncasecmp(mime, "audio/l16", 9) != 0)
		return false;
	if (mime[9] != '\0' && mime[9] != ';' && mime[9] != ' ')
		return false;
	*rate = RATE_DEFAULT;
	p = strstr(mime, "rate=");
	if (p == NULL)
		return true;
	v = strtol(p + 5, NULL, 10);
	if (v < RATE_MIN || v > RATE_MAX)
		return false;
	*rate = (int)v;
	return true;
}

static void
media(struct proto *p, const struct json *part, bool stale)
{
	const struct json *blob = json_get(part, "inlineData");
	const char *mime = json_get_str(blob, "mimeType", "");
	struct proto_event *e;
	int rate = 0;

	if (stale)
		return;
	e = add(p, pcm_rate(mime, &rate) ? PROTO_AUDIO : PROTO_BLOB, NULL);
	e->mime = *mime ? mime : "application/octet-stream";
	e->rate = rate;
	e->text = json_strn(json_get(blob, "data"), &e->len);
}

static void
part(struct proto *p, const struct json *j, bool stale)
{
	const struct json *text = json_get(j, "text");
	struct proto_event *e;

	if (json_type(json_get(json_get(j, "inlineData"), "data")) ==
	    JSON_STRING) {
		media(p, j, stale);
		return;
	}
	if (json_type(text) == JSON_STRING) {
		e = add(p, PROTO_TEXT, j);
		e->text = json_strn(text, &e->len);
		e->thought = json_true(json_get(j, "thought"));
		return;
	}
	if (json_type(j) != JSON_OBJECT || json_size(j) > 0)
		add(p, PROTO_CONTENT, j);
}

static void
model_turn(struct proto *p, const struct json *turn, bool stale)
{
	const struct json *parts = json_get(turn, "parts"), *j;

	if (json_type(turn) != JSON_OBJECT)
		return;
	if (json_type(parts) == JSON_OBJECT)
		part(p, parts, stale);
	if (json_type(parts) != JSON_ARRAY)
		return;
	for (j = json_first(parts); j != NULL; j = json_next(j))
		part(p, j, stale);
}

/* An empty transcription means "all defaults": nothing to report. */
static void
transcript(struct proto *p, const struct json *j, bool user, bool interim)
{
	struct proto_event *e;

	if (json_type(j) != JSON_OBJECT)
		return;
	if (json_size(j) == 0)
		return;
	e = add(p, PROTO_TRANSCRIPT, j);
	e->text = json_strn(json_get(j, "text"), &e->len);
	if (e->text == NULL)
		e->text = "";
	e->user = user;
	e->interim = interim;
	e->flag = json_true(json_get(j, "finished"));
	e->language = json_get_str(j, "languageCode", NULL);
	e->speaker = json_get_str(j, "speakerLabel", NULL);
	e->ms = duration_ms(json_get_str(j, "startOffset", NULL));
	e->end_ms = duration_ms(json_get_str(j, "endOffset", NULL));
}

static void
object(struct proto *p, const struct json *j, enum proto_kind kind)
{
	if (json_type(j) != JSON_OBJECT)
		return;
	if (json_size(j) > 0)
		add(p, kind, j);
}

/* turnComplete with its companions; a status may also come alone. */
static void
turn_end(struct proto *p, const struct json *c)
{
	const char *status = json_get_str(c, "interactionStatus", NULL);
	const char *reason = json_get_str(c, "turnCompleteReason", NULL);
	struct proto_event *e;

	if (json_true(json_get(c, "waitingForInput")))
		add(p, PROTO_WAITING, c);
	if (json_true(json_get(c, "generationComplete")))
		add(p, PROTO_GENERATION_COMPLETE, c);
	if (json_true(json_get(c, "turnComplete"))) {
		e = add(p, PROTO_TURN_COMPLETE, c);
		e->name = reason;
		e->id = status;
	} else if (status != NULL || reason != NULL) {
		e = add(p, PROTO_INTERACTION, c);
		e->name = reason;
		e->id = status;
	}
}

static void
content(struct proto *p, const struct json *c)
{
	bool stale = json_true(json_get(c, "interrupted"));

	if (json_type(c) != JSON_OBJECT)
		return;
	transcript(p, json_get(c, "inputTranscription"), true, false);
	transcript(p, json_get(c, "interimInputTranscription"), true, true);
	if (!stale) {
		model_turn(p, json_get(c, "modelTurn"), false);
		transcript(p, json_get(c, "outputTranscription"), false, false);
	}
	object(p, json_get(c, "groundingMetadata"), PROTO_GROUNDING);
	object(p, json_get(c, "urlContextMetadata"), PROTO_URL_CONTEXT);
}

static void
interrupted(struct proto *p, const struct json *c)
{
	if (!json_true(json_get(c, "interrupted")))
		return;
	/* what is cut off comes before the interruption itself */
	model_turn(p, json_get(c, "modelTurn"), true);
	transcript(p, json_get(c, "outputTranscription"), false, false);
	add(p, PROTO_INTERRUPTED, c);
}

static void
ready(struct proto *p, const struct json *j)
{
	if (json_type(j) != JSON_OBJECT)
		return;
	add(p, PROTO_READY, j)->id = json_get_str(j, "sessionId", NULL);
}

static void
go_away(struct proto *p, const struct json *j)
{
	if (json_type(j) != JSON_OBJECT)
		return;
	add(p, PROTO_GO_AWAY, j)->ms =
	    duration_ms(json_get_str(j, "timeLeft", NULL));
}

static void
resumption(struct proto *p, const struct json *j)
{
	struct proto_event *e;
	const char *handle = json_get_str(j, "newHandle", NULL);

	if (json_type(j) != JSON_OBJECT)
		return;
	e = add(p, PROTO_RESUMPTION, j);
	e->id = handle != NULL && *handle != '\0' ? handle : NULL;
	e->flag = json_true(json_get(j, "resumable"));
	e->index = json_get_int(j, "lastConsumedClientMessageIndex", -1);
}

int
proto_voice(const char *word)
{
	if (strcmp(word, "ACTIVITY_START") == 0 ||
	    strcmp(word, "VAD_SIGNAL_TYPE_SOS") == 0)
		return 1;
	return strcmp(word, "ACTIVITY_END") == 0 ||
	    strcmp(word, "VAD_SIGNAL_TYPE_EOS") == 0 ? 0 : -1;
}

static void
voice(struct proto *p, const struct json *j)
{
	struct proto_event *e;
	const char *word = json_get_str(j, "type", NULL);

	/* the older signal, and the name that the SDKs use */
	if (word == NULL)
		word = json_get_str(j, "vadSignalType", NULL);
	if (word == NULL)
		word = json_get_str(j, "voiceActivityType", NULL);
	if (word == NULL || proto_voice(word) < 0)
		return;
	e = add(p, PROTO_VOICE_ACTIVITY, j);
	e->name = word;
	e->flag = proto_voice(word) == 1;
	e->ms = duration_ms(json_get_str(j, "audioOffset", NULL));
}

static void
call_one(struct proto *p, const struct json *call)
{
	struct proto_event *e;

	if (json_type(call) != JSON_OBJECT)
		return;
	e = add(p, PROTO_TOOL_CALL, json_get(call, "args"));
	e->id = json_get_str(call, "id", NULL);
	e->name = json_get_str(call, "name", "");
}

static void
tool_call(struct proto *p, const struct json *j)
{
	const struct json *calls = json_get(j, "functionCalls"), *call;

	if (json_type(calls) == JSON_OBJECT)
		call_one(p, calls);
	if (json_type(calls) != JSON_ARRAY)
		return;
	for (call = json_first(calls); call != NULL; call = json_next(call))
		call_one(p, call);
}

static void
tool_cancel(struct proto *p, const struct json *j)
{
	const struct json *ids = json_get(j, "ids");

	if (json_type(ids) == JSON_ARRAY && json_size(ids) > 0)
		add(p, PROTO_TOOL_CANCEL, ids);
}

const char *
proto_modality(int i)
{
	static const char *const words[PROTO_MODALITIES] = { "TEXT", "IMAGE",
	    "VIDEO", "AUDIO", "DOCUMENT" };

	return words[i];
}

/* A count of tokens, limited so that turns can be added up. */
static int64_t
tokens(const struct json *j, const char *key, int64_t def)
{
	int64_t n = json_get_int(j, key, def);

	return n < 0 ? 0 : n > (int64_t)1 << 40 ? (int64_t)1 << 40 : n;
}

static void
details(const struct json *list, int64_t *of)
{
	const struct json *j;
	int i;

	if (json_type(list) != JSON_ARRAY)
		return;
	for (j = json_first(list); j != NULL; j = json_next(j))
		for (i = 0; i < PROTO_MODALITIES; i++)
			if (strcmp(json_get_str(j, "modality", ""),
			    proto_modality(i)) == 0)
				of[i] = tokens(j, "tokenCount", 0);
}

static void
usage(struct proto *p, const struct json *j)
{
	struct proto_event *e;

	if (json_type(j) != JSON_OBJECT)
		return;
	e = add(p, PROTO_USAGE, j);
	e->usage.prompt = tokens(j, "promptTokenCount", 0);
	e->usage.cached = tokens(j, "cachedContentTokenCount", 0);
	e->usage.response = tokens(j, "responseTokenCount",
	    tokens(j, "candidatesTokenCount", 0));
	e->usage.tool = tokens(j, "toolUsePromptTokenCount", 0);
	e->usage.thoughts = tokens(j, "thoughtsTokenCount", 0);
	e->usage.total = tokens(j, "totalTokenCount", 0);
	details(json_get(j, "promptTokensDetails"), e->usage.prompt_of);
	details(json_get(j, "responseTokensDetails"), e->usage.response_of);
	details(json_get(j, "candidatesTokensDetails"), e->usage.response_of);
}

static void
failure(struct proto *p, const struct json *j)
{
	struct proto_event *e;

	if (json_type(j) == JSON_NULL)
		return;
	e = add(p, PROTO_ERROR, j);
	e->text = json_strn(json_type(j) == JSON_STRING ? j :
	    json_get(j, "message"), &e->len);
	if (e->text == NULL) {
		e->text = "";
		e->len = 0;
	}
}

/* What a message may hold, in the order in which it is reported. */
static const struct {
	const char *key;
	void (*take)(struct proto *, const struct json *);
} keys[] = {
	{ "error", failure },
	{ "setupComplete", ready },
	{ "goAway", go_away },
	{ "sessionResumptionUpdate", resumption },
	{ "serverContent", interrupted },
	{ "voiceActivity", voice },
	{ "voiceActivityDetectionSignal", voice },
	{ "serverContent", content },
	{ "toolCallCancellation", tool_cancel },
	{ "toolCall", tool_call },
	{ "serverContent", turn_end },
	{ "usageMetadata", usage },
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

/* Whether a key of the message is one of those that it may hold. */
static bool
any_known(const struct proto *p)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (json_get(p->root, keys[i].key) != NULL)
			return true;
	return false;
}

static void
tell(struct proto *p)
{
	const struct json *j;
	size_t i;

	/* an object of which only a code is known is an error too */
	if (!any_known(p) && json_get(p->root, "code") != NULL) {
		failure(p, p->root);
		return;
	}
	for (i = 0; i < KEYS; i++) {
		j = json_get(p->root, keys[i].key);
		if (j != NULL && json_type(j) != JSON_NULL)
			keys[i].take(p, j);
	}
	p->rest = proto_rest(p->root);
	proto_rest_hide(p->rest);
	if (p->rest != NULL)
		add(p, PROTO_RAW, p->rest);
}

/* A message of nothing but sound, in its usual shape: a third of the
 * instructions that the parser and the tree take. */
static bool
sound(struct proto *p, const char *message, size_t n)
{
	struct proto_event *e;
	const char *data;
	size_t len;

	if (!proto_sound_find(message, n, &data, &len))
		return false;
	e = add(p, PROTO_AUDIO, NULL);
	e->mime = proto_sound_mime;
	e->rate = PROTOSOUND_RATE;
	e->text = data;
	e->len = len;
	return true;
}

int
proto_parse(struct proto *p, const char *message, size_t n)
{
	forget(p);
	if (sound(p, message, n))
		return 1;
	p->root = json_parse_media(message, n, "serverContent", p->why,
	    sizeof(p->why));
	if (p->root == NULL)
		return -1;
	if (json_type(p->root) != JSON_OBJECT)
		return why_say(-1, p->why, sizeof(p->why), "not a JSON object");
	tell(p);
	if (p->overflow) {
		p->n = 0;
		return why_say(-1, p->why, sizeof(p->why), "more than %d "
		    "things in one message", EVENTS_MAX);
	}
	return (int)p->n;
}

const struct proto_event *
proto_event(const struct proto *p, size_t i)
{
	return i < p->n ? &p->v[i] : NULL;
}

const char *
proto_why(const struct proto *p)
{
	return p->why;
}

size_t
proto_media_room(const struct proto_event *e)
{
	if (e->kind != PROTO_AUDIO && e->kind != PROTO_BLOB)
		return 0;
	return e->len / 4 * 3 + 3;
}

ssize_t
proto_media(const struct proto_event *e, void *dst)
{
	if (e->kind != PROTO_AUDIO && e->kind != PROTO_BLOB)
		return 0;
	return base64_decode(dst, e->text, e->len);
}
