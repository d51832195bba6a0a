#ifndef PROTO_PROTO_H
#define PROTO_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What the service says: one message in, events out, in the order in which a
 * player must see them:
 *	error, ready, go_away, resumption, interrupted, voice_activity,
 *	input transcripts, content in the order of its parts, output
 *	transcripts, grounding, url_context, tool_cancel, tool_call, waiting,
 *	generation_complete, turn_complete or interaction, usage, raw (what no
 *	other record carries, at its place in the message).
 * Audio and blobs of a message that also says interrupted are stale and give
 * no event.  `{}` gives none at all.
 */
struct buf;
struct json;

enum proto_kind {
	PROTO_READY,		/* setupComplete: id = session id or NULL */
	PROTO_GO_AWAY,		/* ms = time left, -1 unknown */
	PROTO_RESUMPTION,	/* id = newHandle or NULL, flag = resumable,
				 * index = last consumed message or -1 */
	PROTO_INTERRUPTED,
	PROTO_VOICE_ACTIVITY,	/* flag = start, ms = offset or -1; name = the
				 * word as it came */
	PROTO_TRANSCRIPT,	/* text; user, flag = finished, interim; ms to
				 * end_ms = where it was said, -1 unknown */
	PROTO_AUDIO,		/* media; rate, mime */
	PROTO_BLOB,		/* media that is not PCM; mime */
	PROTO_TEXT,		/* text; thought */
	PROTO_CONTENT,		/* json = another kind of part */
	PROTO_GROUNDING,	/* json = groundingMetadata */
	PROTO_URL_CONTEXT,	/* json = urlContextMetadata */
	PROTO_TOOL_CALL,	/* id or NULL, name, json = args or NULL */
	PROTO_TOOL_CANCEL,	/* json = array of ids */
	PROTO_WAITING,		/* the model waits for the user on purpose */
	PROTO_GENERATION_COMPLETE,
	PROTO_TURN_COMPLETE,	/* name = turnCompleteReason or NULL, id =
				 * interactionStatus or NULL */
	PROTO_INTERACTION,	/* the same two without turnComplete */
	PROTO_USAGE,		/* usage, json = usageMetadata */
	PROTO_ERROR,		/* json = the error, text = its message */
	PROTO_RAW		/* json = what was not understood */
};

enum { PROTO_TEXT_TOKENS, PROTO_IMAGE_TOKENS, PROTO_VIDEO_TOKENS,
	PROTO_AUDIO_TOKENS, PROTO_DOCUMENT_TOKENS, PROTO_MODALITIES };

/* Token counts, in one spelling; 0 if not given.  The counts by modality need
 * not add up to prompt or response. */
struct proto_usage {
	int64_t prompt, cached, response, tool, thoughts, total;
	int64_t prompt_of[PROTO_MODALITIES], response_of[PROTO_MODALITIES];
};

/* "TEXT", "IMAGE", "VIDEO", "AUDIO", "DOCUMENT". */
const char *proto_modality(int i);

/* Pointers are valid until the next proto_parse() on the same reader. */
struct proto_event {
	enum proto_kind kind;
	const struct json *json;
	const char *id;
	const char *name;
	const char *mime;
	const char *text;	/* text, or base64: not zero-terminated */
	size_t len;
	int64_t ms;
	int64_t end_ms;
	int64_t index;
	int rate;
	bool flag;
	bool user;
	bool interim;
	bool thought;
	const char *language;	/* of a transcript, or NULL */
	const char *speaker;
	struct proto_usage usage;
};

struct proto;

struct proto *proto_new(void);
void proto_free(struct proto *);

/*
 * Reads one message; the bytes must outlive the events.  Returns how many
 * events it gave, or -1 if it is not a JSON object (see proto_why()).
 */
int proto_parse(struct proto *, const char *message, size_t n);
const struct proto_event *proto_event(const struct proto *, size_t i);
const char *proto_why(const struct proto *);

/* The payload of audio and blob: the room needed, and decoding straight into
 * dst: the length, or -1 if it is not base64.  0 for other events. */
size_t proto_media_room(const struct proto_event *);
ssize_t proto_media(const struct proto_event *, void *dst);

/*
 * Appends the gl-stream(5) record for an event; the caller writes the payload
 * (payload_len is its decoded length) after it.  A turn above 0 goes into the
 * model's records; t below 0 is left out.
 *	ready {session?, voice_consent?}	go_away {left_ms?}
 *	resumption {resumable, handle?, index?}	interrupted {}
 *	voice_activity {state: start|end, offset_ms?}
 *	transcript {role, text, interim?, finished?, language?, speaker?,
 *	    start_ms?, end_ms?, words?}
 *	audio {rate}	blob {mime}	text {text, thought?}	content {part}
 *	grounding {metadata}	url_context {metadata}
 *	tool_call {id?, name, args}	tool_cancel {ids}	waiting {}
 *	generation_complete {}	turn_complete {reason?, status?}
 *	interaction {reason?, status?}
 *	usage {prompt?, cached?, response?, tool?, thoughts?, total?, metadata}
 *	error {message, error}	raw {message}
 */
void proto_record(const struct proto_event *, int64_t turn, int64_t t,
    size_t payload_len, struct buf *);

/* 1 for a word that says that speech starts, 0 for one that says that it ends,
 * else -1. */
int proto_voice(const char *word);

#endif
