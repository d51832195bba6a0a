#ifndef PROTO_SERVER_H
#define PROTO_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/family.h"

/*
 * The emulator's half: reads what a client says, writes what the service says,
 * as the service writes it (two spaces, newline at the end, proto3's defaults
 * left out, int64 as strings, each backend's spelling).
 */
struct buf;
struct json;
struct proto_usage;

enum client_kind {
	CLIENT_SETUP,		/* json = the setup object */
	CLIENT_CONTENT,		/* json = clientContent, flag = turnComplete */
	CLIENT_AUDIO,		/* media; mime, rate; flag = in mediaChunks */
	CLIENT_IMAGE,		/* media; mime; flag likewise */
	CLIENT_TEXT,		/* text */
	CLIENT_ACTIVITY_START,
	CLIENT_ACTIVITY_END,
	CLIENT_AUDIO_END,
	CLIENT_TOOL_RESPONSE,	/* json = one function response; id, name,
				 * scheduling or NULL, flag = willContinue */
	CLIENT_CONTEXT,		/* json = contextUpdate */
	CLIENT_NOTHING		/* realtimeInput without members */
};

struct client_event {
	enum client_kind kind;
	const struct json *json;
	const char *id, *name, *scheduling;
	const char *mime;
	const char *text;	/* text, or base64: not zero-terminated */
	size_t len;
	int rate;
	bool flag;
};

struct protoserver;

struct protoserver *proto_server_new(enum backend);
void proto_server_free(struct protoserver *);
/* Whether to refuse fields that the tables do not know; off by default. */
void proto_server_strict(struct protoserver *, bool strict);

/*
 * Reads and checks one client message; the bytes must outlive the events.
 * Returns how many events it gave, or -1, and proto_server_why() is the reason
 * with which the service closes (1007; cut it to 123 bytes).
 */
int proto_server_parse(struct protoserver *, const char *message, size_t n);
const struct client_event *proto_server_event(const struct protoserver *,
    size_t i);
/* The whole message, until the next parse. */
const struct json *proto_server_message(const struct protoserver *);
const char *proto_server_why(const struct protoserver *);

/* Audio and image: room needed; length decoded into dst, -1 if not base64. */
size_t proto_server_media_room(const struct client_event *);
ssize_t proto_server_media(const struct client_event *, void *dst);

/* Each appends one whole message. */
void proto_server_ready(enum backend, const char *session_id, struct buf *);
/* The hot path: n bytes of s16le mono in one inlineData part. */
void proto_server_audio(enum backend, int rate, const void *pcm, size_t n,
    struct buf *);
void proto_server_blob(enum backend, const char *mime, const void *p, size_t n,
    struct buf *);
void proto_server_text(enum backend, const char *text, size_t n, bool thought,
    struct buf *);
enum transcript_kind { TRANSCRIPT_INPUT, TRANSCRIPT_INTERIM,
	TRANSCRIPT_OUTPUT };
void proto_server_transcript(enum transcript_kind, const char *text, size_t n,
    bool finished, struct buf *);
void proto_server_generation_complete(struct buf *);
void proto_server_interrupted(struct buf *);
/* reason, status (interactionStatus) and usage may be NULL. */
void proto_server_turn_complete(enum backend, const char *reason,
    const char *status, const struct proto_usage *, struct buf *);
/* calls: an array of {id, name, args}; ids: an array of strings. */
void proto_server_tool_call(const struct json *calls, struct buf *);
void proto_server_tool_cancel(const struct json *ids, struct buf *);
void proto_server_go_away(int64_t ms, struct buf *);
/* handle NULL or "" and resumable false: it cannot be resumed now.  An index
 * below 0 is left out, as is 0, as in proto3. */
void proto_server_resumption(const char *handle, bool resumable, int64_t index,
    struct buf *);
void proto_server_voice_activity(bool start, int64_t offset_ms, struct buf *);
/* The same beside an empty serverContent, as a transcribing model sends it;
 * the end has no offset. */
void proto_server_voice_content(bool start, int64_t offset_ms, struct buf *);
/* Any message, for scenarios: pretty-printed with its newline. */
void proto_server_json(const struct json *message, struct buf *);

#endif
