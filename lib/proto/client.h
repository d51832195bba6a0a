#ifndef PROTO_CLIENT_H
#define PROTO_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/family.h"

/*
 * What we say to the service: turns records of gl-stream(5) into client
 * messages by the rules of the model's family.
 */
struct buf;
struct json;
struct record;

enum {
	PROTO_MESSAGES = 16,		/* at most this many per record */
	PROTO_AUDIO_MAX = 512 << 10,	/* bytes of PCM in one message */
	PROTO_IMAGE_MAX = 7 << 20	/* bytes of one picture */
};

/* About a record: automatic activity detection is off in this session; it is a
 * turn that opens the session, see proto_client_opens(). */
enum { PROTO_MANUAL = 1, PROTO_OPENING = 2 };

/* Messages in one buffer, one after the other. */
struct proto_out {
	struct buf *b;			/* the caller's; cleared first */
	size_t end[PROTO_MESSAGES];	/* where each ends */
	int n;
};

/*
 * Turns a record into messages: returns how many (0: nothing to send), or -1,
 * and why names what is wrong with the record.  Types: audio, image, text,
 * turn, activity, audio_end, tool_response, context, interrupt, raw.  Audio
 * over PROTO_AUDIO_MAX is refused: the caller splits it, and mixes down
 * channels.
 */
int proto_client_record(const struct family *, int flags,
    const struct record *, struct proto_out *, char *why, size_t size);

/* Whether records of this type go to the service at all. */
bool proto_client_takes(const char *type);

/* Whether the model answers a client message, such as a raw record holds. */
bool proto_client_asks(const struct json *message);

/* Whether this `turn` record (the model's words, or the user's with more to
 * come) can be sent as it is before all else in a session, but not later. */
bool proto_client_opens(const struct family *, const struct json *head);

/* The hot path: appends one message with n bytes of s16le mono. */
void proto_client_audio(const struct family *, int rate, const void *pcm,
    size_t n, struct buf *);

/* Appends single messages. */
void proto_client_setup(const struct json *setup, struct buf *);
void proto_client_text(const struct family *, const char *text, size_t n,
    struct buf *);
void proto_client_activity(bool start, struct buf *);
/* Appends one message or two; returns how many out holds now. */
int proto_client_audio_end(const struct family *, struct proto_out *);
/* clientContent with these turns (an array of Content; NULL for none). */
void proto_client_content(const struct json *turns, bool complete,
    struct buf *);
/* Makes the model speak without anything said by the user; text may be
 * NULL. */
void proto_client_start(const struct family *, const char *text, struct buf *);

/* clientcontext.c */

/* Whether the service would take this `context` record; if not, why. */
bool clientcontext_good(const struct family *, const struct json *head,
    char *why, size_t size);

/* What of a good one a running session of this family does not take: it goes
 * into the setup of the next connection. */
enum {
	PROTO_LATER_SYSTEM = 1, PROTO_LATER_TOOLS = 2, PROTO_LATER_VOICE = 4
};
int clientcontext_later(const struct family *, const struct json *head);

#endif
