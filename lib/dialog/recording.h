#ifndef DIALOG_RECORDING_H
#define DIALOG_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The whole conversation as one file of gl-stream(5), mode 0600: what went to
 * the service, marked "side":"user", and what came from it.  The file is
 * appended to, behind its last whole record; it is never waited for.
 * Handles that open the conversation are left out.
 */
struct buf;
struct loop;
struct record;
struct recording;

/* What is kept; all else always is. */
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

/* "100M" (k, M, G: bytes) or "1h" (s, m, h: time); -1 where it is neither. */
int recording_limit(const char *text, int64_t *bytes, int64_t *ms);

/* As options (opt_call) of a struct recording_opts: the size or age of one
 * file; a list of what is kept, with commas. */
int recording_take_max(void *to, const char *text, char *why, size_t size);
int recording_take_what(void *to, const char *text, char *why, size_t size);

/* Opens the newest file of that name.  NULL with a sentence; *cut is how many
 * bytes of a record that is not whole were taken off. */
struct recording *recording_open(struct loop *, const struct recording_opts *,
    int64_t now, int64_t *cut, char *why, size_t size);
/* What is queued is lost: wait for recording_idle(). */
void recording_close(struct recording *);

/* The start record, which stands first in each file; a line. */
void recording_start(struct recording *, const char *head, size_t n);

/* A record of the user's at ms t, and so many ms of sound in front of it. */
void recording_user(struct recording *, const struct record *, int64_t t,
    int64_t at_ms);
/* The same for sound without a header: mono samples. */
void recording_sound(struct recording *, const void *pcm, size_t n, int rate,
    int64_t t, int64_t at_ms);

/* A record of the session's; type is that of the header. */
void recording_record(struct recording *, const char *type, const char *head,
    size_t head_len, const void *body, size_t body_len, int64_t now);

/* Records lost since the file was too slow. */
size_t recording_lost(const struct recording *);
/* Why it could not be written, as an errno, or 0. */
int recording_error(const struct recording *);
bool recording_idle(const struct recording *);

#endif
