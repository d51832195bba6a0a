/*
 * One row for each object in the service's messages: the members that records
 * carry.  Kinds: b a boolean, s a string, d a duration, i an integer, m the
 * model's role, v a word for the start or end of speech, o an object and a a
 * list that a record carries whole, * anything; 0 an object with a row of its
 * own, or a list of those.  A part of neither text nor media goes into a record
 * whole and has no row.
 */
#include "proto/rest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/duration.h"
#include "base/json.h"
#include "proto/proto.h"

enum rest_row {
	ROOT, READY, GO_AWAY, RESUMPTION, CONTENT, CALLS, CANCEL, SIGNAL, VOICE,
	SIGNATURE, TURN, TRANSCRIPT, CALL, PART, MEDIA_PART, BLOB, TEXT_PART,
	ROWS
};

/* A member: its kind is a letter, or 0 and then a row. */
struct known {
	const char *name;
	char kind;
	enum rest_row row;
	bool list;
};

enum { KNOWN_MAX = 14 };

static const struct known rows[ROWS][KNOWN_MAX] = {
	[ROOT] = {
		{ "error", '*', 0, false },
		{ "setupComplete", 0, READY, false },
		{ "goAway", 0, GO_AWAY, false },
		{ "sessionResumptionUpdate", 0, RESUMPTION, false },
		{ "serverContent", 0, CONTENT, false },
		{ "voiceActivity", 0, VOICE, false },
		{ "voiceActivityDetectionSignal", 0, SIGNAL, false },
		{ "toolCallCancellation", 0, CANCEL, false },
		{ "toolCall", 0, CALLS, false },
		{ "usageMetadata", 'o', 0, false },
	},
	[READY] = {
		{ "sessionId", 's', 0, false },
		{ "voiceConsentSignature", 0, SIGNATURE, false },
	},
	[SIGNATURE] = {
		{ "signature", 's', 0, false },
	},
	[GO_AWAY] = {
		{ "timeLeft", 'd', 0, false },
	},
	[RESUMPTION] = {
		{ "newHandle", 's', 0, false },
		{ "resumable", 'b', 0, false },
		{ "lastConsumedClientMessageIndex", 'i', 0, false },
	},
	[CONTENT] = {
		{ "modelTurn", 0, TURN, false },
		{ "generationComplete", 'b', 0, false },
		{ "turnComplete", 'b', 0, false },
		{ "interrupted", 'b', 0, false },
		{ "inputTranscription", 0, TRANSCRIPT, false },
		{ "outputTranscription", 0, TRANSCRIPT, false },
		{ "interimInputTranscription", 0, TRANSCRIPT, false },
		{ "groundingMetadata", 'o', 0, false },
		{ "urlContextMetadata", 'o', 0, false },
		{ "waitingForInput", 'b', 0, false },
		{ "turnCompleteReason", 's', 0, false },
		{ "interactionStatus", 's', 0, false },
	},
	[TURN] = {
		{ "role", 'm', 0, false },
		{ "parts", 0, PART, true },
	},
	[TRANSCRIPT] = {
		{ "text", 's', 0, false },
		{ "finished", 'b', 0, false },
		{ "languageCode", 's', 0, false },
		{ "speakerLabel", 's', 0, false },
		{ "startOffset", 'd', 0, false },
		{ "endOffset", 'd', 0, false },
		{ "words", 'a', 0, false },
	},
	[CALLS] = {
		{ "functionCalls", 0, CALL, true },
	},
	[CALL] = {
		{ "id", 's', 0, false },
		{ "name", 's', 0, false },
		{ "args", 'o', 0, false },
	},
	[CANCEL] = {
		{ "ids", 'a', 0, false },
	},
	[SIGNAL] = {
		{ "vadSignalType", 'v', 0, false },
	},
	[VOICE] = {
		{ "type", 'v', 0, false },
		{ "voiceActivityType", 'v', 0, false },
		{ "audioOffset", 'd', 0, false },
	},
	[MEDIA_PART] = {
		{ "inlineData", 0, BLOB, false },
	},
	[BLOB] = {
		{ "mimeType", 's', 0, false },
		{ "data", 's', 0, false },
	},
	[TEXT_PART] = {
		{ "text", 's', 0, false },
		{ "thought", 'b', 0, false },
	},
};

static struct json *rest_of(const struct json *, enum rest_row);

/* Whether a value is of this kind. */
static bool
understood(const struct json *j, char kind)
{
	const char *s = json_str(j);
	int64_t i;

	switch (kind) {
	case 'b':
		return json_type(j) == JSON_BOOL;
	case 's':
		return json_type(j) == JSON_STRING;
	case 'd':
		return duration_ms(s) >= 0;
	case 'i':
		return json_int(j, &i) == 0;
	case 'o':
		return json_type(j) == JSON_OBJECT;
	case 'a':
		return json_type(j) == JSON_ARRAY;
	case 'm':
		return s != NULL && strcmp(s, "model") == 0;
	case 'v':
		return s != NULL && proto_voice(s) >= 0;
	default:
		return true;
	}
}

/* The row of a part, or PART if a record carries it whole. */
static enum rest_row
part(const struct json *j)
{
	if (json_type(json_get(json_get(j, "inlineData"), "data")) ==
	    JSON_STRING)
		return MEDIA_PART;
	return json_type(json_get(j, "text")) == JSON_STRING ? TEXT_PART :
	    PART;
}

/* What is left of an element of a list; NULL for nothing. */
static struct json *
rest_of_element(const struct json *j, enum rest_row row)
{
	if (row == PART && (row = part(j)) == PART)
		return NULL;
	if (json_type(j) != JSON_OBJECT)
		return json_copy(j);
	return rest_of(j, row);
}

/* Likewise of a member that is in the table. */
static struct json *
rest_of_member(const struct json *j, const struct known *k)
{
	struct json *list, *left;
	const struct json *item;

	if (k->kind != 0)
		return understood(j, k->kind) ? NULL : json_copy(j);
	/* a single value counts as a list of one */
	if (!k->list || json_type(j) != JSON_ARRAY)
		return rest_of_element(j, k->row);
	list = json_array();
	for (item = json_first(j); item != NULL; item = json_next(item))
		if ((left = rest_of_element(item, k->row)) != NULL)
			json_add(list, left);
	if (json_size(list) > 0)
		return list;
	json_free(list);
	return NULL;
}

static struct json *
rest_of(const struct json *object, enum rest_row row)
{
	struct json *rest = NULL, *left;
	const struct json *j;
	const struct known *k;

	for (j = json_first(object); j != NULL; j = json_next(j)) {
		if (json_type(j) == JSON_NULL)
			continue;
		for (k = rows[row]; k->name != NULL &&
		    strcmp(k->name, json_key(j)) != 0; k++)
			;
		left = k->name ? rest_of_member(j, k) : json_copy(j);
		if (left == NULL)
			continue;
		if (rest == NULL)
			rest = json_object();
		json_set(rest, json_key(j), left);
	}
	return rest;
}

struct json *
proto_rest(const struct json *root)
{
	return rest_of(root, ROOT);
}

/* As deep as the parser allows. */
void
proto_rest_hide(struct json *j)
{
	static const char *const names[] = { "newHandle", "new_handle" };
	struct json *i;
	size_t k;

	for (k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		if (json_type(j) == JSON_OBJECT && json_get(j, names[k]))
			json_set(j, names[k], json_string("(taken out)"));
	for (i = json_first(j); i != NULL; i = json_next(i))
		proto_rest_hide(i);
}
