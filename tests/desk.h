#ifndef DESK_H
#define DESK_H

/* The smallest JPEG, of 28 bytes; x, an octet, makes it one of several. */
#define DESK_JPEG(x) "\377\330\377\300\0\013\010\0\1\0\1\1\1\21\0" \
	"\377\332\0\010\1\1\0\0\77\0" x "\377\331"

/*
 * A session under test and everything that it does, line by line: the caller
 * plays the service and the user, in virtual time.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proto/family.h"
#include "base/json.h"
#include "base/log.h"
#include "proto/schema.h"
#include "session/session.h"
#include "stream/stream.h"
#include "tap.h"

enum { DESK_DATE = 1800000000 };

struct desk {
	struct session *s;
	struct session_config cfg;
	struct family family;
	struct json *setup;
	struct buf log;		/* one line for each action */
	struct stream_reader *reader;
	size_t queued;		/* what queued() says */
	int64_t now;
	int dialled[2];		/* dials of each place */
	bool held[2];		/* such a connection exists */
	/* what the service still owes each */
	bool calling[2], asking[2], closing[2];
	int turn, cut, ended;	/* last turn seen, interrupted, complete */
	int dials, sends, rooms;
	int done;		/* exit code, -1 while it goes on */
	bool quiet;		/* keep no log */
	bool keeping, broken;	/* the state is kept; or it cannot be */
	struct json *state;	/* what was kept */
	int saves;
	int64_t date;		/* the wall clock, in seconds */
};

static void
desk_dial(void *arg, int conn)
{
	struct desk *d = arg;

	if (d->held[conn])
		buf_str(&d->log, "BROKEN dial of a place in use\n");
	d->held[conn] = d->calling[conn] = true;
	d->asking[conn] = d->closing[conn] = false;
	d->dials++;
	d->dialled[conn]++;
	if (!d->quiet)
		buf_printf(&d->log, "dial %d\n", conn);
}

/* Whatever goes out is a message that the service's own schema knows. */
static void
desk_schema(struct desk *d, const char *p, size_t n)
{
	struct json *j = json_parse(p, n, NULL, 0);
	char why[200];

	if (j == NULL)
		buf_str(&d->log, "BROKEN message: no JSON\n");
	else if (schema_check(j, d->family.backend, true, why, sizeof(why)) != 0)
		buf_printf(&d->log, "BROKEN message: %s\n", why);
	json_free(j);
}

static void
desk_send(void *arg, int conn, const char *p, size_t n)
{
	struct desk *d = arg;

	if (!d->held[conn])
		buf_str(&d->log, "BROKEN send on nothing\n");
	if (d->calling[conn] || d->closing[conn])
		buf_str(&d->log, "BROKEN send before or after the time\n");
	if (n > 9 && memcmp(p, "{\"setup\":", 9) == 0)
		d->asking[conn] = true;
	else if (d->asking[conn])
		buf_str(&d->log, "BROKEN send before setupComplete\n");
	d->sends++;
	if (d->quiet)
		return;
	if (n < 4096 || strstr(p, "audio/pcm") == NULL)
		desk_schema(d, p, n);
	buf_printf(&d->log, "send %d ", conn);
	buf_add(&d->log, p, n);
	buf_str(&d->log, "\n");
}

static void
desk_hangup(void *arg, int conn, int code, const char *reason)
{
	struct desk *d = arg;

	if (!d->held[conn])
		buf_str(&d->log, "BROKEN hangup of nothing\n");
	d->closing[conn] = true;
	if (!d->quiet)
		buf_printf(&d->log, "hangup %d %d %s\n", conn, code, reason);
}

static void
desk_drop(void *arg, int conn)
{
	struct desk *d = arg;

	if (!d->held[conn])
		buf_str(&d->log, "BROKEN drop of nothing\n");
	d->held[conn] = d->calling[conn] = d->asking[conn] =
	    d->closing[conn] = false;
	if (!d->quiet)
		buf_printf(&d->log, "drop %d\n", conn);
}

static size_t
desk_queued(void *arg, int conn)
{
	struct desk *d = arg;

	(void)conn;
	return d->queued;
}

/* What a player may rely on. */
static void
desk_turns(struct desk *d, const struct session_out *out)
{
	if (strcmp(out->type, "audio") == 0) {
		if (out->turn < d->turn || out->turn <= d->cut ||
		    out->turn <= d->ended)
			buf_str(&d->log, "BROKEN sound of an old turn\n");
		d->turn = out->turn;
	} else if (strcmp(out->type, "interrupted") == 0) {
		if (out->turn < d->cut)
			buf_str(&d->log, "BROKEN interrupted goes back\n");
		d->cut = out->turn;
	} else if (strcmp(out->type, "turn_complete") == 0) {
		if (out->turn <= d->ended)
			buf_str(&d->log, "BROKEN a turn ends twice\n");
		d->ended = out->turn;
	}
}

static void
desk_record(void *arg, const struct session_out *out)
{
	struct desk *d = arg;

	desk_turns(d, out);
	if (d->quiet)
		return;
	buf_str(&d->log, "record ");
	buf_add(&d->log, out->head, out->head_len);
}

static void
desk_tell(void *arg, enum session_level level, const char *text)
{
	struct desk *d = arg;

	if (!d->quiet)
		buf_printf(&d->log, "tell %d %s\n", level, text);
}

static void
desk_room(void *arg)
{
	struct desk *d = arg;

	d->rooms++;
}

static bool
desk_save(void *arg, struct json *state)
{
	struct desk *d = arg;

	d->saves++;
	if (d->broken) {
		json_free(state);
		return false;
	}
	json_free(d->state);
	d->state = state;
	return true;
}

static int64_t
desk_date(void *arg)
{
	return ((struct desk *)arg)->date;
}

static void
desk_done(void *arg, int code)
{
	struct desk *d = arg;

	if (d->done != -1)
		buf_str(&d->log, "BROKEN done twice\n");
	d->done = code;
	if (!d->quiet)
		buf_printf(&d->log, "done %d\n", code);
}

static const struct session_ops desk_ops = {
	.dial = desk_dial, .send = desk_send, .hangup = desk_hangup,
	.drop = desk_drop, .queued = desk_queued, .record = desk_record,
	.tell = desk_tell, .room = desk_room, .done = desk_done,
};

/* Defaults for a model; change d->cfg, then desk_begin(). */
static inline void
desk_init(struct desk *d, const char *model, enum backend backend)
{
	memset(d, 0, sizeof(*d));
	family_init(&d->family, model, backend);
	session_defaults(&d->cfg);
	d->cfg.family = &d->family;
	d->setup = json_object();
	json_set(d->setup, "model", json_string(model));
	d->cfg.setup = d->setup;
	d->cfg.seed = 1;
	buf_init(&d->log, 64 << 20);
	d->reader = stream_reader_new();
	d->now = 1000;
	d->done = -1;
	d->date = DESK_DATE;
}

/* The session keeps its state, and goes on from this one, which belongs to the
 * desk; NULL is none. */
static inline void
desk_keep(struct desk *d, struct json *state)
{
	d->keeping = true;
	d->state = state;
	d->cfg.state = state;
}

static inline void
desk_begin(struct desk *d)
{
	struct session_ops ops = desk_ops;

	if (d->keeping) {
		ops.save = desk_save;
		ops.date = desk_date;
	}
	d->s = session_new(&d->cfg, &ops, d);
	session_start(d->s, d->now);
}

static inline void
desk_end(struct desk *d)
{
	session_free(d->s);
	stream_reader_free(d->reader);
	json_free(d->setup);
	json_free(d->state);
	buf_done(&d->log);
}

/* The service's side. */
static inline void
desk_open(struct desk *d, int conn)
{
	d->calling[conn] = false;
	session_connected(d->s, d->now, conn);
}

static inline void
desk_says(struct desk *d, int conn, const char *message)
{
	if (strstr(message, "setupComplete") != NULL)
		d->asking[conn] = false;
	session_message(d->s, d->now, conn, message, strlen(message));
}

static inline void
desk_closes(struct desk *d, int conn, int code, const char *reason)
{
	d->held[conn] = d->calling[conn] = d->asking[conn] =
	    d->closing[conn] = false;
	session_closed(d->s, d->now, conn, code, reason, NULL);
}

static inline void
desk_handle(struct desk *d, int conn, const char *handle)
{
	char text[200];

	snprintf(text, sizeof(text), "{\"sessionResumptionUpdate\":"
	    "{\"newHandle\":\"%s\",\"resumable\":true}}", handle);
	desk_says(d, conn, text);
}

/* Up to setupComplete. */
static inline void
desk_live(struct desk *d, int conn)
{
	desk_open(d, conn);
	desk_says(d, conn, "{\"setupComplete\":{}}");
}

/* A conversation of a model's that has just begun. */
static inline void
desk_talks(struct desk *d, const char *model)
{
	desk_init(d, model, BACKEND_GEMINI);
	desk_begin(d);
	desk_live(d, 0);
}

/* The service does what is expected of it. */
static inline void
desk_serve(struct desk *d)
{
	int i, guard;

	for (guard = 0; guard < 20; guard++)
		for (i = 0; i < 2; i++)
			if (d->calling[i])
				desk_open(d, i);
			else if (d->closing[i])
				desk_closes(d, i, 1000, "");
			else if (d->asking[i])
				desk_says(d, i, "{\"setupComplete\":{}}");
}

/* A record of the user's, as it stands in a stream; whether it was taken. */
static inline bool
desk_gives_flags(struct desk *d, const char *line, const void *body, size_t n,
    int flags)
{
	struct record r;
	struct buf b;
	bool taken = false;

	buf_init(&b, 64 << 20);
	buf_str(&b, line);
	if (body != NULL) {
		b.len--;
		buf_printf(&b, ",\"bytes\":%zu}", n);
	}
	buf_str(&b, "\n");
	if (body != NULL)
		buf_add(&b, body, n);
	stream_feed(d->reader, b.data, b.len);
	if (stream_next(d->reader, &r) == STREAM_RECORD)
		taken = session_record(d->s, d->now, &r, flags);
	else
		buf_str(&d->log, "BROKEN record in the test\n");
	buf_done(&b);
	return taken;
}

static inline bool
desk_gives(struct desk *d, const char *line)
{
	return desk_gives_flags(d, line, NULL, 0, 0);
}

/* ms of sound at 16 kHz whose samples all are v. */
static inline void
desk_sound(struct desk *d, int ms, int v, int flags)
{
	unsigned char pcm[640];
	size_t i;

	for (i = 0; i < sizeof(pcm); i += 2) {
		pcm[i] = (unsigned char)v;
		pcm[i + 1] = (unsigned char)(v >> 8);
	}
	for (; ms > 0; ms -= 20)
		session_audio(d->s, d->now, pcm, sizeof(pcm), 16000, flags);
}

/* Nobody is left to answer open calls: each gets an error. */
static inline void
desk_refuses(struct desk *d)
{
	const char *id, *name;
	char text[300];
	size_t at = 0;

	while (session_open_call(d->s, &at, &id, &name)) {
		snprintf(text, sizeof(text), "{\"type\":\"tool_response\","
		    "%s%s%s\"name\":\"%s\",\"response\":{\"error\":"
		    "\"nobody\"}}", id != NULL ? "\"id\":\"" : "",
		    id != NULL ? id : "", id != NULL ? "\"," : "", name);
		desk_gives(d, text);
	}
}

/* Lets time pass, all timers on the way. */
static inline void
desk_wait(struct desk *d, int64_t ms)
{
	int64_t until = d->now + ms, at;
	int guard = 0;

	while ((at = session_deadline(d->s)) <= until) {
		if (at < d->now || ++guard > 100000) {
			buf_str(&d->log, "BROKEN time stands still\n");
			break;
		}
		d->now = at;
		session_tick(d->s, d->now);
	}
	d->now = until;
}

/* The conversation goes on with a service that behaves but says nothing. */
static inline void
desk_go_on(struct desk *d, int64_t ms)
{
	for (; ms > 0 && d->done == -1; ms -= 100) {
		desk_serve(d);
		desk_wait(d, 100);
	}
}

/* The user ends it, and the service goes along to the end. */
static inline void
desk_leave(struct desk *d)
{
	int guard;

	if (d->done == -1)
		session_stop(d->s, d->now, CODE_OK, "signal");
	for (guard = 0; guard < 100 && d->done == -1; guard++) {
		desk_serve(d);
		desk_wait(d, 10000);
	}
}

static inline bool
desk_has(const struct desk *d, const char *text)
{
	return d->log.data != NULL && strstr(d->log.data, text) != NULL;
}

/* How often text stands in the log. */
static inline int
desk_count(const struct desk *d, const char *text)
{
	const char *p = d->log.data;
	int n = 0;

	while (p != NULL && (p = strstr(p, text)) != NULL) {
		n++;
		p += strlen(text);
	}
	return n;
}

static inline void
desk_forget(struct desk *d)
{
	buf_clear(&d->log);
}

/* The log as TAP comments, long lines cut. */
static inline void
desk_show(const struct desk *d)
{
	const char *p, *nl;

	for (p = d->log.data; p != NULL && *p != '\0'; p = nl + 1) {
		nl = strchr(p, '\n');
		if (nl == NULL)
			break;
		if (strstr(p, "audio/pcm") == NULL || strstr(p, "audio/pcm") >
		    nl)
			printf("# %.*s\n", nl - p < 300 ? (int)(nl - p) : 300,
			    p);
	}
}

/* The end of a test: no action may have been out of order. */
static inline void
desk_clean(struct desk *d)
{
	ok(!desk_has(d, "BROKEN"), "every action was in order");
	if (desk_has(d, "BROKEN"))
		desk_show(d);
	desk_end(d);
}

#endif
