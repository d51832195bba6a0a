#ifndef SESSION_TURNS_H
#define SESSION_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What was said in a conversation, kept to seed a fresh session: the user's
 * and the model's words and the results of tools.  Bounded by an estimate of
 * tokens (one per three bytes, and four per entry): over the bound the oldest
 * are folded into a digest of their first words, an eighth of the bound, which
 * loses its oldest lines.  Pure.
 */
struct json;
struct turns;

enum turns_role { TURNS_USER, TURNS_MODEL, TURNS_TOOL };

/* tokens: the bound; 0 keeps nothing. */
struct turns *turns_new(int64_t tokens);
void turns_free(struct turns *);

/*
 * Adds a piece of speech or text to the open entry of that role, or opens one.
 * turn: number of the model's turn, 0: none; typed: the words were typed, not
 * heard, and will be resent as they were until turns_told(); at: the time.
 */
void turns_say(struct turns *, enum turns_role, int turn, bool typed,
    int64_t at, const char *p, size_t n);
/* Closes the open entry of that role. */
void turns_close(struct turns *, enum turns_role);

/* Adds a tool's answer; long ones are cut. */
void turns_tool(struct turns *, int turn, const char *name,
    const struct json *args, const struct json *response);

/* The oldest typed words still to be resent no longer are: they become history
 * like all else. */
void turns_told(struct turns *);

/* Counts ms more of sound for that turn of the model. */
void turns_audio(struct turns *, int turn, int64_t ms);
/* Only the first ms of that turn were heard: cuts its text in proportion, at a
 * word.  0 if there was such a turn, else -1. */
int turns_cut(struct turns *, int turn, int64_t ms);

/* The connection was resumed: if the service repeats the user's last words,
 * they are kept once. */
void turns_repeat(struct turns *);

/*
 * The turns as an array of Content for seeding: roles alternate, tools appear
 * as remarks of the user.  Left out at the end: typed words (resent
 * separately) if typed is false, and words of the user begun at `since` or
 * later.  NULL if nothing is left.
 */
struct json *turns_contents(const struct turns *, bool typed, int64_t since);

/* Whether the last entry is the user's and will not be resent. */
bool turns_unanswered(const struct turns *);
/* The last words of that role, or the n-th before them; NULL if there are
 * none. */
const char *turns_last(const struct turns *, enum turns_role, int n);
size_t turns_count(const struct turns *);
/* Their estimated number of tokens; for tests. */
int64_t turns_tokens(const struct turns *);

/* An object for the state file; turns_load() replaces the turns by one: 0, or
 * -1 if the object is not of this kind. */
struct json *turns_save(const struct turns *);
int turns_load(struct turns *, const struct json *);

#endif
