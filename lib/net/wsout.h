#ifndef NET_WSOUT_H
#define NET_WSOUT_H

#include "net/io.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The sending side of a WebSocket connection.  Frames go through one fixed
 * buffer, so that many small messages become one write, and a write that TLS
 * wants repeated finds its bytes where they were.  What does not fit waits in
 * a list.  Control frames overtake messages not yet begun; the close frame
 * comes last.
 */
struct wsout;

/* mask: as a client must. */
struct wsout *wsout_new(struct io, bool mask);
void wsout_free(struct wsout *);

/* Queues bytes as they are (the upgrade); 0, or -1 if they do not fit. */
int wsout_bytes(struct wsout *, const void *p, size_t n);
/* Whether bytes hold a secret, to be overwritten once they have gone out. */
void wsout_secret(struct wsout *, bool);

/* Queues a message, moving into the buffer what fits; a full buffer is
 * written.  0, or -1 if a close was queued or the connection is broken. */
int wsout_message(struct wsout *, bool text, const void *p, size_t n);
/* Queues bytes as they are, after earlier messages; 0 or -1 likewise. */
int wsout_raw(struct wsout *, const void *p, size_t n);
/* At most 125 bytes; -1 also if another ping still waits. */
int wsout_ping(struct wsout *, const void *p, size_t n);
/* Replaces a pong that still waits. */
int wsout_pong(struct wsout *, const void *p, size_t n);
/* Code 0 or 1005: an empty close frame.  Cuts the reason at a character. */
int wsout_close(struct wsout *, int code, const char *reason);

/* Discards the messages and control frames of which nothing has gone out,
 * except the close frame. */
void wsout_drop(struct wsout *);

/* Writes all that the connection takes now. */
void wsout_pump(struct wsout *);
/* poll says that the connection takes more. */
void wsout_unblock(struct wsout *);

/* Bytes not taken by the connection yet. */
size_t wsout_queued(const struct wsout *);
/* Whether there is something to write once poll says so. */
bool wsout_wants(const struct wsout *);
/* Whether a write has failed: nothing goes out any more. */
bool wsout_broken(const struct wsout *);
/* Whether a close frame is queued or gone; and gone to the last byte. */
bool wsout_closing(const struct wsout *);
bool wsout_closed(const struct wsout *);

#endif
