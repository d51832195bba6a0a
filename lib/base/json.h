#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct json;

/*
 * JSON values (RFC 8259).  Input is checked before anything is built: UTF-8,
 * control characters in strings, depth at most JSON_DEPTH, at most JSON_VALUES
 * values (so that "[[],[],..." cannot fill the memory), the caller's limit on
 * size.  Integers of any length survive parsing and printing digit for digit.
 * The escape \u0000 reads as U+FFFD, since strings here end with a zero byte.
 * Key order is kept.  Of duplicate keys the last counts, for every function
 * here; replacing or removing a key takes them all.
 */
enum { JSON_DEPTH = 64, JSON_VALUES = 1 << 20, JSON_DIGITS = 128 };

enum json_type {
	JSON_NONE,		/* no value: a NULL pointer */
	JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT
};

/*
 * Parses exactly one value (white space around it allowed).  On bad text NULL,
 * and why (of size bytes) says what is wrong and at which byte offset.  The
 * caller frees the value with json_free().
 */
struct json *json_parse(const char *p, size_t n, char *why, size_t size);

/*
 * The same, but strings of at least 256 bytes under a key "data", without
 * escapes, inside the top-level key `under` are not copied: the value points
 * into p, which must outlive it.  For the media in the service's messages.
 */
struct json *json_parse_media(const char *p, size_t n, const char *under,
    char *why, size_t size);

/* For readers of a fixed layout: the place after white space; and the closing
 * quote of the media string that begins at s, after its opening quote, or NULL
 * if it is short or has escapes and so is a string like any other. */
const char *json_space(const char *s, const char *end);
const char *json_media_end(const char *s, const char *end);

void json_free(struct json *);
/* The same, overwriting every string first: for values that hold secrets. */
void json_wipe(struct json *);
struct json *json_copy(const struct json *);

/* All getters accept NULL and values of other types: then "not there". */
enum json_type json_type(const struct json *);
struct json *json_get(const struct json *object, const char *key);
/* Follows "a.b.c" from object to object. */
struct json *json_path(const struct json *object, const char *path);
size_t json_size(const struct json *array_or_object);
struct json *json_at(const struct json *array, size_t i);
/* A key that stands in the object more than once, or NULL. */
const char *json_repeated(const struct json *object);
/* Iteration over an array or object; json_key() is the member's key. */
struct json *json_first(const struct json *);
struct json *json_next(const struct json *);
const char *json_key(const struct json *);

/* The string, or NULL.  The second form also works for media (then not
 * zero-terminated) and stores the length. */
const char *json_str(const struct json *);
const char *json_strn(const struct json *, size_t *n);
/* The string under a key, or def. */
const char *json_get_str(const struct json *object, const char *key,
    const char *def);
bool json_true(const struct json *);
/* Reads a number, or a string holding one, as int64 is sent on the wire; 0 if
 * it is whole and within int64, else -1. */
int json_int(const struct json *, int64_t *value);
int64_t json_get_int(const struct json *object, const char *key, int64_t def);
double json_num(const struct json *, double def);
/* The digits of a number, which a double may not hold; else NULL. */
const char *json_numeral(const struct json *);

/* Builders.  A value put into another belongs to it. */
struct json *json_object(void);
struct json *json_array(void);
struct json *json_string(const char *s);
struct json *json_stringn(const char *s, size_t n);	/* repairs UTF-8 */
/* Takes over a string from malloc, in UTF-8. */
struct json *json_taken(char *s);
/* A string that is not copied and must outlive the value: json_strn(). */
struct json *json_media(const char *s, size_t n);
/* A number as written, of fewer than JSON_DIGITS bytes. */
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
/* Appends a member, even if the key exists already; takes over the key, from
 * malloc. */
void json_append(struct json *object, char *key, struct json *value);
/* Removes a member, which the caller then owns; NULL if not there. */
struct json *json_detach(struct json *object, const char *key);
/* Deep merge: objects member by member, all else replaced; null removes
 * (RFC 7396).  src is unchanged. */
void json_merge(struct json *dst, const struct json *src);
bool json_equal(const struct json *, const struct json *);

/* Appends compact text, or pretty text as the service writes it (two spaces,
 * no newline at the end). */
void json_print(const struct json *, struct buf *);
void json_pretty(const struct json *, struct buf *);
/* For a terminal: replaces what it might obey or be misled by in such text, all
 * of which is inside strings, with escapes; from there on, but for newlines. */
void json_tame(struct buf *text, size_t from);
/* Appends a string literal with its quotes; bad UTF-8 becomes U+FFFD. */
void json_quote(struct buf *, const char *s, size_t n);

#endif
