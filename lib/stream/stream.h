#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The records of gl-stream(5): one line with a JSON object and, if it has
 * "bytes": N, exactly N raw bytes after the newline.  Pure: bytes in, records
 * out.
 */
struct buf;
struct json;

enum {
	STREAM_HEAD_MAX = 1 << 20,	/* a header line, newline included */
	STREAM_PAYLOAD_MAX = 64 << 20,	/* a payload */
	/* all that one window completes: a record, and small ones after it */
	STREAM_WINDOW_MAX = STREAM_HEAD_MAX + STREAM_PAYLOAD_MAX + (512 << 10)
};

enum stream_status {
	STREAM_MORE,		/* no whole record yet: read on */
	STREAM_RECORD,		/* a record was given */
	STREAM_BAD,		/* not a stream from here on; see
				 * stream_why() */
	STREAM_LOST		/* damage was skipped, see stream_why(); the
				 * stream goes on */
};

/* A record as it came; valid until the next call on the reader. */
struct record {
	const char *line;	/* header as it came, newline included */
	size_t line_len;
	const unsigned char *payload;
	size_t payload_len;
	const char *type;	/* never NULL */
	const struct json *head;
	int64_t offset;		/* of the header in the input, in bytes */
	bool typed;		/* line is text, not a header */
};

struct stream_reader;

struct stream_reader *stream_reader_new(void);
void stream_reader_free(struct stream_reader *);

/* From now on gives lines of text, which do not begin with a brace, as text
 * records. */
void stream_take_lines(struct stream_reader *);
/* No more will come: a line of text is now whole without its newline. */
void stream_ended(struct stream_reader *);
/* Damage will not end the stream: it goes on at the next line that is a
 * record, or within the damaged line, if another writer's record begins there.
 * Each loss is reported once, by STREAM_LOST or by stream_end()'s -1. */
void stream_mend(struct stream_reader *);

/* Where to put the next bytes and how many fit (always some), and how many
 * were put there.  stream_feed() copies instead. */
void *stream_window(struct stream_reader *, size_t *n);
void stream_filled(struct stream_reader *, size_t n);
void stream_feed(struct stream_reader *, const void *p, size_t n);

enum stream_status stream_next(struct stream_reader *, struct record *);

/* At the end of input, after the last record was taken: 0 if it ended between
 * records, -1 if in the middle of one (see stream_why()). */
int stream_end(struct stream_reader *);

/* What is wrong and at which byte offset of the input; never NULL. */
const char *stream_why(const struct stream_reader *);

/* What an input is by its first bytes ("{\"" a stream, "RIFF" a WAV file,
 * anything else raw PCM); a little white space may precede and be in "{\"". */
enum stream_kind {
	STREAM_KIND_MORE,	/* too few bytes to tell */
	STREAM_KIND_RECORDS,
	STREAM_KIND_WAV,
	STREAM_KIND_PCM
};
enum stream_kind stream_kind(const void *data, size_t n, int at_end);

/*
 * Writing: a header is appended to a buf piece by piece,
 *	stream_head(b, "audio"); stream_int(b, "rate", 24000);
 *	stream_tail(b, payload_len);
 * and the payload is sent after it by the caller.  Only the buf allocates.
 * stream_raw() takes JSON text without a newline in it.
 */
void stream_head(struct buf *, const char *type);
void stream_int(struct buf *, const char *key, int64_t);
void stream_num(struct buf *, const char *key, double);
void stream_bool(struct buf *, const char *key, int);
void stream_str(struct buf *, const char *key, const char *s);
void stream_strn(struct buf *, const char *key, const char *s, size_t n);
void stream_json(struct buf *, const char *key, const struct json *);
void stream_raw(struct buf *, const char *key, const char *json);
/* Closes the header; payload_len above 0 adds "bytes". */
void stream_tail(struct buf *, size_t payload_len);
/* Appends the whole start record of a program. */
void stream_start(struct buf *, const char *prog);

#endif
