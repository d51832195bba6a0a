#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json;

/*
 * JSON values (RFC 8259).  Outside bytes are checked before anything is built:
 * UTF-8, control characters in strings, depth at most JSON_DEPTH, at most
 * JSON_VALUES values (so that "[[],[],..." cannot fill the memory), the
 * caller's limit on size.  Integers of any length survive parsing and printing
 * digit for digit.  The escape \u0000 reads as U+FFFD, since strings here end
 * with a zero byte.  Key order is kept.  Of equal keys the last counts.
 */
enum { JSON_DEPTH = 64, JSON_VALUES = 1 << 20, JSON_DIGITS = 128 };

enum json_type {
	JSON_NONE,		/* no value: a NULL pointer */
	JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT
};

/*
 * Parses exactly one value (white space around it allowed).  NULL on bad text,
 * and then why (of size bytes) says what and at which byte offset.  The caller
 * frees with json_free().
 */
struct json *json_parse(const char *p, size_t n, char *why, size_t size);

/*
 * The same, but strings of at least 256 bytes under a key "data", without
 * escapes, inside the top-level key `under` are not copied: the value points
 * into p, which must outlive it.  For the media in the service's messages.
 */
struct json *json_parse_media(const char *p, size_t n, const char *under,
    char *why, size_t size);

/* For readers of a fixed shape: what stands behind white space; and the closing
 * quote of the media string that begins at s, behind its opening quote, or NULL
 * where it is short or has escapes and is a string like any other. */
const char *json_space(const char *s, const char *end);
const char *json_media_end(const char *s, const char *end);

void json_free(struct json *);
/* The same, every string overwritten first: for values that hold secrets. */
void json_wipe(struct json *);
struct json *json_copy(const struct json *);

/* All getters take NULL and values of other types: then "not there". */
enum json_type json_type(const struct json *);
struct json *json_get(const struct json *object, const char *key);
/* "a.b.c" from object to object. */
struct json *json_path(const struct json *object, const char *path);
size_t json_size(const struct json *array_or_object);
struct json *json_at(const struct json *array, size_t i);
/* Iteration over an array or object; json_key() is the member's key. */
struct json *json_first(const struct json *);
struct json *json_next(const struct json *);
const char *json_key(const struct json *);

/* The string, or NULL.  The second form also serves media (not
 * zero-terminated then) and gives the length. */
const char *json_str(const struct json *);
const char *json_strn(const struct json *, size_t *n);
/* The string under a key, or def. */
const char *json_get_str(const struct json *object, const char *key,
    const char *def);
bool json_true(const struct json *);
/* A number, or a string of one as int64 is written on the wire; whole and
 * within int64: 0, else -1. */
int json_int(const struct json *, int64_t *value);
int64_t json_get_int(const struct json *object, const char *key, int64_t def);
double json_num(const struct json *, double def);
/* The digits of a number that a double may not hold; NULL of others. */
const char *json_numeral(const struct json *);

/* Builders.  A value put into another belongs to it. */
struct json *json_object(void);
struct json *json_array(void);
struct json *json_string(const char *s);
struct json *json_stringn(const char *s, size_t n);	/* bad UTF-8 mended */
/* A string from malloc, UTF-8, that is taken over. */
struct json *json_taken(char *s);
/* A string that stays where it is, and must outlive the value: json_strn(). */
struct json *json_media(const char *s, size_t n);
/* A number as it is written, fewer than JSON_DIGITS bytes. */
struct json *json_digits(const char *s, size_t n);
struct json *json_integer(int64_t);
struct json *json_bool(bool);
struct json *json_null(void);
/* Adds or replaces; a NULL value removes the key.  Returns value. */
struct json *json_set(struct json *object, const char *key,
    struct json *value);
struct json *json_set_path(struct json *object, const char *path,
    struct json *value);
struct json *json_add(struct json *array, struct json *value);
/* Adds behind all others, equal keys or not; the key, from malloc, is taken
 * over. */
void json_append(struct json *object, char *key, struct json *value);
/* Takes a member out; the caller owns it.  NULL if not there. */
struct json *json_detach(struct json *object, const char *key);
/* Deep merge: objects member by member, all else replaced; null removes
 * (RFC 7396).  src is unchanged. */
void json_merge(struct json *dst, const struct json *src);
bool json_equal(const struct json *, const struct json *);

/* Appends compact text, or pretty text as the service writes it (two spaces,
 * no newline at the end). */
void json_print(const struct json *, struct buf *);
void json_pretty(const struct json *, struct buf *);
/* Appends a string literal with its quotes; bad UTF-8 becomes U+FFFD. */
void json_quote(struct buf *, const char *s, size_t n);

#endif
