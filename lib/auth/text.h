#ifndef AUTH_TEXT_H
#define AUTH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The small encodings that signing in needs.  Pure.
 */
struct buf;

enum { AUTH_STAMP = 21 };	/* 2026-01-01T00:00:00Z and a zero byte */

/* Percent-encodes every byte that is not unreserved (RFC 3986 2.3). */
void auth_text_escape(struct buf *, const char *s);

/* Adds name=value to a form or query; pairs are separated by '&'.  A NULL
 * value adds nothing. */
void auth_text_pair(struct buf *, const char *name, const char *value);

/* Writes seconds since the epoch as RFC 3339 (base/date.h reads it), in UTC;
 * dst has AUTH_STAMP bytes.  basic is AWS's form, 20260101T000000Z. */
void auth_text_stamp(char *dst, int64_t t, bool basic);

/* The value of a key in a section of an INI file, for the caller to free;
 * NULL if it is not there or empty. */
char *auth_text_ini(const char *p, size_t n, const char *section,
    const char *key);

/* Appends a line of text in which values from outside may stand: they can
 * begin no other line, and a terminal obeys none of it. */
void auth_text_line(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Makes text from outside fit for a sentence: one line, no control bytes, at
 * most size - 1 bytes, and each of the secrets (a NULL-terminated array, or
 * NULL) left out: those of 6 bytes or more, and beginnings of 8 or more, as
 * they are or percent-encoded.
 */
void auth_text_tame(char *dst, size_t size, const char *src,
    const char *const *secrets);

/* Whether a secret may be sent to this URL: https, or http to this machine. */
bool auth_text_safe_url(const char *url);

#endif
