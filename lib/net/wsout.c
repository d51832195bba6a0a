/*
 * Everything here is called by ws.c.  A message is begun only if its header
 * fits, a control frame only if all of it does, so no frame ever gets stuck in
 * its header.  Frames are written here and not by wslay, which first masks byte
 * by byte into a buffer of its own: a sixth of all the time of an upload.
 */
#include "net/wsout.h"
#include "base/crypt.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "net/wsin.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	OUT_SIZE = 65536,
	HEADER_MAX = 14,	/* of a frame */
	REASON_MAX = WSIN_CONTROL_MAX - 2
};

/* A message that waits, or what is left of it. */
struct pending {
	struct pending *next;
	bool text, raw;
	bool begun;		/* its header has gone out */
	size_t len;
	size_t off;		/* gone out */
	char data[];
};

/* A control frame that waits. */
struct control {
	bool set;
	size_t len;
	unsigned char data[WSIN_CONTROL_MAX];
};

struct wsout {
	struct io io;
	bool mask;
	bool secret;
	unsigned char key[4];	/* of the frame that goes out */
	size_t masked;		/* bytes of its payload so far */
	unsigned char *out;
	size_t start, end;	/* of what is in it */
	bool blocked;		/* the connection takes nothing now */
	bool broken;		/* and never will again */
	struct pending *head, **tail;
	size_t waiting;		/* bytes in the list */
	struct control ping, pong, close;
	bool close_sent;
	struct crypt_pool pool;
};

/* Writes what the connection takes and keeps the rest. */
static void
flush(struct wsout *o)
{
	ssize_t r;

	while (!o->blocked && !o->broken && o->start < o->end) {
		r = o->io.ops->write(o->io.self, o->out + o->start,
		    o->end - o->start);
		if (r > 0)
			o->start += (size_t)r;
		else if (r == IO_AGAIN)
			o->blocked = true;
		else
			o->broken = true;
	}
	if (o->start < o->end && !o->broken)
		return;
	if (o->secret)
		mem_wipe(o->out, o->end);
	o->start = o->end = 0;
}

/* Makes room in the buffer, if need be by writing. */
static size_t
room(struct wsout *o, size_t n)
{
	if (OUT_SIZE - o->end < n)
		flush(o);
	return o->broken ? 0 : OUT_SIZE - o->end;
}

static size_t
put(struct wsout *o, const void *p, size_t n)
{
	size_t left = room(o, n);

	if (n > left)
		n = left;
	memcpy(o->out + o->end, p, n);
	o->end += n;
	return n;
}

/* Copies n bytes, masked as those from byte `off` of a payload on. */
static void
mask_copy(unsigned char *dst, const unsigned char *src, size_t n,
    const unsigned char key[4], size_t off)
{
	unsigned char turned[8];
	uint64_t word, mask;
	size_t i;

	for (i = 0; i < 8; i++)
		turned[i] = key[(off + i) % 4];
	memcpy(&mask, turned, 8);
	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&word, src + i, 8);
		word ^= mask;
		memcpy(dst + i, &word, 8);
	}
	for (; i < n; i++)
		dst[i] = src[i] ^ turned[i % 8];
}

/* Adds a header, for which there is room; its payload follows. */
static void
put_header(struct wsout *o, int opcode, size_t n)
{
	unsigned char *h = o->out + o->end;
	int i, bytes = n < 126 ? 0 : n < 65536 ? 2 : 8;

	*h++ = (unsigned char)(0x80 | opcode);
	*h++ = (unsigned char)((o->mask ? 0x80 : 0) |
	    (bytes == 0 ? n : bytes == 2 ? 126 : 127));
	for (i = bytes - 1; i >= 0; i--)
		*h++ = (unsigned char)((uint64_t)n >> (8 * i));
	if (o->mask) {
		crypt_pool_take(&o->pool, o->key, 4);
		memcpy(h, o->key, 4);
		h += 4;
	}
	o->masked = 0;
	o->end = (size_t)(h - o->out);
}

/* Adds as many bytes of the payload as there is room for. */
static size_t
put_payload(struct wsout *o, const unsigned char *p, size_t n)
{
	size_t done = 0, part;

	while (done < n && (part = room(o, 1)) > 0) {
		if (part > n - done)
			part = n - done;
		if (o->mask)
			mask_copy(o->out + o->end, p + done, part, o->key,
			    o->masked);
		else
			memcpy(o->out + o->end, p + done, part);
		o->masked += part;
		o->end += part;
		done += part;
	}
	return done;
}

/* Adds a control frame, whole or not at all. */
static bool
put_control(struct wsout *o, int opcode, struct control *c)
{
	if (!c->set)
		return true;
	if (room(o, HEADER_MAX + c->len) < HEADER_MAX + c->len)
		return false;
	put_header(o, opcode, c->len);
	put_payload(o, c->data, c->len);
	c->set = false;
	return true;
}

/* Moves as much of the list's first message as fits; returns whether that was
 * all of it. */
static bool
put_pending(struct wsout *o)
{
	struct pending *p = o->head;
	size_t n;

	if (!p->begun && !p->raw) {
		if (room(o, HEADER_MAX) < HEADER_MAX)
			return false;
		put_header(o, p->text ? WSIN_TEXT : WSIN_BINARY, p->len);
	}
	p->begun = true;
	if (p->raw)
		n = put(o, p->data + p->off, p->len - p->off);
	else
		n = put_payload(o, (unsigned char *)p->data + p->off,
		    p->len - p->off);
	p->off += n;
	o->waiting -= n;
	if (p->off < p->len)
		return false;
	o->head = p->next;
	if (!o->head)
		o->tail = &o->head;
	free(p);
	return true;
}

/* Moves what waits into the buffer while there is room. */
static void
fill(struct wsout *o)
{
	while (!o->broken && !o->close_sent) {
		if (o->head && o->head->begun) {
			if (!put_pending(o))
				return;
			continue;
		}
		if (!put_control(o, WSIN_PONG, &o->pong) ||
		    !put_control(o, WSIN_PING, &o->ping))
			return;
		if (!o->head)
			break;
		if (!put_pending(o))
			return;
	}
	if (!o->broken && o->close.set)
		o->close_sent = put_control(o, WSIN_CLOSE, &o->close);
}

void
wsout_pump(struct wsout *o)
{
	do {
		fill(o);
		flush(o);
	} while (!o->blocked && !o->broken && o->head);
}

void
wsout_unblock(struct wsout *o)
{
	o->blocked = false;
}

static void
append(struct wsout *o, const char *p, size_t n, const struct pending *kind)
{
	struct pending *m = mem_alloc(sizeof(*m) + n);

	*m = *kind;
	m->len = n;
	memcpy(m->data, p, n);
	*o->tail = m;
	o->tail = &m->next;
	o->waiting += n;
}

int
wsout_message(struct wsout *o, bool text, const void *p, size_t n)
{
	struct pending kind = { .text = text };
	size_t gone = 0;

	if (wsout_closing(o) || o->broken)
		return -1;
	if (!o->head && !o->pong.set && !o->ping.set &&
	    room(o, HEADER_MAX) >= HEADER_MAX) {
		put_header(o, text ? WSIN_TEXT : WSIN_BINARY, n);
		gone = put_payload(o, p, n);
		if (gone == n)
			return 0;
		kind.begun = true;
	}
	append(o, (const char *)p + gone, n - gone, &kind);
	return 0;
}

int
wsout_raw(struct wsout *o, const void *p, size_t n)
{
	struct pending kind = { .raw = true };

	if (wsout_closing(o) || o->broken)
		return -1;
	append(o, p, n, &kind);
	return 0;
}

static int
set_control(struct wsout *o, struct control *c, const void *p, size_t n)
{
	if (wsout_closing(o) || o->broken || n > WSIN_CONTROL_MAX)
		return -1;
	if (n > 0)
		memcpy(c->data, p, n);
	c->len = n;
	c->set = true;
	fill(o);
	return 0;
}

int
wsout_ping(struct wsout *o, const void *p, size_t n)
{
	return o->ping.set ? -1 : set_control(o, &o->ping, p, n);
}

int
wsout_pong(struct wsout *o, const void *p, size_t n)
{
	/* RFC 6455 5.5.3: the newest ping counts */
	return set_control(o, &o->pong, p, n);
}

int
wsout_close(struct wsout *o, int code, const char *reason)
{
	size_t n = strlen(reason);

	if (wsout_closing(o))
		return -1;
	o->close.set = true;
	o->close.len = 0;
	if (code == 1005 || code == 0)
		return 0;
	if (n > REASON_MAX)
		n = utf8_cut(reason, REASON_MAX);
	o->close.data[0] = (unsigned char)(code >> 8);
	o->close.data[1] = (unsigned char)code;
	memcpy(o->close.data + 2, reason, n);
	o->close.len = n + 2;
	return 0;
}

void
wsout_drop(struct wsout *o)
{
	struct pending *p, **at = &o->head;

	o->ping.set = o->pong.set = false;
	if (*at && (*at)->begun)
		at = &(*at)->next;
	while ((p = *at) != NULL) {
		*at = p->next;
		o->waiting -= p->len - p->off;
		free(p);
	}
	o->tail = at;
}

int
wsout_bytes(struct wsout *o, const void *p, size_t n)
{
	return put(o, p, n) == n ? 0 : -1;
}

void
wsout_secret(struct wsout *o, bool secret)
{
	o->secret = secret;
}

size_t
wsout_queued(const struct wsout *o)
{
	return o->waiting + (o->end - o->start);
}

bool
wsout_wants(const struct wsout *o)
{
	return o->end > o->start;
}

bool
wsout_broken(const struct wsout *o)
{
	return o->broken;
}

bool
wsout_closing(const struct wsout *o)
{
	return o->close.set || o->close_sent;
}

bool
wsout_closed(const struct wsout *o)
{
	return o->close_sent && o->start == o->end && !o->broken;
}

struct wsout *
wsout_new(struct io io, bool mask)
{
	struct wsout *o = mem_alloc(sizeof(*o));

	o->io = io;
	o->mask = mask;
	o->tail = &o->head;
	/* not zeroed: short messages touch its first pages only */
	o->out = mem_resize(NULL, OUT_SIZE, 1);
	return o;
}

void
wsout_free(struct wsout *o)
{
	struct pending *p;

	while ((p = o->head) != NULL) {
		o->head = p->next;
		free(p);
	}
	mem_wipe(&o->pool, sizeof(o->pool));
	free(o->out);
	free(o);
}
