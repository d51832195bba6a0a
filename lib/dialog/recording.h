#ifndef DIALOG_RECORDING_H
#define DIALOG_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "loop/output.h"

/*
 * The whole conversation as one gl-stream(5) file, mode 0600: what went to the
 * service, marked "side":"user", and what came from it.  Appends after the
 * file's last whole record and never waits for it.  Handles that give access
 * to the conversation are left out.
 */
struct loop;
struct record;
struct recording;

/* What to keep; all else is always kept. */
enum {
	RECORDING_SOUND = 1, RECORDING_PICTURES = 2, RECORDING_WORDS = 4,
	RECORDING_TOOLS = 8, RECORDING_ALL = 15
};

enum {
	RECORDING_QUEUE_MAX = 64 << 20,
	RECORDING_FILES_MAX = 10000	/* of one name */
};

struct recording_opts {
	const char *path;
	int what;
	int64_t max_bytes, max_ms;	/* of one file; 0: none */
};

/* Parses "100M" (k, M, G: bytes) or "1h" (s, m, h: time); -1 if neither. */
int recording_limit(const char *text, int64_t *bytes, int64_t *ms);

/* Option callbacks (opt_call) for a struct recording_opts: the size or age of
 * one file; a comma-separated list of what to keep. */
int recording_take_max(void *to, const char *text, char *why, size_t size);
int recording_take_what(void *to, const char *text, char *why, size_t size);

/* Opens the newest file of that name; the ops are those of its output.  NULL
 * with a sentence; *cut is the number of bytes of an incomplete record that
 * were cut off. */
struct recording *recording_open(struct loop *, const struct recording_opts *,
    const struct output_ops *, void *arg, int64_t now, int64_t *cut, char *why,
    size_t size);
/* What is queued is lost: wait until recording_fate() is idle. */
void recording_close(struct recording *);

/* Sets the start record, a line, which comes first in each file. */
void recording_start(struct recording *, const char *head, size_t n);

/* Adds a user's record at ms t, preceded by at_ms of sound. */
void recording_user(struct recording *, const struct record *, int64_t t,
    int64_t at_ms);
/* Likewise for sound without a header: mono samples. */
void recording_sound(struct recording *, const void *pcm, size_t n, int rate,
    int64_t t, int64_t at_ms);

/* Adds a record of the session; type is that of the header. */
void recording_record(struct recording *, const char *type, const char *head,
    size_t head_len, const void *body, size_t body_len, int64_t now);

/* What became of the records; of no recording (NULL): nothing is amiss. */
struct output_fate recording_fate(const struct recording *);

#endif
